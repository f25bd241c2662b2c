"""The figures as a table for people and as JSON."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.bench.goals import Figures, Goal, above, at_least, at_most, below
from tests.bench.measure import Held, Idle, Stage
from tests.bench.measure_clients import ClientFigures
from tests.bench.per_call import PerCall
from tests.bench.stand import System

GOAL_RATE = 100
COMMON_RATE = 50
GOAL_SETUP_RATIO = 1.4
GOAL_COMMON_SETUP_RATIO = 2.0
GOAL_RATE_RATIO = 0.8
GOAL_CPU_RATIO = 1.5
GOAL_ASYNCARI_RATIO = 4.0
GOAL_HELD_KIB = 30_000 / 1024
CLIENTS = (System.BARE, System.AIOARI, System.ASYNCARI)


@dataclass
class Report:
    machine: Mapping[str, object]
    versions: Mapping[str, str]
    settings: Mapping[str, object]
    idle: Idle
    stages: list[Stage] = field(default_factory=list)
    searches: dict[System, list[Stage]] = field(default_factory=dict)
    highest: dict[System, int] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    per_call: PerCall | None = None
    per_message: PerCall | None = None
    clients: ClientFigures | None = None
    parts: dict[str, Figures] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    """Measurements that came to no end, and why."""

    @property
    def all_stages(self) -> list[Stage]:
        return [*self.stages, *(self.clients.stages if self.clients else [])]

    def stage(self, system: System, rate: int) -> Stage | None:
        """The middle one of its rounds by p95, since a neighbour of the machine can spoil one; all go to JSON."""
        rounds = [each for each in self.all_stages if (each.system, each.rate) == (system, rate)]
        return sorted(rounds, key=lambda each: each.setup_ms.p95)[(len(rounds) - 1) // 2] if rounds else None

    @property
    def ratios(self) -> dict[str, float]:
        """The service against the dialplan."""
        found: dict[str, float] = {}
        for rate in sorted({each.rate for each in self.stages}):
            service, dialplan = self.stage(System.SERVICE, rate), self.stage(System.DIALPLAN, rate)
            if service and dialplan:
                found |= _stage_ratios(service, dialplan)
        if System.SERVICE in self.highest and System.DIALPLAN in self.highest:
            found["highest_rate"] = _ratio(self.highest[System.SERVICE], self.highest[System.DIALPLAN])
        return found

    @property
    def client_ratios(self) -> dict[str, dict[str, float]]:
        """How much of that is any ARI client's, and what the libraries make of it: each against the dialplan, and the
        service against it."""
        return {system: found for system in CLIENTS if (found := self._client_ratios(system))}

    def _client_ratios(self, system: System) -> dict[str, float]:
        found: dict[str, float] = {}
        for rate in (COMMON_RATE, GOAL_RATE):
            client, dialplan, service = (self.stage(each, rate) for each in (system, System.DIALPLAN, System.SERVICE))
            if client and dialplan:
                found |= _stage_ratios(client, dialplan)
            if client and service:
                found[f"service_to_it_p95_at_{rate}"] = _ratio(service.setup_ms.p95, client.setup_ms.p95)
        highest = self.clients.highest.get(system) if self.clients else None
        if highest is not None and System.SERVICE in self.highest:
            found["service_to_it_highest_rate"] = _ratio(self.highest[System.SERVICE], highest)
        return found

    @property
    def goals(self) -> list[Goal]:
        return [*self._speed_goals(), *(goal for part in self.parts.values() for goal in part.goals)]

    def _speed_goals(self) -> list[Goal]:
        ratios = self.ratios
        p95, cpu = f"setup_p95_at_{GOAL_RATE}", f"cpu_at_{GOAL_RATE}"
        aioari, asyncari = (
            self.client_ratios.get(system, {}).get("service_to_it_highest_rate")
            for system in (System.AIOARI, System.ASYNCARI)
        )
        return [
            at_most(f"set-up p95 at {GOAL_RATE}/s within {GOAL_SETUP_RATIO:g}x of the dialplan's",
                    ratios.get(p95), GOAL_SETUP_RATIO),
            at_most(f"set-up p95 at {COMMON_RATE}/s within {GOAL_COMMON_SETUP_RATIO:g}x of the dialplan's",
                    ratios.get(f"setup_p95_at_{COMMON_RATE}"), GOAL_COMMON_SETUP_RATIO),
            at_least(f"highest rate at least {GOAL_RATE_RATIO:g} of the dialplan's",
                     ratios.get("highest_rate"), GOAL_RATE_RATIO),
            at_most(f"CPU of a call at {GOAL_RATE}/s within {GOAL_CPU_RATIO:g}x of the dialplan's",
                    ratios.get(cpu), GOAL_CPU_RATIO),
            below(f"service's CPU of a call at {GOAL_RATE}/s below Asterisk's for the same call",
                  self._service_to_asterisk(), 1.0),
            at_least(f"highest rate at least {GOAL_ASYNCARI_RATIO:g}x of asyncari's", asyncari, GOAL_ASYNCARI_RATIO),
            above("highest rate above aioari's", aioari, 1.0),
            below("memory of a held call in the service below 30 kB, KiB", self._held_kib(), GOAL_HELD_KIB),
        ]  # fmt: skip

    def _service_to_asterisk(self) -> float | None:
        stage = self.stage(System.SERVICE, GOAL_RATE)
        return None if stage is None else _ratio(stage.service_cpu_ms, stage.asterisk_cpu_ms)

    def _held_kib(self) -> float | None:
        return next((each.service_per_call for each in self.held if each.system is System.SERVICE), None)

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = {
            **asdict(self),
            "ratios": self.ratios,
            "client_ratios": self.client_ratios,
            "goals": [asdict(each) for each in self.goals],
        }
        path.write_text(json.dumps(_finite(whole), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _stage_ratios(client: Stage, dialplan: Stage) -> dict[str, float]:
    rate = client.rate
    return {
        f"setup_p50_at_{rate}": _ratio(client.setup_ms.p50, dialplan.setup_ms.p50),
        f"setup_p95_at_{rate}": _ratio(client.setup_ms.p95, dialplan.setup_ms.p95),
        f"cpu_at_{rate}": _ratio(_cpu(client), _cpu(dialplan)),
    }


def _cpu(stage: Stage) -> float:
    """The dialplan's calls do not touch the service."""
    return stage.asterisk_cpu_ms + (0.0 if stage.system is System.DIALPLAN else stage.service_cpu_ms)


