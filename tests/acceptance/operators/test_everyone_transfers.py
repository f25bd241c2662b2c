"""Whoever answers may pass a caller on, by the same means as an operator; a chain or a loop ends at the operators."""

import pytest

from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.floor import Floor
from tests.acceptance.operators.partings import comes_back, farewell, transferred
from tests.acceptance.operators.party import Party, hear_each_other

MOST_TRANSFERS = 5
TOO_MANY = "Åter: kopplat för många gånger"


async def misdialled(desk: Desk) -> tuple[Party, Party]:
    """A citizen talks with Anna, who is no operator and cannot help."""
    await desk.colleague("anna")
    await desk.colleague("erik")
    caller, anna = await desk.talk("anna", desk.public("anna"))
    caller.forget()
    return caller, anna


async def passed_on(desk: Desk, caller: Party, by: Party, to: str) -> Party:
    await by.call.blind_transfer(desk.extension(to))
    await transferred(by)
    answered = await desk.answer(to)
    await hear_each_other(caller, answered)
    return answered


async def ends_at_the_operators(desk: Desk, caller: Party) -> None:
    await caller.hears_prompt("returned-unknown", "returned-to-operator")
    op = await desk.answer("op1")
    assert op.display == TOO_MANY
    await hear_each_other(caller, op)
    await farewell(caller, op)


async def a_colleague_passes_a_caller_on(desk: Desk) -> None:
    caller, anna = await misdialled(desk)
    erik = await passed_on(desk, caller, anna, "erik")
    await farewell(caller, erik)
    row = await desk.journal(caller.call.account.user)
    assert (row["outcome"], row["transfers"]) == ("connected", 1)


async def the_caller_comes_back_to_the_colleague(desk: Desk) -> None:
    caller, anna = await misdialled(desk)
    desk.absent("erik")
    await anna.call.blind_transfer(desk.extension("erik"))
    await transferred(anna)
    await farewell(caller, await comes_back(desk, caller, "absent", "Åter: Erik Lund, semester till 24/8", to="anna"))
    assert desk.rung("erik") == 0


async def a_colleague_passes_a_caller_on_by_keys(desk: Desk) -> None:
    desk.set_queue(hold_seconds=60)
    caller, anna = await misdialled(desk)
    await anna.press(f"*{desk.extension('erik')}#")
    await caller.hears_music()
    erik = await desk.answer("erik")
    await hear_each_other(anna, erik)
    await anna.press("*4")
    await anna.ended()
    await hear_each_other(caller, erik)
    await farewell(caller, erik)


async def a_colleague_sends_a_caller_to_the_operators_by_keys(desk: Desk) -> None:
    await desk.operator()
    caller, anna = await misdialled(desk)
    await anna.press(f"*{desk.end('00')}#")
    await anna.ended()
    await caller.hears_ringing()
    op = await desk.answer("op1")
    assert op.display.startswith("Kopplat från Anna Andersson: 070-")
    await hear_each_other(caller, op)
    await farewell(caller, op)


async def a_colleague_in_the_operators_line_leaves_the_place_to_the_caller(desk: Desk) -> None:
    desk.set_queue(hold_seconds=60)
    await desk.operator()
    talkers = await desk.talk()
    caller, anna = await misdialled(desk)
    await anna.call.hold()
    await caller.hears_music()
    second = await desk.dial("anna", desk.end("00"))
    await second.hears_music()
    await anna.call.attended_transfer(second.call)
    await transferred(anna)
    await second.ended()
    caller.forget()
    await caller.hears_music()
    await farewell(*talkers)
    op = await desk.answer("op1")
    assert op.display.startswith("Kopplat från Anna Andersson: 070-")
    await hear_each_other(caller, op)
    await farewell(caller, op)


async def a_long_chain_ends_at_the_operators(desk: Desk) -> None:
    await desk.operator()
    caller, now = await misdialled(desk)
    for number in range(MOST_TRANSFERS):
        now = await passed_on(desk, caller, now, "anna" if number % 2 else "erik")
    caller.forget()
    await now.call.blind_transfer(desk.extension("anna"))
    await transferred(now)
    await ends_at_the_operators(desk, caller)
    row = await desk.journal(caller.call.account.user)
    assert (row["outcome"], row["transfers"]) == ("connected", MOST_TRANSFERS + 1)
    counts = [detail["count"] for kind, detail in desk.house.events(row["id"]) if kind == "transferred"]
    assert counts == list(range(1, MOST_TRANSFERS + 2))


async def a_phone_that_sends_on_by_itself_ends_at_the_operators(desk: Desk) -> None:
    await desk.operator()
    caller, anna = await misdialled(desk)
    desk.phones["erik"].refuses_with = 486
    await anna.call.blind_transfer(desk.extension("erik"))
    await transferred(anna)
    again = await desk.answer("anna")
    caller.forget()
    await again.call.blind_transfer(desk.extension("erik"))
    await transferred(again)
    await ends_at_the_operators(desk, caller)
    assert desk.rung("erik") == 1


@pytest.mark.requirement("R33")
async def test_colleagues_transfer_and_loops_end(floor: Floor) -> None:
    await floor.side_by_side(
        a_colleague_passes_a_caller_on,
        the_caller_comes_back_to_the_colleague,
        a_colleague_passes_a_caller_on_by_keys,
        a_colleague_sends_a_caller_to_the_operators_by_keys,
        a_colleague_in_the_operators_line_leaves_the_place_to_the_caller,
        a_long_chain_ends_at_the_operators,
        a_phone_that_sends_on_by_itself_ends_at_the_operators,
    )
