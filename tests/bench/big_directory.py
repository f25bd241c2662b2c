"""What a call costs when the directory is large."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from tests.bench.goals import Goal, at_most
from tests.bench.load import Load
from tests.bench.measure import LISTEN_MS, Stage, measure_idle, measure_stage, place_calls
from tests.bench.people import add_people
from tests.bench.stand import Stand, System

SIZES = (1_000, 10_000, 100_000)
RATE = 50
GROWTH = 1.2
"""What two runs of the same may differ by."""
_CALM = 0.05
_CALM_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Size:
    """`calm_s`: after the start the service reads the directory, for the search; calls came when that was over. None:
    it was still at work when they came."""

    people: int
    stage: Stage
    calm_s: float | None
    memory_mib: int

    @property
    def line(self) -> str:
        times = self.stage.setup_ms
        calm = "never calm" if self.calm_s is None else f"calm {self.calm_s:.1f} s after its start"
        return (
            f"{self.people} people: p50 {times.p50:.1f}, p95 {times.p95:.1f} ms, {self.stage.failed} failed,"
            f" Asterisk {self.stage.asterisk_cpu_ms:.2f} + service {self.stage.service_cpu_ms:.2f} ms of CPU a call,"
            f" service {self.memory_mib} MiB, {calm}"
        )


@dataclass(frozen=True, slots=True)
class DirectoryFigures:
    rate: int
    sizes: Sequence[Size]

    @property
    def sentence(self) -> str:
        return "\n".join([f"Calls to absent people at {self.rate}/s, by the size of the directory:"]
                         + [f"  {each.line}" for each in self.sizes])  # fmt: skip

    @property
    def goals(self) -> Sequence[Goal]:
        smallest = self.sizes[0]
        return [
            goal
            for each in self.sizes[1:]
            for goal in (
                at_most(
                    f"set-up p95 with {each.people} people within {GROWTH:g}x of {smallest.people}",
                    each.stage.setup_ms.p95 / smallest.stage.setup_ms.p95,
                    GROWTH,
                ),
                at_most(
                    f"CPU a call with {each.people} people within {GROWTH:g}x of {smallest.people}",
                    _cpu(each) / _cpu(smallest),
                    GROWTH,
                ),
            )
        ]


def _cpu(size: Size) -> float:
    return size.stage.asterisk_cpu_ms + size.stage.service_cpu_ms


async def measure_directory(
    stand: Stand, sizes: Sequence[int], seconds: float, say: Callable[[str], None]
) -> DirectoryFigures:
    """Calls reach absent people all over it. All have a number and an extension of their own."""
    found = []
    for size in sizes:
        say(f"{size} people in the directory")
        found.append(await _measure(stand, size, seconds))
        say(found[-1].line)
    return DirectoryFigures(RATE, found)


async def _measure(stand: Stand, people: int, seconds: float) -> Size:
    house = stand.house
    await house.stop()
    numbers = await asyncio.to_thread(add_people, house, people)
    await house.start()
    calm_s = await _calm(stand)
    warm = Load("", 25, 100, LISTEN_MS, numbers=numbers)
    await place_calls(stand, warm)
    await stand.drained()
    idle = await measure_idle(stand, 3)
    stage = await measure_stage(stand, System.SERVICE, RATE, seconds, idle, numbers)
    return Size(people, stage, calm_s, stand.usages().service.memory_kib // 1024)


async def _calm(stand: Stand) -> float | None:
    """Seconds until the service does next to nothing."""
    began = monotonic()
    while (await measure_idle(stand, 1)).service > _CALM:
        if monotonic() > began + _CALM_WITHIN_S:
            return None
    return monotonic() - began