def _ratio(one: float, other: float) -> float:
    return round(one / other, 3) if other else math.inf


def _finite(value: object) -> object:
    """JSON has no infinity: where nothing was measured stands null."""
    match value:
        case float() if not math.isfinite(value):
            return None
        case float():
            return round(value, 4)
        case Mapping():
            return {str(key): _finite(each) for key, each in value.items()}
        case list() | tuple():
            return [_finite(each) for each in value]
        case _:
            return value


STAGE_HEADINGS = ("calls/s", "", "calls", "failed", "p50 ms", "p95 ms", "p99 ms", "Asterisk", "service", "busy")


def stage_row(stage: Stage) -> tuple[str, ...]:
    """In the order of STAGE_HEADINGS; processor time in milliseconds a call."""
    times = stage.setup_ms
    service = "-" if stage.system is System.DIALPLAN else f"{stage.service_cpu_ms:.2f}"
    return (
        *(str(stage.rate), str(stage.system), str(stage.calls), str(stage.failed)),
        *(f"{each:.1f}" for each in (times.p50, times.p95, times.p99)),
        *(f"{stage.asterisk_cpu_ms:.2f}", service, f"{stage.busy:.0%}"),
    )


def table(rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as they must be, numbers to the right; the first row is the heading."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(
            text.rjust(width) if _is_number(rows[-1][column]) else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _is_number(text: str) -> bool:
    return text[:1].isdigit() or text in ("-", "inf")


def render(report: Report) -> str:
    parts = [
        *(_stages(report.all_stages) if report.all_stages else []),
        *_highest(report),
        *([report.clients.sentence] if report.clients else []),
        *(_held_line(each) for each in report.held),
        *(report.per_call.lines("A call to an announcement") if report.per_call else []),
        *(report.per_message.lines("A call that leaves a message") if report.per_message else []),
        *(each.sentence for each in report.parts.values()),
        "",
        *([f"Service against dialplan: {_listed(report.ratios)}"] if report.ratios else []),
        *(f"{system} against dialplan: {_listed(found)}" for system, found in report.client_ratios.items()),
        *(goal.line for goal in report.goals),
        *(f"BROKE OFF: {name}: {why}" for name, why in report.broken.items()),
    ]
    return "\n".join(parts)


def _stages(stages: Sequence[Stage]) -> list[str]:
    heading = "Set-up time (INVITE to 200) and processor time for a call"
    return [heading, table([STAGE_HEADINGS, *(stage_row(each) for each in stages)]), ""]


def _listed(ratios: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in ratios.items())


def _highest(report: Report) -> list[str]:
    return [
        f"Highest rate with p95 <= 100 ms and under 1 % failed: {system} {rate} calls/s "
        f"(tried {', '.join(map(_tried, report.searches[system]))})"
        for system, rate in report.highest.items()
    ]


def _tried(stage: Stage) -> str:
    return f"{stage.rate} {'yes' if stage.passes else 'no'}"


def _held_line(held: Held) -> str:
    service = f", the service {held.service_per_call:.0f} KiB" if held.system is System.SERVICE else ""
    return (
        f"A call held ({held.system}, {held.calls} held): Asterisk {held.asterisk_per_call:.0f} KiB{service}"
        f" (in all {held.asterisk_held // 1024} and {held.service_held // 1024} MiB,"
        f" idle {held.asterisk_idle // 1024} and {held.service_idle // 1024} MiB)"
    )
