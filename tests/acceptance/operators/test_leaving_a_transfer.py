"""Somebody hangs up in a blind transfer, at each step of it: nobody is left in silence, and nothing is left."""

import pytest

from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.floor import Floor
from tests.acceptance.operators.partings import comes_back, farewell, transferred
from tests.acceptance.operators.party import Party, hear_each_other
from tests.callers.sip.call import RawCall

TRANSFER_S = 15


async def sent_on(desk: Desk) -> tuple[Party, Party]:
    """The caller is on the way to Anna, whose phone has time to ring."""
    desk.set_queue(transfer_seconds=TRANSFER_S)
    await desk.operator()
    await desk.colleague("anna")
    caller, op = await desk.talk()
    caller.forget()
    await op.call.blind_transfer(desk.extension("anna"))
    return caller, op


async def rings_at_anna(desk: Desk) -> RawCall:
    rung = await desk.phones["anna"].wait_incoming()
    assert isinstance(rung, RawCall)
    return rung


async def comes_back_from_anna(desk: Desk) -> Party:
    """Anna refuses; the caller is told so just now, and the operator's phone does not ring yet."""
    caller, op = await sent_on(desk)
    await transferred(op)
    await (await rings_at_anna(desk)).reject(486)
    await caller.hears_prompt("returned-busy")
    return caller


async def has_given_up(desk: Desk, caller: Party) -> None:
    caller.never_in_silence()
    row = await desk.journal(caller.call.account.user)
    assert (row["outcome"], row["transfers"]) == ("abandoned", 1)


async def the_operator_hangs_up_at_once(desk: Desk) -> None:
    caller, op = await sent_on(desk)
    await op.hang_up()
    await caller.hears_ringing()
    answered = await desk.answer("anna")
    await hear_each_other(caller, answered)
    await farewell(caller, answered)
    assert (await desk.journal(caller.call.account.user))["outcome"] == "connected"


async def the_target_refuses_while_it_rings(desk: Desk) -> None:
    caller, op = await sent_on(desk)
    await transferred(op)
    rung = await rings_at_anna(desk)
    await caller.hears_ringing()
    await rung.hangup()
    await farewell(caller, await comes_back(desk, caller, "busy", "Åter: Anna Andersson, upptagen"))


async def the_target_hangs_up_after_the_answer(desk: Desk) -> None:
    caller, op = await sent_on(desk)
    await transferred(op)
    answered = await desk.answer("anna")
    await hear_each_other(caller, answered)
    await answered.hang_up()
    await caller.ended()
    caller.never_in_silence()
    assert (await desk.journal(caller.call.account.user))["outcome"] == "connected"


async def the_caller_hangs_up_while_the_target_rings(desk: Desk) -> None:
    caller, op = await sent_on(desk)
    await transferred(op)
    rung = await rings_at_anna(desk)
    await caller.hears_ringing()
    await caller.hang_up()
    await rung.ended()
    await has_given_up(desk, caller)
    assert len(desk.phones["op1"].rung) == 1


async def the_caller_hangs_up_while_told_of_the_return(desk: Desk) -> None:
    caller = await comes_back_from_anna(desk)
    await caller.hang_up()
    await has_given_up(desk, caller)
    assert len(desk.phones["op1"].rung) == 1


async def the_caller_hangs_up_while_the_operator_is_rung_again(desk: Desk) -> None:
    caller = await comes_back_from_anna(desk)
    rung = await desk.phones["op1"].wait_incoming()
    await caller.hears_ringing()
    await caller.hang_up()
    await rung.ended()
    await has_given_up(desk, caller)
    session = desk.session("op1")
    assert session is not None
    assert (session["missed"], session["paused"]) == (0, 0)


@pytest.mark.requirement("R31")
async def test_a_colleague_leaves_a_blind_transfer(floor: Floor) -> None:
    await floor.side_by_side(
        the_operator_hangs_up_at_once,
        the_target_refuses_while_it_rings,
        the_target_hangs_up_after_the_answer,
    )


@pytest.mark.requirement("R31")
async def test_the_caller_leaves_a_blind_transfer(floor: Floor) -> None:
    await floor.side_by_side(
        the_caller_hangs_up_while_the_target_rings,
        the_caller_hangs_up_while_told_of_the_return,
        the_caller_hangs_up_while_the_operator_is_rung_again,
    )
