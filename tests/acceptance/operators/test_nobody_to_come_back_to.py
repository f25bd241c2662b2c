"""Whoever sent the caller on cannot have them back: signed out, without a phone, or not answering. The caller stands
first in line, the reason goes along, and nobody is left in silence."""

import pytest

from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.floor import Floor
from tests.acceptance.operators.partings import farewell, transferred
from tests.acceptance.operators.party import Party, hear_each_other
from tests.acceptance.registering import unregister

WHY = "Åter: Anna Andersson, svarar inte"
RETURN_RINGS_WITHIN_S = 30


async def both_talk(desk: Desk) -> tuple[tuple[Party, Party], tuple[Party, Party]]:
    """Each operator with a caller, and Anna's phone rings in vain."""
    await desk.operator("op1")
    first = await desk.talk("op1")
    await desk.operator("op2")
    second = await desk.talk("op2")
    await desk.colleague("anna")
    return first, second


async def another_waits(desk: Desk) -> Party:
    caller = await desk.ring_from()
    await caller.hears_music(within=10)
    return caller


async def is_served_before(desk: Desk, caller: Party, waiting: Party, talkers: tuple[Party, Party]) -> None:
    """The other operator is free again, and has the one who came back before the one who has waited longer there."""
    await caller.hears_prompt("returned-no-answer", "returned-to-operator")
    await desk.waits(WHY)
    caller.forget()
    await caller.hears_music()
    await farewell(*talkers)
    back = await desk.answer("op2")
    assert back.display == WHY
    await hear_each_other(caller, back)
    await farewell(caller, back)
    await farewell(waiting, await desk.answer("op2"))
    assert desk.rung("op1") == 1


async def the_operator_has_signed_out(desk: Desk) -> None:
    (caller, op), talkers = await both_talk(desk)
    desk.sign_out("op1")
    waiting = await another_waits(desk)
    caller.forget()
    await op.call.blind_transfer(desk.extension("anna"))
    await transferred(op)
    await caller.hears_ringing()
    await is_served_before(desk, caller, waiting, talkers)


async def the_operators_phone_is_gone(desk: Desk) -> None:
    desk.set_queue(transfer_seconds=15)
    (caller, op), talkers = await both_talk(desk)
    caller.forget()
    await op.call.blind_transfer(desk.extension("anna"))
    await transferred(op)
    rung = await desk.phones["anna"].wait_incoming()
    await unregister(desk.phones["op1"])
    waiting = await another_waits(desk)
    await rung.ended(20)
    await is_served_before(desk, caller, waiting, talkers)


async def the_operator_does_not_answer(desk: Desk) -> None:
    await desk.operator("op1")
    await desk.colleague("op2")
    await desk.colleague("anna")
    caller, op = await desk.talk("op1")
    caller.forget()
    await op.call.blind_transfer(desk.extension("anna"))
    await transferred(op)
    await caller.hears_prompt("returned-no-answer", "returned-to-operator")
    rung = await desk.phones["op1"].wait_incoming()
    assert rung.shown[-1].name == WHY
    desk.sign_in("op2")
    caller.forget()
    await caller.hears_ringing()
    await rung.ended(RETURN_RINGS_WITHIN_S)
    back = await desk.answer("op2")
    assert back.display == WHY
    await hear_each_other(caller, back)
    await farewell(caller, back)
    session = desk.session("op1")
    assert session is not None
    assert session["missed"] == 1
    row = await desk.journal(caller.call.account.user)
    assert (row["outcome"], row["transfers"]) == ("connected", 1)


@pytest.mark.requirement("R31")
async def test_the_caller_goes_to_the_front_of_the_queue(floor: Floor) -> None:
    await floor.side_by_side(
        the_operator_has_signed_out,
        the_operators_phone_is_gone,
        the_operator_does_not_answer,
    )
