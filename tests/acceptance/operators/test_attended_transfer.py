"""Attended transfers by the softphone (REFER with Replaces), and a hang-up of each party at each step."""

import asyncio

import pytest

from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.floor import Floor
from tests.acceptance.operators.partings import comes_back, farewell, transferred
from tests.acceptance.operators.party import Party, hear_each_other


async def asked(desk: Desk) -> tuple[Party, Party, Party]:
    """The caller is held and hears music; the operator's second call to Anna rings: caller, operator, second call."""
    await desk.operator()
    await desk.colleague("anna")
    caller, op = await desk.talk()
    await op.call.hold()
    caller.forget()
    await caller.hears_music()
    return caller, op, await desk.dial("op1", desk.extension("anna"))


async def speaking(desk: Desk) -> tuple[Party, Party, Party, Party]:
    """Anna has answered: caller, operator, second call, Anna."""
    caller, op, second = await asked(desk)
    anna = await desk.answer("anna")
    await hear_each_other(second, anna)
    return caller, op, second, anna


async def completes_while_talking(desk: Desk) -> None:
    caller, op, second, anna = await speaking(desk)
    await op.call.attended_transfer(second.call)
    await transferred(op)
    await second.ended()
    await hear_each_other(caller, anna)
    await farewell(caller, anna)
    row = await desk.journal(caller.call.account.user)
    assert (row["outcome"], row["transfers"]) == ("connected", 1)
    (consultation,) = [each for each in desk.calls() if each["source"] == "phone"][-1:]
    assert consultation["outcome"] == "transferred"


async def completes_while_it_rings_and_is_answered(desk: Desk) -> None:
    caller, op, second = await asked(desk)
    await second.call.rings()
    first = await desk.phones["anna"].wait_incoming()  # ring tone reaches the operator before the INVITE does Anna
    caller.forget()
    await op.call.attended_transfer(second.call)
    await transferred(op)
    await caller.hears_ringing()
    await second.ended()
    await first.ended()
    anna = await desk.answer("anna")
    await hear_each_other(caller, anna)
    await farewell(caller, anna)


async def completes_while_it_rings_and_comes_back(desk: Desk) -> None:
    caller, op, second = await asked(desk)
    await second.call.rings()
    caller.forget()
    await op.call.attended_transfer(second.call)
    await transferred(op)
    await caller.hears_ringing()
    await farewell(caller, await comes_back(desk, caller, "no-answer", "Åter: Anna Andersson, svarar inte"))


async def the_caller_hangs_up_in_the_consultation(desk: Desk) -> None:
    caller, op, second, anna = await speaking(desk)
    await caller.hang_up()
    await op.ended()
    await hear_each_other(second, anna)
    await farewell(second, anna)
    assert (await desk.journal(caller.call.account.user))["outcome"] == "connected"


async def the_target_hangs_up_in_the_consultation(desk: Desk) -> None:
    caller, op, second, anna = await speaking(desk)
    await anna.hang_up()
    await second.ended()
    await op.call.unhold()
    await hear_each_other(caller, op)
    await farewell(caller, op)


async def the_operator_hangs_up_both_lines(desk: Desk) -> None:
    caller, op, second, anna = await speaking(desk)
    await second.hang_up()
    await anna.ended()
    await op.hang_up()
    await caller.ended()
    caller.never_in_silence()


async def the_caller_hangs_up_while_the_target_rings(desk: Desk) -> None:
    caller, op, second = await asked(desk)
    await second.call.rings()
    await caller.hang_up()
    await op.ended()
    anna = await desk.answer("anna")
    await hear_each_other(second, anna)
    await farewell(second, anna)


async def the_caller_hangs_up_after_an_early_completion(desk: Desk) -> None:
    caller, op, second = await asked(desk)
    await second.call.rings()
    caller.forget()
    await op.call.attended_transfer(second.call)
    await transferred(op)
    await caller.hears_ringing()
    await caller.hang_up()
    await asyncio.gather(*(call.ended() for call in desk.phones["anna"].rung))
    assert (await desk.journal(caller.call.account.user))["outcome"] == "abandoned"


@pytest.mark.requirement("R31")
async def test_attended_transfers_complete_talking_and_ringing(floor: Floor) -> None:
    await floor.side_by_side(
        completes_while_talking,
        completes_while_it_rings_and_is_answered,
        completes_while_it_rings_and_comes_back,
        the_caller_hangs_up_after_an_early_completion,
    )


async def test_whoever_hangs_up_in_a_consultation_leaves_nobody_in_silence(floor: Floor) -> None:
    await floor.side_by_side(
        the_caller_hangs_up_in_the_consultation,
        the_target_hangs_up_in_the_consultation,
        the_operator_hangs_up_both_lines,
        the_caller_hangs_up_while_the_target_rings,
    )
