"""One's own greetings and messages from outside, with extension and PIN, through the number of the keypad services."""

import pytest

from switchboard.domain.call import Outcome
from switchboard.domain.directory import GreetingKind
from tests.builders import ERIK
from tests.calls.desk.keypad import PIN, SERVICES, from_outside, give_pin, house
from tests.calls.mailbox.keys import at_each
from tests.calls.mailbox.mailboxes import CITIZEN, audio, message
from tests.fakes.world import World

MINE = {"pin-enter-extension": ["211#"] * 3, "pin-enter-pin": [f"{PIN}#"] * 3}
ACTOR = f"keypad from outside (person {ERIK.id})"


async def with_messages() -> World:
    world = house()
    await give_pin(world)
    world.message_book.add(ERIK.id, message(1), message(2))
    return world


@pytest.mark.requirement("R41")
@pytest.mark.parametrize("choice", ["5", "*26#"])
async def test_with_extension_and_pin_messages_are_heard_and_deleted(choice: str) -> None:
    world = await with_messages()
    keys = {**MINE, "keypad-menu": [choice], "message-menu": ["3", "*"]}
    outcome = await from_outside(world, keys)
    assert outcome is not None
    assert outcome.outcome is Outcome.SERVED
    assert world.message_book.left(ERIK.id) == ["m2"]
    assert {actor for _, _, actor in world.message_book.audit} == {ACTOR}
    assert audio(1) in world.telephony.legs[-1].hears


@pytest.mark.requirement("R41")
async def test_without_the_right_pin_nothing_is_heard() -> None:
    world = await with_messages()
    keys = {**MINE, "pin-enter-pin": ["918273#"] * 3, "keypad-menu": ["5"]}
    await from_outside(world, keys)
    assert world.message_book.audit == []
    assert audio(1) not in world.telephony.legs[-1].hears


async def test_a_citizen_is_called_back_from_outside_with_the_person_s_own_rights() -> None:
    world = await with_messages()
    called = world.telephony.phone(CITIZEN, answers_after=2, talks_for=20)
    outcome = await from_outside(world, {**MINE, "keypad-menu": ["5"], "message-menu": ["8"]})
    assert (len(called.dialled), outcome and outcome.outcome) == (1, Outcome.CONNECTED)


@pytest.mark.requirement("R12")
@pytest.mark.parametrize("choice", ["4", "*25#"])
async def test_a_greeting_is_recorded_from_outside(choice: str) -> None:
    world = house()
    await give_pin(world)
    keys = {
        **MINE,
        "keypad-menu": [choice],
        "greeting-choose": "1",
        "greeting-menu": ["1", "*"],
        "greeting-confirm": "1",
    }
    await from_outside(world, keys)
    (kept,) = (row for row in world.directory.index.greetings("person", ERIK.id) if row.sha256 in world.audio.stored)
    assert kept.kind is GreetingKind.PERSONAL
    assert world.greetings.acts == [("put", ACTOR)]


async def test_a_hang_up_in_the_middle_deletes_what_was_deleted() -> None:
    world = await with_messages()
    leg = world.telephony.caller()
    at_each(leg, {**MINE, "keypad-menu": ["5"], "message-menu": ["3"]})
    leg.on_hearing(audio(2), leg.leave)
    world.start(SERVICES, leg)
    await world.over()
    assert world.message_book.left(ERIK.id) == ["m2"]
    assert world.message_book.new(ERIK.id) == ["m2"]
