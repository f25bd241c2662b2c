"""Calls to the main number and to functions: who rings, who stops, what the caller hears meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.calls.incoming import follow_call
from switchboard.calls.ports import HangupCause, RingFailure
from switchboard.domain.announcement import Closed, OperatorsUnavailable, Refused
from switchboard.domain.call import EventKind, Outcome
from switchboard.domain.directory import (
    AbsenceReason,
    Destination,
    DestinationKind,
    OperatorSession,
    PauseReason,
    PhoneNumber,
    RingOrder,
)
from switchboard.domain.diversion import PhoneState
from tests.builders import ANNA, BYGGLOV, BYGGLOV_GROUP, ERIK, OP1, OPERATOR_GROUP
from tests.calls.test_diverting import away
from tests.fakes.leg import BEEP, MUSIC, RING_TONE, Speech
from tests.fakes.telephony import talk_with
from tests.fakes.world import WEDNESDAY, World, at_work

MAIN = "+46980319200"
FUNCTION = "+46980319220"


async def test_all_operators_ring_the_first_answer_wins_and_the_others_stop() -> None:
    world = World(at_work())
    op1 = world.telephony.phone("op1", answers_after=3, talks_for=10)
    op2 = world.telephony.phone("op2")
    caller = world.telephony.caller()
    outcome = await world.call(MAIN, caller)
    assert caller.hears == [RING_TONE, talk_with("op1")]
    assert outcome.outcome is Outcome.CONNECTED
    assert len(op1.rung) == len(op2.rung) == 1
    assert op2.stopped_with == [HangupCause.ANSWERED_ELSEWHERE]
    assert world.telephony.left_over() == []


@pytest.mark.requirement("R38")
async def test_the_display_shows_the_caller_and_the_authority_dialled() -> None:
    world = World(at_work())
    op1 = world.telephony.phone("op1", answers_after=1, talks_for=1)
    await world.call("+46406280400", world.telephony.caller())
    (request,) = op1.rung
    assert request.pii_display_name.startswith("Söderås kommunalteknik: ")
    assert request.pii_display_number == "+46701234567"


async def test_nobody_answers_and_the_caller_may_leave_a_message() -> None:
    world = World(at_work())
    world.telephony.phone("op1")
    caller = world.telephony.caller()
    outcome = await world.call(MAIN, caller)
    assert OperatorsUnavailable(busy=False) in world.announcer.said
    assert BEEP in caller.hears
    assert outcome.outcome is Outcome.MESSAGE
    (task,) = world.messages.tasks
    assert (task.mailbox.authority_id, task.mailbox.person_id) == (1, None)


async def test_nobody_is_signed_in() -> None:
    gone = OperatorSession(1, OP1.id, OPERATOR_GROUP.id, paused=True, pause_reason=PauseReason.NO_ANSWER)
    world = World(at_work(gone))
    world.directory.index.remove("operator_session", 2)
    op1 = world.telephony.phone("op1", answers_after=1)
    caller = world.telephony.caller()
    outcome = await world.call(MAIN, caller)
    assert op1.rung == []
    assert world.heard(caller)[:2] == ["AnswerPhrase", "OperatorsUnavailable"]
    assert OperatorsUnavailable(busy=False) in world.announcer.said
    assert outcome.outcome is Outcome.MESSAGE


async def test_while_all_operators_talk_the_caller_hears_music_until_one_is_free() -> None:
    world = World(at_work())
    op1 = world.telephony.phone("op1", state=PhoneState.BUSY, answers_after=1, talks_for=4)
    caller = world.telephony.caller()

    def become_free() -> None:
        op1.state = PhoneState.FREE

    caller.on_hearing(MUSIC, become_free)
    outcome = await world.call(MAIN, caller)
    assert world.heard(caller)[:2] == ["AnswerPhrase", MUSIC]
    assert caller.hears[-2:] == [RING_TONE, talk_with("op1")]
    assert outcome.outcome is Outcome.CONNECTED


async def test_phones_that_refuse_at_once_are_not_rung_in_a_tight_circle() -> None:
    world = World(at_work())
    op1 = world.telephony.phone("op1", refuses=RingFailure.BUSY)
    await world.call(MAIN, world.telephony.caller())
    assert 1 < len(op1.rung) <= OPERATOR_GROUP.ring_seconds + 1


@pytest.mark.requirement("R23")
async def test_closed_says_when_it_opens() -> None:
    world = World(at_work(), at=WEDNESDAY.replace(hour=18))
    op1 = world.telephony.phone("op1", answers_after=1)
    outcome = await world.call(MAIN, world.telephony.caller())
    closed = world.announcer.said[0]
    assert isinstance(closed, Closed)
    assert closed.opens_at == WEDNESDAY.replace(hour=8) + timedelta(days=1)
    assert op1.rung == []
    assert outcome.outcome is Outcome.MESSAGE


async def test_a_function_rings_its_present_members_only() -> None:
    world = World(at_work(away(ERIK)))
    anna = world.telephony.phone("anna", answers_after=1, talks_for=2)
    erik = world.telephony.phone("erik", answers_after=0.5)
    outcome = await world.call(FUNCTION, world.telephony.caller())
    assert (len(anna.rung), len(erik.rung)) == (1, 0)
    assert outcome.outcome is Outcome.CONNECTED


async def test_members_in_order_ring_one_after_the_other() -> None:
    world = World(at_work(replace(BYGGLOV_GROUP, order=RingOrder.IN_ORDER, ring_seconds=20)))
    anna = world.telephony.phone("anna")
    erik = world.telephony.phone("erik", answers_after=3, talks_for=2)
    outcome = await world.call(FUNCTION, world.telephony.caller())
    assert outcome.outcome is Outcome.CONNECTED
    assert anna.stopped_with == [RingFailure.NO_ANSWER]
    assert anna.rung[0].timeout_s == pytest.approx(10, abs=0.5)
    assert len(erik.rung) == 1


async def test_a_function_with_nobody_present_gives_the_call_to_the_operators() -> None:
    world = World(at_work(away(ERIK), away(ANNA, AbsenceReason.MEETING)))
    op1 = world.telephony.phone("op1", answers_after=1, talks_for=2)
    caller = world.telephony.caller()
    outcome = await world.call(FUNCTION, caller)
    assert len(op1.rung) == 1
    assert outcome.outcome is Outcome.CONNECTED
    assert "group_has_nobody" in world.log.events("warning")
    assert EventKind.FAULT in world.kinds(caller.id)


async def test_a_function_that_does_not_answer_offers_message_and_operators() -> None:
    world = World(at_work())
    world.telephony.phone("anna")
    op1 = world.telephony.phone("op1", answers_after=1, talks_for=2)
    caller = world.telephony.caller()
    caller.on_hearing("Menu", lambda: caller.press("0"))
    outcome = await world.call(FUNCTION, caller)
    assert world.heard(caller)[:3] == [RING_TONE, "GroupUnreachable", "Menu"]
    assert len(op1.rung) == 1
    assert outcome.outcome is Outcome.CONNECTED


async def test_an_unknown_number_is_told_so_and_goes_to_the_operators() -> None:
    world = World(at_work())
    world.telephony.phone("op1", answers_after=1, talks_for=2)
    caller = world.telephony.caller()
    outcome = await world.call("+46980319999", caller)
    assert world.heard(caller) == ["UnknownNumber", RING_TONE, "<talk with op1>"]
    assert outcome.outcome is Outcome.CONNECTED


async def test_a_member_who_goes_absent_while_another_rings_is_not_rung() -> None:
    world = World(at_work(replace(BYGGLOV_GROUP, order=RingOrder.IN_ORDER, ring_seconds=20)))
    world.telephony.phone("anna")
    erik = world.telephony.phone("erik", answers_after=1)
    caller = world.telephony.caller()
    caller.on_hearing(RING_TONE, lambda: world.directory.index.put(away(ERIK)))
    await world.call(FUNCTION, caller)
    assert erik.rung == []


async def test_a_message_after_the_operators_is_still_for_the_one_who_was_dialled() -> None:
    world = World(at_work(away(ERIK)))
    world.telephony.phone("op1")
    caller = world.telephony.caller()
    pressed: list[str] = []

    def press_zero_once() -> None:
        if not pressed:
            pressed.append("0")
            caller.press("0")

    caller.on_hearing("Menu", press_zero_once)
    outcome = await world.call("+46980319211", caller)
    assert outcome.outcome is Outcome.MESSAGE
    (task,) = world.messages.tasks
    assert task.mailbox.person_id == ERIK.id


async def test_a_row_that_names_no_prompt_gives_the_call_to_the_operators() -> None:
    destination = Destination(DestinationKind.ANNOUNCEMENT, "no-such-prompt")
    world = World(at_work(PhoneNumber(77, 1, "+46980319277", destination)))
    world.announcer.unknown_prompts = {"no-such-prompt"}
    op1 = world.telephony.phone("op1", answers_after=1, talks_for=2)
    caller = world.telephony.caller()
    outcome = await world.call("+46980319277", caller)
    assert len(op1.rung) == 1
    assert outcome.outcome is Outcome.CONNECTED
    assert EventKind.FAULT in world.kinds(caller.id)
    assert "no_such_prompt" in world.log.events("warning")


async def test_an_unknown_number_at_night_is_told_when_it_opens() -> None:
    world = World(at_work(), at=WEDNESDAY.replace(hour=22))
    op1 = world.telephony.phone("op1", answers_after=1)
    outcome = await world.call("+46980319999", world.telephony.caller())
    assert op1.rung == []
    assert any(isinstance(each, Closed) for each in world.announcer.said)
    assert outcome.outcome is Outcome.MESSAGE


async def test_a_hidden_caller_is_shown_as_such() -> None:
    world = World(at_work())
    op1 = world.telephony.phone("op1", answers_after=1, talks_for=1)
    caller = world.telephony.caller()
    await follow_call(replace(world.incoming(MAIN, caller, "anonymous"), caller_name="Anonymous"), caller, world.ports)
    assert op1.rung[0].pii_display_name == "Norrby kommun: dolt nummer"
    assert world.journal.calls[caller.id].call.caller is None


async def test_a_refused_caller_is_told_so_and_pays_for_nothing() -> None:
    world = World(at_work(PhoneNumber(300, 1, "+46980319300", Destination(DestinationKind.REFUSE))))
    caller = world.telephony.caller()
    outcome = await world.call("+46980319300", caller)
    assert world.announcer.said == [Refused()]
    assert world.heard(caller) == ["Refused"]
    assert (caller.answered_at, caller.ended_with) == (None, HangupCause.NORMAL)
    assert outcome.outcome is Outcome.REFUSED


async def test_who_hangs_up_on_a_refusal_was_refused() -> None:
    world = World(at_work(PhoneNumber(300, 1, "+46980319300", Destination(DestinationKind.REFUSE))))
    caller = world.telephony.caller()
    caller.on_hearing("Refused", caller.leave)
    assert (await world.call("+46980319300", caller)).outcome is Outcome.REFUSED


@pytest.mark.requirement("R22", "R23")
async def test_at_night_a_unit_without_an_answering_point_says_where_and_when_before_the_message() -> None:
    night = WEDNESDAY.replace(hour=20)
    unit = replace(BYGGLOV, answering_point=None)
    to_unit = Destination(DestinationKind.UNIT, str(unit.id))
    world = World(at_work(unit, PhoneNumber(300, 1, "+46980319300", to_unit)), at=night)
    caller = world.telephony.caller()
    caller.on_hearing("Closed", lambda: caller.press("1"))
    caller.speech = Speech(seconds=5)
    outcome = await world.call("+46980319300", caller)
    closed = next(each for each in world.announcer.said if isinstance(each, Closed))
    assert (closed.where.text, closed.opens_at) == ("Bygglov", night.replace(hour=8) + timedelta(days=1))
    assert world.heard(caller)[:3] == ["Closed", "LeaveMessage", BEEP]
    assert outcome.outcome is Outcome.MESSAGE
    (task,) = world.messages.tasks
    assert task.mailbox.unit_id == unit.id
    routed = next(event for event in world.events(caller.name) if event.kind is EventKind.ROUTED)
    assert (routed.detail["table"], routed.detail["column"], routed.detail["fault"]) == ("unit", "answering_kind", True)
