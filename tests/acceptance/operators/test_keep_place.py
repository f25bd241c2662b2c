"""Keep my place: the number is read back, the operator is rung first, then the citizen through the trunk."""

import asyncio

import pytest

from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.floor import Floor
from tests.acceptance.operators.partings import farewell
from tests.acceptance.operators.party import Party, hear_each_other
from tests.acceptance.wait import until
from tests.callers.phone import PhoneAccount
from tests.callers.raw_sip import RawPhone

OTHER = "0702223344"


async def second_in_line(desk: Desk) -> tuple[Party, Party, Party, Party]:
    """An operator who talks, one who waits, and the caller who has been offered to keep the place."""
    await desk.operator()
    first, op = await desk.talk()
    ahead = await desk.ring_from()
    await ahead.hears_music()
    caller = await desk.ring_from()
    await caller.hears_prompt("queue-position", "number-2", "queue-position-end", "queue-keep-place-offer")
    return first, op, ahead, caller


@pytest.mark.requirement("R4")
async def test_the_place_is_kept_and_the_caller_called_back(floor: Floor, desk: Desk) -> None:
    first, op, ahead, caller = await second_in_line(desk)
    await caller.press("1")
    await caller.hears_prompt("read-back", "digit-7", "read-back-choice")
    await caller.press("1")
    await caller.hears_prompt("queue-place-kept", "goodbye")
    await caller.ended()
    number = caller.call.account.user
    assert (await desk.journal(number))["outcome"] == "booked"
    later = await desk.ring_from()
    await later.hears_music()
    await farewell(first, op)
    await farewell(ahead, await desk.answer("op1"))
    called = await desk.answer("op1")
    assert ": ring upp 070-" in called.display
    rung = await floor.outside.ringing(number)
    assert rung.shown[-1].number == desk.main
    await called.hears_ringing()
    await rung.answer()
    citizen = Party(rung, "outside")
    await citizen.speak()
    await hear_each_other(citizen, called)
    await farewell(citizen, called)
    await farewell(later, await desk.answer("op1"))
    back = await desk.journal(number)
    assert (back["source"], back["outcome"]) == ("service", "connected")


async def test_another_number_can_be_given_and_no_answer_becomes_a_task(floor: Floor, desk: Desk) -> None:
    """Twice in vain, as the queue's row says; then it is a task with its deadline."""
    floor.outside.phone.refuses_with = 486
    first, op, ahead, caller = await second_in_line(desk)
    await caller.press("1")
    await caller.hears_prompt("read-back-choice")
    await caller.press("2")
    await caller.hears_prompt("queue-enter-number")
    await caller.press(f"{OTHER}#")
    await caller.hears_prompt("read-back", "digit-2", "digit-4-end", "read-back-choice")
    await caller.press("1")
    await caller.ended()
    await asyncio.gather(ahead.hang_up(), farewell(first, op))
    for _ in range(2):
        called = await desk.answer("op1")
        await called.ended()
    assert len(floor.outside.rung("+46702223344")) == 2

    async def is_a_task() -> bool:
        return any(task["source"] == "queue" and task["caller"] == "+46702223344" for task in desk.tasks())

    await until(is_a_task, 8, "a callback task stands in for the call")


async def test_who_hides_the_number_is_asked_for_it(floor: Floor, desk: Desk) -> None:
    await desk.operator()
    first, op = await desk.talk()
    ahead = await desk.ring_from()
    await ahead.hears_music()
    account = PhoneAccount("anonymous", desk.house.box.server, sounds=desk.house.box.sounds)
    async with RawPhone(account) as phone:
        anonymous = b'"Anonymous" <sip:anonymous@anonymous.invalid>'
        caller = Party(await phone.dial_as(anonymous, desk.main), "caller")
        await caller.hears_prompt("queue-keep-place-offer")
        await caller.press("1")
        await caller.hears_prompt("queue-enter-number")
        assert "sv/read-back" not in caller.call.heard.prompts
        await caller.press("0900123456#")
        await caller.hears_prompt("queue-number-not-accepted", "queue-enter-number")
        await caller.press(f"{OTHER}#")
        await caller.hears_prompt("read-back-choice")
        await caller.press("1")
        await caller.hears_prompt("queue-place-kept")
        await caller.ended()
    await asyncio.gather(ahead.hang_up(), farewell(first, op))
    called = await desk.answer("op1")
    citizen = await floor.outside.answer("+46702223344")
    await hear_each_other(citizen, called)
    await farewell(citizen, called)
