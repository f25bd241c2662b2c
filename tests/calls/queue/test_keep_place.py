"""Keep my place: one presses 1, hangs up, and is called back when the turn comes (R16)."""

import pytest

from switchboard.calls.ports import RingFailure
from switchboard.domain.announcement import FixedPrompt, ReadBackNumber
from switchboard.domain.call import EventKind, Outcome
from switchboard.domain.directory import PauseReason
from switchboard.domain.diversion import PhoneState
from tests.builders import OP1
from tests.calls.queue.desk import BUSY, Desk, queue
from tests.fakes.leg import RING_TONE, FakeLeg
from tests.fakes.telephony import talk_with
from tests.fakes.world import WEDNESDAY

CITIZEN = "+46701234567"
OTHER = "+46980555111"


def once(leg: FakeLeg, fragment: str, digits: str) -> None:
    """Press them when that is heard for the first time."""
    pressed: list[str] = []

    def press() -> None:
        if not pressed:
            pressed.append(digits)
            leg.press(digits)

    leg.on_hearing(fragment, press)


async def book(desk: Desk, name: str = "a", number: str | None = CITIZEN) -> FakeLeg:
    """Everybody is busy, and the caller keeps the place with the number that is shown."""
    desk.op1.state = desk.op2.state = BUSY
    caller = desk.ring_in(name, number)
    once(caller, "QueuePosition", "1")
    once(caller, "ReadBackNumber", "1")
    return caller


def free(desk: Desk) -> None:
    desk.op1.state = PhoneState.FREE
    desk.queues.wake()


@pytest.mark.requirement("R16")
async def test_the_place_is_kept_and_the_operator_is_rung_first_then_the_citizen() -> None:
    desk = Desk(both=False)
    await book(desk)
    assert (await desk.ends("a")).outcome is Outcome.BOOKED
    assert FixedPrompt("queue-place-kept") in desk.announcer.said
    assert desk.line() == ["a"]
    assert desk.places.places["a"].kind == "callback"
    assert desk.queues.view()[0].place.number == CITIZEN
    desk.op1.answers_after = 2
    citizen = desk.telephony.phone(CITIZEN, answers_after=5)
    free(desk)
    await desk.passes(3)
    assert desk.op1.rung[0].pii_display_name == "Norrby kommun: ring upp 070-123 45 67"
    assert desk.op1.leg.hears == [RING_TONE]
    await desk.passes(6)
    assert [request.number for request in citizen.dialled] == [CITIZEN]
    assert citizen.dialled[0].pii_shown_number == "+46980319200"
    assert citizen.leg.talking_to == desk.op1.leg.name
    (call_id,) = [id_ for id_ in desk.journal.calls if id_ != "a"]
    assert desk.queues.follows(call_id)
    citizen.leg.leave()
    await desk.passes(1)
    outcome = desk.outcome(call_id)
    assert outcome is not None
    assert outcome.outcome is Outcome.CONNECTED
    assert desk.journal.calls[call_id].call.source == "service"
    assert [past.how for past in desk.places.history] == ["answered"]
    assert not desk.queues.follows(call_id)
    await desk.close()


async def test_the_number_that_is_read_back_can_be_changed() -> None:
    desk = Desk(both=False)
    desk.op1.state = BUSY
    caller = desk.ring_in("a")
    once(caller, "QueuePosition", "1")
    answers = iter(["2", "1"])
    caller.on_hearing("ReadBackNumber", lambda: caller.press(next(answers)))
    desk.telephony.media_seconds["FixedPrompt:sv"] = 3
    desk.announcer.said.clear()

    def type_number() -> None:
        if desk.announcer.said[-1] == FixedPrompt("queue-enter-number"):
            caller.press("0980555111#")

    caller.on_hearing("FixedPrompt", type_number)
    assert (await desk.ends("a")).outcome is Outcome.BOOKED
    numbers = [each.number for each in desk.announcer.said if isinstance(each, ReadBackNumber)]
    assert numbers == [CITIZEN, OTHER]
    assert desk.places.places["a"].number == OTHER
    await desk.close()


@pytest.mark.parametrize("typed", ["0900123456#", "112#", "12#", "#"])
async def test_an_anonymous_caller_is_asked_and_a_number_that_we_may_not_ring_is_not_taken(typed: str) -> None:
    desk = Desk(both=False)
    desk.op1.state = BUSY
    caller = desk.ring_in("a", number=None)
    once(caller, "QueuePosition", "1")
    tries = iter([typed, "0980555111#"])

    def type_number() -> None:
        if desk.announcer.said[-1] == FixedPrompt("queue-enter-number"):
            caller.press(next(tries))

    caller.on_hearing("FixedPrompt", type_number)
    once(caller, "ReadBackNumber", "1")
    assert (await desk.ends("a")).outcome is Outcome.BOOKED
    assert FixedPrompt("queue-number-not-accepted") in desk.announcer.said
    assert desk.places.places["a"].number == OTHER
    await desk.close()


async def test_who_comes_to_no_number_stands_in_the_line_as_before() -> None:
    desk = Desk(both=False)
    desk.op1.state = BUSY
    caller = desk.ring_in("a", number=None)
    once(caller, "QueuePosition", "1")
    await desk.passes(5)
    desk.ring_in("b")
    await desk.passes(120)
    assert desk.line() == ["a", "b"]
    assert desk.announcer.said.count(FixedPrompt("queue-still-in-line")) == 1
    desk.op1.answers_after, desk.op1.talks_for = 0, 5
    free(desk)
    assert (await desk.ends("a")).outcome is Outcome.CONNECTED
    assert (await desk.ends("b")).outcome is Outcome.CONNECTED
    del caller
    await desk.close()


