"""Consultation by keys, for telephones without buttons for it: call, speak, toggle, cancel, complete; and hang-ups."""

import pytest

from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.floor import Floor
from tests.acceptance.operators.partings import comes_back, farewell
from tests.acceptance.operators.party import Party, hear_each_other


async def ringing(desk: Desk) -> tuple[Party, Party]:
    """The caller hears music, the operator ring tone, Anna's phone rings."""
    desk.set_queue(hold_seconds=60)
    await desk.operator()
    await desk.colleague("anna")
    caller, op = await desk.talk()
    caller.forget()
    op.forget()
    await op.press(f"*{desk.extension('anna')}#")
    await caller.hears_music()
    await op.hears_ringing()
    return caller, op


async def speaking(desk: Desk) -> tuple[Party, Party, Party]:
    caller, op = await ringing(desk)
    anna = await desk.answer("anna")
    await hear_each_other(op, anna)
    return caller, op, anna


async def toggles_and_completes(desk: Desk) -> None:
    caller, op, anna = await speaking(desk)
    caller.forget()
    await caller.hears_music()
    anna.forget()
    await op.press("*2")
    await anna.hears_music()
    await hear_each_other(caller, op)
    caller.forget()
    await op.press("*2")
    await caller.hears_music()
    await hear_each_other(op, anna)
    await op.press("*4")
    await op.ended()
    await hear_each_other(caller, anna)
    await farewell(caller, anna)
    row = await desk.journal(caller.call.account.user)
    assert (row["outcome"], row["transfers"]) == ("connected", 1)
    assert "consulted" in {kind for kind, _ in desk.house.events(row["id"])}


async def cancels(desk: Desk) -> None:
    caller, op, anna = await speaking(desk)
    await op.press("*1")
    await anna.ended()
    await hear_each_other(caller, op)
    await farewell(caller, op)


async def cancels_while_it_rings(desk: Desk) -> None:
    caller, op = await ringing(desk)
    rung = await desk.phones["anna"].wait_incoming()
    await op.press("*1")
    await rung.ended()
    await hear_each_other(caller, op)
    await farewell(caller, op)


async def completes_by_hanging_up(desk: Desk) -> None:
    caller, op, anna = await speaking(desk)
    await op.hang_up()
    await hear_each_other(caller, anna)
    await farewell(caller, anna)


async def completes_while_it_rings_and_comes_back(desk: Desk) -> None:
    caller, op = await ringing(desk)
    caller.forget()
    await op.hang_up()
    await caller.hears_ringing()
    await farewell(caller, await comes_back(desk, caller, "no-answer", "Åter: Anna Andersson, svarar inte"))


async def completes_by_keys_while_it_rings(desk: Desk) -> None:
    caller, op = await ringing(desk)
    caller.forget()
    await op.press("*4")
    await op.ended()
    await caller.hears_ringing()
    anna = await desk.answer("anna")
    await hear_each_other(caller, anna)
    await farewell(caller, anna)


async def the_target_hangs_up(desk: Desk) -> None:
    caller, op, anna = await speaking(desk)
    await anna.hang_up()
    await hear_each_other(caller, op)
    await farewell(caller, op)


async def the_caller_hangs_up(desk: Desk) -> None:
    caller, op, anna = await speaking(desk)
    await caller.hang_up()
    await hear_each_other(op, anna)
    await farewell(op, anna)


async def the_caller_hangs_up_while_it_rings(desk: Desk) -> None:
    caller, op = await ringing(desk)
    rung = await desk.phones["anna"].wait_incoming()
    await caller.hang_up()
    await rung.ended()
    await op.ended()


async def the_target_hangs_up_while_the_caller_is_back(desk: Desk) -> None:
    caller, op, anna = await speaking(desk)
    anna.forget()
    await op.press("*2")
    await anna.hears_music()
    await anna.hang_up()
    await hear_each_other(caller, op)
    await farewell(caller, op)


async def the_operator_hangs_up_while_the_caller_is_back(desk: Desk) -> None:
    caller, op, anna = await speaking(desk)
    anna.forget()
    await op.press("*2")
    await anna.hears_music()
    await op.hang_up()
    await hear_each_other(caller, anna)
    await farewell(caller, anna)


async def is_told_why_and_has_the_caller_again(desk: Desk) -> None:
    await desk.operator()
    erik = await desk.colleague("erik")
    desk.absent("erik")
    caller, op = await desk.talk()
    op.forget()
    caller.forget()
    await op.press(f"*{desk.extension('erik')}#")
    await op.hears_prompt("reason-vacation-back")
    await hear_each_other(caller, op)
    assert erik.rung == []
    await farewell(caller, op)
    assert any("semester" in text for text in desk.phones["op1"].texts)


async def the_target_refuses(desk: Desk) -> None:
    caller, op = await ringing(desk)
    rung = await desk.phones["anna"].wait_incoming()
    await rung.reject(486)
    await op.hears_prompt("busy")
    await hear_each_other(caller, op)
    await farewell(caller, op)
    assert any(text.endswith("upptagen") for text in desk.phones["op1"].texts)


async def nobody_answers(desk: Desk) -> None:
    caller, op = await ringing(desk)
    rung = await desk.phones["anna"].wait_incoming()
    await op.hears_prompt("no-answer")
    await rung.ended()
    await hear_each_other(caller, op)
    await farewell(caller, op)


async def completes_while_the_caller_is_back(desk: Desk) -> None:
    caller, op, anna = await speaking(desk)
    anna.forget()
    await op.press("*2")
    await anna.hears_music()
    await op.press("*4")
    await op.ended()
    await hear_each_other(caller, anna)
    await farewell(caller, anna)


async def the_caller_hangs_up_while_back(desk: Desk) -> None:
    caller, op, anna = await speaking(desk)
    anna.forget()
    await op.press("*2")
    await anna.hears_music()
    await caller.hang_up()
    await hear_each_other(op, anna)
    await farewell(op, anna)


@pytest.mark.requirement("R31")
async def test_consult_toggle_cancel_and_complete(floor: Floor) -> None:
    await floor.side_by_side(
        toggles_and_completes,
        cancels,
        cancels_while_it_rings,
        completes_by_hanging_up,
        completes_while_it_rings_and_comes_back,
        completes_by_keys_while_it_rings,
        is_told_why_and_has_the_caller_again,
    )


async def test_whoever_hangs_up_leaves_the_two_others_talking(floor: Floor) -> None:
    await floor.side_by_side(
        the_target_hangs_up,
        the_caller_hangs_up,
        the_caller_hangs_up_while_it_rings,
        the_target_hangs_up_while_the_caller_is_back,
        the_operator_hangs_up_while_the_caller_is_back,
    )


@pytest.mark.requirement("R31")
async def test_refused_not_answered_and_left_while_the_caller_is_back(floor: Floor) -> None:
    await floor.side_by_side(
        the_target_refuses,
        nobody_answers,
        completes_while_the_caller_is_back,
        the_caller_hangs_up_while_back,
    )
