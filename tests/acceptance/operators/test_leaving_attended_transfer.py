"""An attended transfer at its other turns: refused, given up, completed from the second call, left after it is done."""

import pytest

from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.floor import Floor
from tests.acceptance.operators.partings import comes_back, farewell, transferred
from tests.acceptance.operators.party import hear_each_other
from tests.acceptance.operators.test_attended_transfer import asked, speaking
from tests.callers.sip.call import RawCall

PATIENT = 60
"""Seconds on hold before the phone rings for it: that is not what is tried here."""


async def the_target_refuses_while_it_rings(desk: Desk) -> None:
    desk.set_queue(hold_seconds=PATIENT)
    caller, op, second = await asked(desk)
    rung = await desk.phones["anna"].wait_incoming()
    await rung.reject(486)
    await second.hears_prompt("busy")
    await second.hang_up()
    await op.call.unhold()
    await hear_each_other(caller, op)
    await farewell(caller, op)


async def the_operator_gives_up_while_it_rings(desk: Desk) -> None:
    desk.set_queue(hold_seconds=PATIENT)
    caller, op, second = await asked(desk)
    rung = await desk.phones["anna"].wait_incoming()
    await second.hang_up()
    await rung.ended()
    await op.call.unhold()
    await hear_each_other(caller, op)
    await farewell(caller, op)


async def the_operator_drops_the_held_caller_while_it_rings(desk: Desk) -> None:
    desk.set_queue(hold_seconds=PATIENT)
    caller, op, second = await asked(desk)
    await op.hang_up()
    await caller.ended()
    caller.never_in_silence()
    anna = await desk.answer("anna")
    await hear_each_other(second, anna)
    await farewell(second, anna)


async def the_operator_drops_the_held_caller_in_the_consultation(desk: Desk) -> None:
    desk.set_queue(hold_seconds=PATIENT)
    caller, op, second, anna = await speaking(desk)
    await op.hang_up()
    await caller.ended()
    caller.never_in_silence()
    await hear_each_other(second, anna)
    await farewell(second, anna)


async def it_is_completed_from_the_second_call(desk: Desk) -> None:
    desk.set_queue(hold_seconds=PATIENT)
    caller, op, second, anna = await speaking(desk)
    await second.call.attended_transfer(op.call)
    await transferred(second)
    await op.ended()
    await hear_each_other(caller, anna)
    await farewell(caller, anna)


async def the_target_refuses_after_an_early_completion(desk: Desk) -> None:
    desk.set_queue(hold_seconds=PATIENT)
    caller, op, second = await asked(desk)
    await second.call.rings()
    first = await desk.phones["anna"].wait_incoming()
    caller.forget()
    await op.call.attended_transfer(second.call)
    await transferred(op)
    await first.ended()
    rung = await desk.phones["anna"].wait_incoming()
    assert isinstance(rung, RawCall)
    await rung.reject(486)
    await farewell(caller, await comes_back(desk, caller, "busy", "Åter: Anna Andersson, upptagen"))


async def the_target_hangs_up_after_the_completion(desk: Desk) -> None:
    desk.set_queue(hold_seconds=PATIENT)
    caller, op, second, anna = await speaking(desk)
    await op.call.attended_transfer(second.call)
    await transferred(op)
    await second.ended()
    await hear_each_other(caller, anna)
    await anna.hang_up()
    await caller.ended()
    caller.never_in_silence()


async def it_is_completed_while_the_absence_is_told(desk: Desk) -> None:
    desk.set_queue(hold_seconds=PATIENT)
    await desk.operator()
    erik = await desk.colleague("erik")
    desk.absent("erik")
    caller, op = await desk.talk()
    await op.call.hold()
    caller.forget()
    await caller.hears_music()
    second = await desk.dial("op1", desk.extension("erik"))
    await second.hears_prompt("reason-vacation-back")
    await op.call.attended_transfer(second.call)
    await transferred(op)
    await second.ended()
    await farewell(caller, await comes_back(desk, caller, "absent", "Åter: Erik Lund, semester till 24/8"))
    assert erik.rung == []


@pytest.mark.requirement("R31")
async def test_given_up_before_it_is_complete(floor: Floor) -> None:
    await floor.side_by_side(
        the_target_refuses_while_it_rings,
        the_operator_gives_up_while_it_rings,
        the_operator_drops_the_held_caller_while_it_rings,
        the_operator_drops_the_held_caller_in_the_consultation,
    )


@pytest.mark.requirement("R31")
async def test_after_it_was_completed(floor: Floor) -> None:
    await floor.side_by_side(
        it_is_completed_from_the_second_call,
        the_target_refuses_after_an_early_completion,
        the_target_hangs_up_after_the_completion,
        it_is_completed_while_the_absence_is_told,
    )
