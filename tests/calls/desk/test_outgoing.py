"""Calls out of the house: rung through the trunk, told honestly when nobody is to be had."""

from dataclasses import replace

import pytest

from switchboard.calls.ports import HangupCause, RingFailure
from switchboard.domain.announcement import FixedPrompt
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.directory import CallClass, OutgoingRule
from tests.builders import ANNA, MAIN_NUMBER
from tests.fakes.leg import RING_TONE
from tests.fakes.world import World, at_work

OUTSIDE = "+46701740605"


async def test_a_number_outside_is_rung_and_talked_with() -> None:
    world = World(at_work())
    outside = world.telephony.phone(OUTSIDE, answers_after=4)
    leg = world.dial("anna", "0701740605")
    await world.passes(1)
    assert leg.tone == RING_TONE
    assert leg.answered_at is None
    await world.passes(10)
    assert leg.talking_to == outside.leg.name
    assert leg.answered_at is not None
    outside.leg.leave()
    await world.over()
    assert world.outcome(leg.id) == CallOutcome(Outcome.CONNECTED, "talked with the number dialled")
    assert leg.ended_with is HangupCause.NORMAL
    (request,) = outside.dialled
    assert (request.number, request.pii_shown_number, request.pii_shown_name) == (OUTSIDE, MAIN_NUMBER, "Norrby kommun")
    assert world.telephony.left_over() == []


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (RingFailure.BUSY, FixedPrompt("outside-busy")),
        (RingFailure.NO_ANSWER, FixedPrompt("outside-no-answer")),
        (RingFailure.FAILED, FixedPrompt("outside-failed")),
    ],
)
async def test_who_is_not_to_be_had_is_told_honestly(failure: RingFailure, told: object) -> None:
    world = World(at_work())
    world.telephony.phone(OUTSIDE, refuses=failure)
    leg = world.dial("anna", "0701740605")
    await world.over()
    assert world.announcer.said == [told]
    assert world.outcome(leg.id) == CallOutcome(Outcome.INFORMED, f"the number dialled: {failure}")
    assert world.telephony.left_over() == []


async def test_a_number_that_never_answers_is_given_up_after_a_minute() -> None:
    world = World(at_work())
    outside = world.telephony.phone(OUTSIDE)
    leg = world.dial("anna", "0701740605")
    await world.passes(59)
    assert leg.tone == RING_TONE
    await world.over()
    assert world.announcer.said == [FixedPrompt("outside-no-answer")]
    assert outside.dialled[0].timeout_s == 60


async def test_a_trunk_that_refuses_is_told_as_a_fault() -> None:
    world = World(at_work())
    leg = world.dial("anna", "0701740605")
    await world.over()
    assert world.announcer.said == [FixedPrompt("outside-failed")]
    assert world.outcome(leg.id) == CallOutcome(Outcome.INFORMED, "the number dialled: failed")


async def test_a_talk_that_cannot_begin_ends_honestly() -> None:
    world = World(at_work())
    world.telephony.phone(OUTSIDE, answers_after=1)
    world.telephony.fail("join")
    leg = world.dial("anna", "0701740605")
    await world.over()
    assert world.announcer.said == [FixedPrompt("outside-failed")]
    assert world.outcome(leg.id) == CallOutcome(Outcome.INFORMED, "the number dialled: failed")
    assert world.telephony.left_over() == []


async def test_whenever_the_colleague_hangs_up_nothing_goes_on() -> None:
    outcomes = set[str]()
    for steps in range(1, 40):
        world = World(at_work(), hang_up_after_steps=steps)
        world.telephony.phone(OUTSIDE, answers_after=2, talks_for=3)
        leg = world.dial("anna", "0701740605")
        await world.over()
        assert world.telephony.left_over() == [], steps
        outcome = world.outcome(leg.id)
        assert outcome is not None
        outcomes.add(outcome.outcome)
    assert outcomes == {Outcome.ABANDONED, Outcome.CONNECTED}


@pytest.mark.parametrize("dialled", ["112", "0112", "*9112"])
async def test_an_emergency_call_needs_no_right_and_waits_for_nothing(dialled: str) -> None:
    nothing = CallClass(5, 1, "Ingenting")
    world = World(at_work(nothing, OutgoingRule(1, 5, 1, "!", allow=False), replace(ANNA, call_class_id=5)))
    emergency = world.telephony.phone("112", answers_after=5, talks_for=10)
    begun = world.clock.now()
    leg = world.dial("anna", dialled)
    await world.passes(0.01)
    assert [request.number for request in emergency.dialled] == ["112"]
    assert world.clock.now().timestamp() - begun.timestamp() < 0.1
    assert emergency.dialled[0].timeout_s == 180
    await world.over()
    assert leg.hears[0] == RING_TONE
    outcome = world.outcome(leg.id)
    assert outcome is not None
    assert outcome.outcome is Outcome.CONNECTED


async def test_a_tone_that_cannot_be_had_costs_nobody_the_call() -> None:
    world = World(at_work())
    world.telephony.phone("112", answers_after=1, talks_for=1)
    world.telephony.fail("ring")
    leg = world.dial("anna", "112")
    await world.over()
    outcome = world.outcome(leg.id)
    assert outcome is not None
    assert outcome.outcome is Outcome.CONNECTED


@pytest.mark.requirement("R40")
async def test_of_a_private_call_the_journal_keeps_that_it_was_one_and_no_number() -> None:
    world = World(at_work())
    world.telephony.phone(OUTSIDE, answers_after=1, talks_for=2)
    leg = world.dial("anna", "*90701740605")
    await world.over()
    (rang,) = [event for event in world.events(leg.id) if event.kind is EventKind.RANG]
    assert rang.detail["private"] is True
    after_arrival = [event for event in world.events(leg.id) if event.kind is not EventKind.ARRIVED]
    assert "701740605" not in str([event.detail for event in after_arrival])
    assert "701740605" not in str(world.log.lines)


async def test_an_ordinary_call_is_not_private() -> None:
    world = World(at_work())
    world.telephony.phone(OUTSIDE, answers_after=1, talks_for=2)
    leg = world.dial("anna", "0701740605")
    await world.over()
    assert [event.detail["private"] for event in world.events(leg.id) if event.kind is EventKind.RANG] == [False]


async def test_what_is_not_allowed_is_said_in_the_colleague_s_language() -> None:
    world = World(at_work(replace(ANNA, language="en")))
    premium = world.telephony.phone("+469001234567", answers_after=1)
    leg = world.dial("anna", "09001234567")
    await world.over()
    assert (world.announcer.said, leg.hears) == ([FixedPrompt("call-not-allowed")], ["FixedPrompt:en"])
    outcome = world.outcome(leg.id)
    assert outcome is not None
    assert outcome.outcome is Outcome.REFUSED
    assert premium.dialled == []
