"""From the start of the service's process to the first call that it answers."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from tests.acceptance.wait import until
from tests.bench.goals import Goal
from tests.bench.stand import Stand, System, begin_service
from tests.callers.phone import PhoneAccount
from tests.callers.raw_sip import RawPhone

TIMES = 5
_HEALTHY_WITHIN_S = 30.0
_PAUSE_S = 0.005


@dataclass(frozen=True, slots=True)
class ColdStartFigures:
    """Milliseconds from the start of the process: until it says that it is healthy, and until the caller's 200."""

    healthy_ms: Sequence[float]
    answered_ms: Sequence[float]

    @property
    def sentence(self) -> str:
        return (
            f"From the start of the process to the first call answered: {median(self.answered_ms):.0f} ms"
            f" (the middle of {len(self.answered_ms)}, the longest {max(self.answered_ms):.0f};"
            f" healthy after {median(self.healthy_ms):.0f})"
        )

    @property
    def goals(self) -> Sequence[Goal]:
        return []


async def measure_cold_start(stand: Stand, times: int = TIMES) -> ColdStartFigures:
    """Python and the code are read anew each time; the files are in the kernel's cache."""
    found = [await _start(stand) for _ in range(times)]
    return ColdStartFigures([healthy for healthy, _ in found], [answered for _, answered in found])


async def _start(stand: Stand) -> tuple[float, float]:
    house = stand.house
    await house.stop()
    played = await stand.prompts_played()
    async with RawPhone(PhoneAccount("+46701740605", stand.box.server)) as phone:
        began = perf_counter()
        begin_service(house)
        async with asyncio.timeout(_HEALTHY_WITHIN_S):
            while not await house.is_healthy():  # noqa: ASYNC110 - another process is waited for
                await asyncio.sleep(_PAUSE_S)
        healthy = perf_counter()
        call = await phone.dial(System.SERVICE.number)
        await call.talks(within=8)
        answered = perf_counter()
        call.media.close()

        async def plays() -> bool:
            return await stand.prompts_played() > played

        await until(plays, 5, "it is the service that answered, and plays")
        await call.hangup()
    await stand.drained()
    return (healthy - began) * 1000, (answered - began) * 1000
