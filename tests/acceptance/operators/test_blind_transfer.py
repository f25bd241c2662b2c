"""The softphone's own transfer button: the caller reaches the target, or comes back with the reason; never silence."""

import pytest

from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.floor import Floor
from tests.acceptance.operators.partings import comes_back, farewell, leave_message, transferred
from tests.acceptance.operators.party import Party, hear_each_other


async def reaches_who_is_present(desk: Desk) -> None:
    await desk.operator()
    anna = await desk.colleague("anna")
    caller, op = await desk.talk()
    assert op.display.startswith(f"Ort {desk.number}: 070-")
    caller.forget()
    await op.call.blind_transfer(desk.extension("anna"))
    await transferred(op)
    await caller.hears_ringing()
    answered = await desk.answer("anna")
    await hear_each_other(caller, answered)
    assert answered.display.startswith(f"Ort {desk.number}: 070-")
    assert answered.call.shown[-1].number.endswith(caller.call.account.user[-9:])
    await answered.hang_up()
    await caller.ended()
    caller.never_in_silence()
    row = await desk.journal(caller.call.account.user)
    assert (row["outcome"], row["transfers"]) == ("connected", 1)
    kinds = [kind for kind, _ in desk.house.events(row["id"])]
    assert kinds.count("transferred") == 1
    assert len(anna.rung) == 1


async def comes_back_from_who_is_absent_and_leaves_a_message(desk: Desk) -> None:
    await desk.operator()
    erik = await desk.colleague("erik")
    desk.absent("erik")
    caller, op = await desk.talk()
    caller.forget()
    await op.call.blind_transfer(desk.extension("erik"))
    await transferred(op)
    back = await comes_back(desk, caller, "absent", "Åter: Erik Lund, semester till 24/8")
    assert erik.rung == []
    caller.forget()
    await back.press("**8#")
    await back.ended()
    await caller.hears_prompt("reached", "beep")
    await leave_message(caller)
    row = await desk.journal(caller.call.account.user)
    assert row["outcome"] == "message"
    (task,) = desk.tasks()
    assert task["person_id"] == desk.person("erik")
    assert erik.rung == []


async def comes_back_from_a_phone_that_refuses(desk: Desk) -> None:
    await desk.operator()
    (await desk.colleague("anna")).refuses_with = 486
    caller, op = await desk.talk()
    caller.forget()
    await op.call.blind_transfer(desk.extension("anna"))
    await farewell(caller, await comes_back(desk, caller, "busy", "Åter: Anna Andersson, upptagen"))


async def comes_back_from_who_talks_already(desk: Desk) -> None:
    await desk.operator()
    anna = await desk.colleague("anna")
    other, talking = await desk.talk("anna", desk.public("anna"))
    caller, op = await desk.talk()
    caller.forget()
    await op.call.blind_transfer(desk.extension("anna"))
    await farewell(caller, await comes_back(desk, caller, "busy", "Åter: Anna Andersson, upptagen"))
    assert len(anna.rung) == 1
    await hear_each_other(other, talking)
    await farewell(other, talking)


async def comes_back_from_an_unregistered_phone(desk: Desk) -> None:
    await desk.operator()
    caller, op = await desk.talk()
    caller.forget()
    await op.call.blind_transfer(desk.extension("maria"))
    await farewell(caller, await comes_back(desk, caller, "no-phone", "Åter: Maria Berg, ingen telefon"))


async def comes_back_when_nobody_answers(desk: Desk) -> None:
    await desk.operator()
    await desk.colleague("anna")
    caller, op = await desk.talk()
    caller.forget()
    await op.call.blind_transfer(desk.extension("anna"))
    rung = await desk.phones["anna"].wait_incoming()
    await caller.hears_ringing()
    back = await comes_back(desk, caller, "no-answer", "Åter: Anna Andersson, svarar inte")
    await rung.ended()
    await farewell(caller, back)


async def comes_back_from_a_number_that_nobody_has(desk: Desk) -> None:
    await desk.operator()
    caller, op = await desk.talk()
    caller.forget()
    await op.call.blind_transfer(desk.end("99"))
    await farewell(caller, await comes_back(desk, caller, "unknown", "Åter: numret används inte"))


async def comes_back_when_the_number_outside_is_not_allowed(desk: Desk) -> None:
    await desk.operator()
    caller, op = await desk.talk()
    caller.forget()
    await op.call.blind_transfer("0900123456")
    shown = "Åter: 0900123456, får inte ringas härifrån"
    await farewell(caller, await comes_back(desk, caller, "unknown", shown))


async def comes_back_from_a_group_without_anybody(desk: Desk) -> None:
    await desk.operator()
    caller, op = await desk.talk()
    caller.forget()
    await op.call.blind_transfer(desk.end("20"))
    await farewell(caller, await comes_back(desk, caller, "no-phone", "Åter: Bygglov, ingen telefon"))


async def reaches_a_group(desk: Desk) -> None:
    await desk.operator()
    anna, erik = await desk.colleague("anna"), await desk.colleague("erik")
    caller, op = await desk.talk()
    caller.forget()
    await op.call.blind_transfer(desk.end("20"))
    await transferred(op)
    stopped = await anna.wait_incoming()
    await caller.hears_ringing()
    answered = await desk.answer("erik")
    await stopped.ended()
    await hear_each_other(caller, answered)
    assert len(erik.rung) == 1
    await farewell(caller, answered)


async def goes_straight_to_a_mailbox(desk: Desk) -> None:
    await desk.operator()
    anna = await desk.colleague("anna")
    caller, op = await desk.talk()
    caller.forget()
    await op.call.blind_transfer(f"*8{desk.extension('anna')}")
    await transferred(op)
    await caller.hears_prompt("reached", "beep")
    await leave_message(caller)
    (task,) = desk.tasks()[-1:]
    assert (task["person_id"], task["caller"]) == (desk.person("anna"), caller.call.account.user)
    assert anna.rung == []


@pytest.mark.requirement("R31")
async def test_the_caller_reaches_the_target_or_comes_back_with_the_reason(floor: Floor) -> None:
    await floor.side_by_side(
        reaches_who_is_present,
        comes_back_from_who_is_absent_and_leaves_a_message,
        comes_back_from_a_phone_that_refuses,
        comes_back_from_who_talks_already,
        comes_back_from_an_unregistered_phone,
        comes_back_when_nobody_answers,
    )


@pytest.mark.requirement("R31")
async def test_groups_mailboxes_and_numbers_that_lead_nowhere(floor: Floor) -> None:
    await floor.side_by_side(
        comes_back_from_a_number_that_nobody_has,
        comes_back_when_the_number_outside_is_not_allowed,
        comes_back_from_a_group_without_anybody,
        reaches_a_group,
        goes_straight_to_a_mailbox,
    )


async def test_an_outside_number_by_the_transferors_rights(floor: Floor, desk: Desk) -> None:
    await desk.operator()
    caller, op = await desk.talk()
    caller.forget()
    await op.call.blind_transfer("0701112233")
    await transferred(op)
    rung = await floor.outside.ringing("+46701112233")
    assert rung.shown[-1].number == desk.main
    await caller.hears_ringing()
    await rung.answer()
    outside = Party(rung, "outside")
    await outside.speak()
    await hear_each_other(caller, outside)
    await farewell(caller, outside)
    row = await desk.journal(caller.call.account.user)
    assert (row["outcome"], row["transfers"]) == ("connected", 1)