async def test_while_the_number_is_agreed_on_the_place_is_kept_and_the_next_is_served() -> None:
    desk = Desk(both=False)
    desk.op1.state = BUSY
    desk.telephony.media_seconds["ReadBackNumber:sv"] = 30
    caller = desk.ring_in("a")
    once(caller, "QueuePosition", "1")
    await desk.passes(12)
    desk.ring_in("b")
    await desk.passes(1)
    desk.op1.answers_after, desk.op1.talks_for = 0, 5
    free(desk)
    assert (await desk.ends("b")).outcome is Outcome.CONNECTED
    caller.press("1")
    assert (await desk.ends("a")).outcome is Outcome.BOOKED
    await desk.close()


async def test_a_kept_place_jumps_ahead_of_nobody_and_nobody_ahead_of_it() -> None:
    desk = Desk(both=False)
    desk.op1.state = BUSY
    first = desk.ring_in("first")
    await desk.passes(1)
    caller = desk.ring_in("kept")
    once(caller, "QueuePosition", "1")
    once(caller, "ReadBackNumber", "1")
    await desk.passes(1)
    last = desk.ring_in("last")
    await desk.ends("kept")
    assert desk.line() == ["first", "kept", "last"]
    first.leave()
    last.leave()
    await desk.ends("first")
    await desk.ends("last")
    await desk.close()


@pytest.mark.requirement("R16")
async def test_who_does_not_answer_is_tried_by_rule_and_then_becomes_a_task_with_its_deadline() -> None:
    desk = Desk(queue(callback_tries=3, callback_pause_seconds=300), both=False)
    await book(desk)
    await desk.ends("a")
    citizen = desk.telephony.phone(CITIZEN, refuses=RingFailure.BUSY)
    desk.op1.answers_after = 1
    free(desk)
    await desk.passes(10)
    assert desk.places.places["a"].tries == 1
    assert desk.places.places["a"].since == desk.event("a", EventKind.QUEUED).at
    await desk.passes(200)
    assert len(citizen.dialled) == 1
    await desk.passes(600)
    assert len(citizen.dialled) == 3
    (opened,) = desk.tasks.opened
    assert (opened.task.source, opened.task.caller, opened.task.mailbox.group_id) == ("queue", CITIZEN, 1)
    assert opened.task.deadline.on == WEDNESDAY.date().replace(day=13)
    assert [past.how for past in desk.places.history] == ["failed"]
    assert desk.line() == []
    await desk.close()


async def test_the_operator_gives_up_while_the_citizen_s_phone_rings() -> None:
    desk = Desk(both=False)
    await book(desk)
    await desk.ends("a")
    citizen = desk.telephony.phone(CITIZEN)
    desk.op1.answers_after = 1
    free(desk)
    await desk.passes(4)
    desk.op1.leg.leave()
    await desk.passes(1)
    assert citizen.ringing is None
    assert desk.places.places["a"].tries == 1
    await desk.close()


async def test_a_colleague_s_extension_is_rung_on_its_phones() -> None:
    desk = Desk(both=False)
    desk.op1.state = BUSY
    caller = desk.ring_inside("a")
    once(caller, "QueuePosition", "1")
    once(caller, "ReadBackNumber", "1")
    assert (await desk.ends("a")).outcome is Outcome.BOOKED
    anna = desk.telephony.phone("anna", answers_after=2, talks_for=4)
    desk.op1.answers_after = 1
    free(desk)
    await desk.passes(20)
    assert len(anna.rung) == 1
    assert talk_with("op1") in anna.leg.hears
    await desk.close()


async def test_who_hangs_up_before_the_number_is_agreed_on_has_left() -> None:
    desk = Desk(both=False)
    desk.op1.state = BUSY
    caller = desk.ring_in("a")
    once(caller, "QueuePosition", "1")
    caller.on_hearing("ReadBackNumber", caller.leave)
    assert (await desk.ends("a")).outcome is Outcome.ABANDONED
    assert desk.line() == []
    await desk.close()


async def test_when_the_operators_have_gone_home_a_kept_place_becomes_a_task() -> None:
    desk = Desk(both=False)
    await book(desk)
    await desk.ends("a")
    await desk.desk.sign_out(OP1.id, 1, "test")
    desk.queues.wake()
    await desk.passes(5)
    (opened,) = desk.tasks.opened
    assert opened.task.source == "queue"
    assert desk.line() == []
    await desk.close()


async def test_a_lunch_break_is_waited_for() -> None:
    desk = Desk(both=False)
    await book(desk)
    await desk.ends("a")
    await desk.desk.pause(OP1.id, PauseReason.LUNCH, desk.clock.now(), "test")
    desk.queues.wake()
    await desk.passes(1800)
    assert desk.line() == ["a"]
    await desk.close()


async def test_before_it_is_offered_one_does_nothing() -> None:
    desk = Desk(both=False)
    desk.op1.state = BUSY
    caller = desk.ring_in("a")
    caller.on_hearing("AnswerPhrase", lambda: caller.press("1"))
    caller.press_after(5, "1")
    await desk.passes(8)
    assert FixedPrompt("queue-keep-place-offer") not in desk.announcer.said
    assert desk.line() == ["a"]
    assert not any(isinstance(each, ReadBackNumber) for each in desk.announcer.said)
    caller.leave()
    await desk.ends("a")
    await desk.close()


async def test_where_places_are_not_kept_one_does_nothing() -> None:
    desk = Desk(queue(keep_place=False), both=False)
    desk.op1.state = BUSY
    caller = desk.ring_in("a")
    caller.press_after(15, "1")
    await desk.passes(60)
    assert FixedPrompt("queue-keep-place-offer") not in desk.announcer.said
    assert desk.line() == ["a"]
    caller.leave()
    await desk.ends("a")
    await desk.close()
