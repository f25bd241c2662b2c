"""Numbers abroad are not called back: who has no other can leave a message, or stands in line as before."""

import pytest

from switchboard.domain.announcement import FixedPrompt
from switchboard.domain.call import EventKind, Outcome
from tests.calls.queue.desk import BUSY, Desk
from tests.calls.queue.test_keep_place import OTHER, once
from tests.fakes.leg import FakeLeg, Speech

ABROAD, ENTER = FixedPrompt("queue-number-abroad"), FixedPrompt("queue-enter-number")
FROM_NORWAY = "+4712345678"


def asks_for_the_place(number: str | None) -> tuple[Desk, FakeLeg]:
    desk = Desk(both=False)
    desk.op1.state = BUSY
    caller = desk.ring_in("a", number=number)
    once(caller, "QueuePosition", "1")
    return desk, caller


def answers(desk: Desk, caller: FakeLeg, prompt: FixedPrompt, keys: str) -> None:
    def press() -> None:
        if desk.announcer.said[-1] == prompt:
            caller.press(keys)

    caller.on_hearing("FixedPrompt", press)


@pytest.mark.requirement("R11")
async def test_a_caller_from_abroad_is_told_at_once_and_leaves_a_message() -> None:
    desk, caller = asks_for_the_place(FROM_NORWAY)
    answers(desk, caller, ABROAD, "2")
    caller.speech = Speech(seconds=5)
    assert (await desk.ends("a")).outcome is Outcome.MESSAGE
    assert ENTER not in desk.announcer.said
    assert (desk.left("a"), desk.line()) == ("message", [])
    assert [past.how for past in desk.places.history] == ["overflowed"]
    assert len(desk.messages.tasks) == 1
    assert [event.detail["digit"] for event in desk.events("a") if event.kind is EventKind.CHOSE] == ["1", "2"]
    await desk.close()


async def test_a_caller_from_abroad_gives_another_number() -> None:
    desk, caller = asks_for_the_place(FROM_NORWAY)
    answers(desk, caller, ABROAD, "1")
    answers(desk, caller, ENTER, "0980555111#")
    once(caller, "ReadBackNumber", "1")
    assert (await desk.ends("a")).outcome is Outcome.BOOKED
    assert desk.places.places["a"].number == OTHER
    await desk.close()


@pytest.mark.requirement("R11")
async def test_a_number_abroad_that_is_typed_is_refused_with_a_message_on_offer() -> None:
    desk, caller = asks_for_the_place(None)
    answers(desk, caller, ENTER, "004712345678#")
    answers(desk, caller, ABROAD, "2")
    caller.speech = Speech(seconds=5)
    assert (await desk.ends("a")).outcome is Outcome.MESSAGE
    assert FixedPrompt("queue-number-not-accepted") not in desk.announcer.said
    assert desk.line() == []
    await desk.close()


async def test_who_chooses_nothing_stands_in_line_as_before_and_hears_it() -> None:
    desk, caller = asks_for_the_place(FROM_NORWAY)
    await desk.passes(120)
    assert desk.announcer.said.count(FixedPrompt("queue-still-in-line")) == 1
    assert desk.line() == ["a"]
    assert desk.op1.rung == []
    caller.leave()
    await desk.ends("a")
    await desk.close()
