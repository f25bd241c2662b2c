"""A blind transfer to what is nobody in person: a unit, the operators, who is closed, a number outside."""

import pytest

from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.floor import Floor
from tests.acceptance.operators.partings import comes_back, farewell, transferred
from tests.acceptance.operators.party import hear_each_other
from tests.acceptance.operators.rows import ARCHIVE_OPENS


async def reaches_a_unit_by_its_answering_point(desk: Desk) -> None:
    await desk.operator()
    anna, _ = await desk.colleague("anna"), await desk.colleague("erik")
    caller, op = await desk.talk()
    caller.forget()
    await op.call.blind_transfer(desk.end("30"))
    await transferred(op)
    stopped = await anna.wait_incoming()
    await caller.hears_ringing()
    answered = await desk.answer("erik")
    await stopped.ended()
    await hear_each_other(caller, answered)
    await farewell(caller, answered)
    row = await desk.journal(caller.call.account.user)
    assert (row["outcome"], row["transfers"]) == ("connected", 1)


async def reaches_the_other_operators_by_their_own_number(desk: Desk) -> None:
    await desk.operator()
    await desk.colleague("op2")
    caller, op = await desk.talk()
    desk.sign_in("op2")
    caller.forget()
    await op.call.blind_transfer(desk.end("00"))
    await transferred(op)
    await caller.hears_ringing()
    answered = await desk.answer("op2")
    assert answered.display.startswith("Kopplat från Karin Holm: 070-")
    await hear_each_other(caller, answered)
    await farewell(caller, answered)
    row = await desk.journal(caller.call.account.user)
    assert (row["outcome"], row["transfers"]) == ("connected", 1)


async def comes_back_from_who_is_closed(desk: Desk) -> None:
    await desk.operator()
    caller, op = await desk.talk()
    caller.forget()
    await op.call.blind_transfer(desk.end("21"))
    await transferred(op)
    await farewell(caller, await comes_back(desk, caller, "closed", f"Åter: Arkivet, stängt till {ARCHIVE_OPENS}"))


async def comes_back_from_a_unit_without_an_answering_point(desk: Desk) -> None:
    await desk.operator()
    caller, op = await desk.talk()
    caller.forget()
    await op.call.blind_transfer(desk.end("31"))
    await transferred(op)
    shown = f"Åter: Kontoret {desk.number}, saknar svarsställe"
    await farewell(caller, await comes_back(desk, caller, "unknown", shown))


@pytest.mark.requirement("R31")
async def test_units_operators_and_who_is_closed(floor: Floor) -> None:
    await floor.side_by_side(
        reaches_a_unit_by_its_answering_point,
        reaches_the_other_operators_by_their_own_number,
        comes_back_from_who_is_closed,
        comes_back_from_a_unit_without_an_answering_point,
    )


@pytest.mark.requirement("R31")
async def test_a_number_outside_that_nobody_answers(floor: Floor, desk: Desk) -> None:
    await desk.operator()
    caller, op = await desk.talk()
    caller.forget()
    await op.call.blind_transfer("0701112266")
    await transferred(op)
    rung = await floor.outside.ringing("+46701112266")
    await caller.hears_ringing()
    back = await comes_back(desk, caller, "no-answer", "Åter: 070-111 22 66, svarar inte")
    await rung.ended()
    await farewell(caller, back)
    row = await desk.journal(caller.call.account.user)
    assert (row["outcome"], row["transfers"]) == ("connected", 1)


@pytest.mark.requirement("R31")
async def test_a_number_outside_that_is_busy(floor: Floor, desk: Desk) -> None:
    floor.outside.phone.refuses_with = 486
    await desk.operator()
    caller, op = await desk.talk()
    caller.forget()
    await op.call.blind_transfer("0701112288")
    await transferred(op)
    await farewell(caller, await comes_back(desk, caller, "busy", "Åter: 070-111 22 88, upptagen"))
    assert len(floor.outside.rung("+46701112288")) == 1
