"""Calls that wait for ten minutes: what each of them takes, and whether that grows."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from time import monotonic

from tests.acceptance.wait import until
from tests.bench.goals import Goal, at_most, none_of
from tests.bench.load import Load, Sipp
from tests.bench.queue_load import MAIN, furnish, operator
from tests.bench.stand import Stand

RATE = 10
MOST_GROWTH = 0.02
"""Of what the processes had at the beginning of the hold."""
_THERE_WITHIN_S = 60.0
_WARM_UP_S = 120.0
"""Before the first look that counts, or half of a shorter hold: by then every caller has heard the position again and
again, and pools and caches are as full as so many callers make them."""


@dataclass(frozen=True, slots=True)
class Look:
    """Resident KiB, so many seconds into the hold."""

    at_s: float
    asterisk_kib: int
    service_kib: int


@dataclass(frozen=True, slots=True)
class HoldFigures:
    """`ended_early` of the calls; the idle sizes are those before the first of them."""

    calls: int
    seconds: float
    asterisk_idle: int
    service_idle: int
    looks: Sequence[Look]
    ended_early: int

    @property
    def settled(self) -> Sequence[Look]:
        begins = min(_WARM_UP_S, self.seconds / 2)
        return [each for each in self.looks if each.at_s >= begins] or self.looks

    def growth(self, of: Callable[[Look], int]) -> float:
        """KiB over the settled part, by the straight line through it."""
        looks = self.settled
        return slope([(each.at_s, of(each)) for each in looks]) * (looks[-1].at_s - looks[0].at_s)

    @property
    def sentence(self) -> str:
        return (
            f"{self.calls} calls held for {self.seconds:g} s, {self.ended_early} ended early;\n"
            f"  service: {self._told(lambda look: look.service_kib, self.service_idle)}\n"
            f"  Asterisk: {self._told(lambda look: look.asterisk_kib, self.asterisk_idle)}"
        )

    def _told(self, of: Callable[[Look], int], idle: int) -> str:
        first, last = of(self.settled[0]), of(self.settled[-1])
        minutes = max(1e-9, (self.settled[-1].at_s - self.settled[0].at_s) / 60)
        return (
            f"{(first - idle) / self.calls:.1f} KiB a call at the beginning, {(last - idle) / self.calls:.1f} at the"
            f" end, {self.growth(of) / minutes:+.1f} KiB a minute in all (idle {idle // 1024} MiB)"
        )

    @property
    def goals(self) -> Sequence[Goal]:
        first = self.settled[0]
        return [
            at_most(f"the service grows by {MOST_GROWTH:.0%} at most over the hold",
                    self.growth(lambda look: look.service_kib) / first.service_kib, MOST_GROWTH),
            at_most(f"Asterisk grows by {MOST_GROWTH:.0%} at most over the hold",
                    self.growth(lambda look: look.asterisk_kib) / first.asterisk_kib, MOST_GROWTH),
            none_of("calls that ended before their time", self.ended_early),
        ]  # fmt: skip


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Of the straight line with the least squares; 0 where all are at one time."""
    middle_x = sum(x for x, _ in points) / len(points)
    middle_y = sum(y for _, y in points) / len(points)
    width = sum((x - middle_x) ** 2 for x, _ in points)
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / width if width else 0.0


async def measure_hold(stand: Stand, calls: int, seconds: float) -> HoldFigures:
    """They wait for the one operator who is there, and talks all the time. Needs a stand that was restarted."""
    await asyncio.to_thread(furnish, stand.house)
    async with AsyncExitStack() as stack:
        busy = await operator(stand, 0, stack)
        working = asyncio.create_task(busy.work())
        try:
            return await _hold(stand, calls, seconds)
        finally:
            working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await working
            await busy.phone.unregister()


async def _hold(stand: Stand, calls: int, seconds: float) -> HoldFigures:
    idle = stand.usages()
    listen_s = calls / RATE + seconds + 5
    with Sipp(stand.box.sip_port, Load(MAIN, RATE, calls, round(1000 * listen_s))) as sipp:

        async def all_there() -> bool:
            return await stand.channels() > calls  # the operator's is one more

        await until(all_there, _THERE_WITHIN_S, f"{calls} calls are held")
        looks = await _look(stand, seconds)
        left = min(calls, await stand.channels() - 1)
        await asyncio.to_thread(sipp.wait)
    await stand.drained()
    return HoldFigures(calls, seconds, idle.asterisk.memory_kib, idle.service.memory_kib, looks, calls - left)


async def _look(stand: Stand, seconds: float) -> list[Look]:
    began, found = monotonic(), list[Look]()
    while (at_s := monotonic() - began) < seconds:
        now = stand.usages()
        found.append(Look(round(at_s, 1), now.asterisk.memory_kib, now.service.memory_kib))
        await asyncio.sleep(min(5.0, seconds / 10))
    return found
