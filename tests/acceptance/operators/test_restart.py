"""The service goes and comes back while callers wait: the same callers, in the same order, with music meanwhile."""

import asyncio
import signal

import pytest

from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.floor import Floor
from tests.acceptance.operators.partings import farewell
from tests.acceptance.operators.party import Party, hear_each_other

AWAY_S = 1.5


async def goes_and_comes_back(floor: Floor, how: signal.Signals, waiting: list[Party]) -> None:
    house = floor.house
    process = house.process
    assert process is not None
    house.kill(how)
    await asyncio.to_thread(process.wait, 20)
    for caller in waiting:
        caller.forget()
    await asyncio.gather(
        *(each.call.hears(lambda heard, each=each: heard.until > each.since + AWAY_S) for each in waiting)  # type: ignore[misc]
    )
    for caller in waiting:
        assert caller.lately.music, caller.call.account_of()
        assert caller.lately.quiet_for < 1, caller.call.account_of()
    await house.start()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_the_same_callers_in_the_same_order(floor: Floor, desk: Desk, how: signal.Signals) -> None:
    desk.set_queue(announce_seconds=120)
    await desk.operator()
    talker, op = await desk.talk()
    waiting: list[Party] = []
    for _ in range(3):
        caller = await desk.ring_from()
        await caller.hears_music(within=10)
        waiting.append(caller)
    await goes_and_comes_back(floor, how, waiting)
    await hear_each_other(talker, op)
    for caller in waiting:
        await talker.hang_up()
        await op.ended()
        op = await desk.answer("op1", within=12)
        assert op.call.shown[-1].number.endswith(caller.call.account.user[-9:])
        await hear_each_other(caller, op)
        talker = caller
    await farewell(talker, op)
    rows = [await desk.journal(caller.call.account.user) for caller in waiting]
    assert [row["outcome"] for row in rows] == ["connected"] * 3
