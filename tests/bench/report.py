"""The figures as a table for people and as JSON."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.bench.measure import Held, Idle, Stage
from tests.bench.queue_load import QueueFigures, told
from tests.bench.search_people import PeopleSearchFigures
from tests.bench.stand import System

GOAL_RATE = 50
GOAL_SETUP_RATIO = 2.0
GOAL_RATE_RATIO = 0.5


@dataclass(frozen=True, slots=True)
class PerCall:
    """What one call of the service costs in talk with Asterisk and in the journal."""

    requests: Mapping[str, float]
    events: Mapping[str, float]
    event_bytes: float
    journal_events: float


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
    queue: QueueFigures | None = None
    people: PeopleSearchFigures | None = None

    def stage(self, system: System, rate: int) -> Stage | None:
        """The middle one of its rounds by p95, since a neighbour of the machine can spoil one; all go to JSON."""
        rounds = [each for each in self.stages if (each.system, each.rate) == (system, rate)]
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
    def bare_ratios(self) -> dict[str, float]:
        """How much of that is any ARI client's: the bare client against the dialplan, and the service against it."""
        bare, dialplan = self.stage(System.BARE, GOAL_RATE), self.stage(System.DIALPLAN, GOAL_RATE)
        service = self.stage(System.SERVICE, GOAL_RATE)
        found: dict[str, float] = {}
        if bare and dialplan:
            found |= _stage_ratios(bare, dialplan)
        if bare and service:
            found["service_to_bare_p95"] = _ratio(service.setup_ms.p95, bare.setup_ms.p95)
        return found

    @property
    def goals(self) -> dict[str, bool]:
        ratios = self.ratios
        return {
            f"set-up p95 at {GOAL_RATE}/s within {GOAL_SETUP_RATIO:g}x of the dialplan": ratios.get(
                f"setup_p95_at_{GOAL_RATE}", math.inf
            )
            <= GOAL_SETUP_RATIO,
            f"highest rate at least {GOAL_RATE_RATIO:g} of the dialplan's": ratios.get("highest_rate", 0.0)
            >= GOAL_RATE_RATIO,
            **(self.queue.goals if self.queue else {}),
            **(self.people.goals if self.people else {}),
        }

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = {**asdict(self), "ratios": self.ratios, "bare_ratios": self.bare_ratios, "goals": self.goals}
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
    return round(one / other, 2) if other else math.inf


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
        "Set-up time (INVITE to 200) and processor time for a call",
        table([STAGE_HEADINGS, *(stage_row(each) for each in report.stages)]),
        "",
        *_highest(report),
        "",
        *(_held_line(each) for each in report.held),
        *_per_call_lines(report.per_call),
        *([told(report.queue)] if report.queue else []),
        *([report.people.sentence] if report.people else []),
        "",
        f"Service against dialplan: {_listed(report.ratios)}",
        *([f"Bare ARI client against dialplan: {_listed(report.bare_ratios)}"] if report.bare_ratios else []),
        *(f"{'met' if met else 'NOT MET'}: {goal}" for goal, met in report.goals.items()),
    ]
    return "\n".join(parts)


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


def _per_call_lines(per_call: PerCall | None) -> list[str]:
    if per_call is None:
        return []
    requests, events = sum(per_call.requests.values()), sum(per_call.events.values())
    return [
        f"A call of the service: {requests:.1f} ARI requests ({_named(per_call.requests)}),",
        f"  {events:.1f} events of {per_call.event_bytes / 1024:.1f} KiB ({_named(per_call.events)}),",
        f"  {per_call.journal_events:.1f} events in the journal",
    ]


def _named(counts: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {count:g}" for name, count in sorted(counts.items(), key=lambda pair: -pair[1]))
