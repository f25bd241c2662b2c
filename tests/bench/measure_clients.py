"""The same call through the published ARI libraries, side by side with the bare client, in one run."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from tests.bench.client_process import BARE, ClientEnded
from tests.bench.clients import LIBRARIES, NotInstalled, install
from tests.bench.load import Load
from tests.bench.measure import LISTEN_MS, Idle, Stage, measure_stage, place_calls
from tests.bench.search import RateSearch
from tests.bench.sipp_files import percentiles
from tests.bench.stand import Stand, System

WARM_UP_S = 2.0
SEARCH_FROM = 100


@dataclass(frozen=True, slots=True)
class ClientFigures:
    """`searched` are the tries for the highest rate, `highest` what passed. A client that gave up in a stage has all
    its calls failed. `missing` says why a library could not be measured."""

    stages: list[Stage]
    searched: list[Stage]
    highest: dict[str, int]
    missing: dict[str, str] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        lines = [
            f"Highest rate through {system}: {rate} calls/s"
            f" (tried {', '.join(_tried(each) for each in self.searched if each.system == system)})"
            for system, rate in self.highest.items()
        ]
        return "\n".join([*lines, *(f"{name} was not measured: {why}" for name, why in self.missing.items())])


def _tried(stage: Stage) -> str:
    return f"{stage.rate} {'yes' if stage.passes else 'no'}"


@dataclass(frozen=True, slots=True)
class ClientPlan:
    rates: Sequence[int]
    stage_s: float
    search_s: float
    search_tries: int


async def measure_clients(stand: Stand, plan: ClientPlan, idle: Idle, say: Callable[[str], None]) -> ClientFigures:
    """The service is away meanwhile. A client does nothing while it waits, so it has no idle share."""
    found = ClientFigures([], [], {})
    quiet = replace(idle, service=0.0)
    async with stand.without_service():
        for system in (System.BARE, *LIBRARIES):
            try:
                words = BARE if system is System.BARE else await asyncio.to_thread(install, system)
            except NotInstalled as fault:
                found.missing[system] = str(fault)
                say(f"{system} could not be installed: {fault}")
                continue
            await _Trial(stand, system, words, quiet, say).through(plan, found)
    return found


@dataclass(frozen=True, slots=True)
class _Trial:
    stand: Stand
    system: System
    words: Sequence[str]
    idle: Idle
    say: Callable[[str], None]

    async def through(self, plan: ClientPlan, found: ClientFigures) -> None:
        stages, searched = list[Stage](), list[Stage]()
        for rate in plan.rates:
            self.say(f"{self.system} at {rate} calls/s for {plan.stage_s:g} s, the service away")
            stages.append(await self._stage(rate, plan.stage_s))
        self.say(f"{self.system}: looking for the highest rate")
        search = RateSearch(SEARCH_FROM, plan.search_tries)
        while (rate_now := search.next_rate()) is not None:
            stage = await self._stage(rate_now, plan.search_s)
            search.record(rate_now, stage.passes)
            searched.append(stage)
        found.stages.extend(stages)
        found.searched.extend(searched)
        found.highest[self.system] = search.passed

    async def _stage(self, rate: int, seconds: float) -> Stage:
        """A client of its own each time: what one stage broke is not the next one's burden."""
        try:
            async with self.stand.client(self.words):
                await place_calls(self.stand, Load(self.system.number, 25, round(25 * WARM_UP_S), LISTEN_MS))
                await self.stand.drained()
                return await measure_stage(self.stand, self.system, rate, seconds, self.idle)
        except (ClientEnded, FileNotFoundError, ProcessLookupError):
            self.say(f"{self.system} gave up at {rate} calls/s")
            await self.stand.drained()
            return gave_up(self.system, rate, round(rate * seconds))


def gave_up(system: System, rate: int, calls: int) -> Stage:
    nothing = float("inf")
    return Stage(system, rate, calls, calls, 0, percentiles([]), nothing, nothing, 0.0)
