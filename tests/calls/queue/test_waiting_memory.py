"""Who waits for long costs what they cost in the first minute: nothing is kept of what was said to them."""

import asyncio

from switchboard.domain.announcement import QueuePosition
from switchboard.domain.directory import OverflowAction, OverflowSituation
from tests.calls.queue.desk import BUSY, Desk, queue, rule
from tests.kept_memory import kept_bytes, watched

CALLERS, WARM_UP_S, WAIT_S = 5, 60.0, 500.0
BYTES = 10
"""For each position that was said: less than the smallest object."""


def _kept(desk: Desk) -> int:
    desk.journal.events.clear()
    desk.announcer.said.clear()
    desk.log.lines.clear()
    for leg in desk.telephony.legs:
        leg.hears.clear()
    return kept_bytes()


async def test_long_waits_leave_nothing_behind() -> None:
    desk = Desk(rule(OverflowSituation.MAX_WAIT, OverflowAction.MESSAGE, 3600), queue(announce_seconds=5))
    desk.op1.state = desk.op2.state = BUSY
    callers = [desk.ring_in(f"c{number}") for number in range(CALLERS)]
    with watched():
        await desk.passes(WARM_UP_S)
        before, tasks = _kept(desk), len(asyncio.all_tasks())
        await desk.passes(WAIT_S)
        said = sum(isinstance(each, QueuePosition) for each in desk.announcer.said)
        after = _kept(desk)
    assert said > 50 * CALLERS
    assert after - before < BYTES * said, (before, after)
    assert len(asyncio.all_tasks()) <= tasks + 1  # a look at the line
    for caller in callers:
        caller.leave()
    for name in desk.calls:
        await desk.ends(name)
    await desk.close()
