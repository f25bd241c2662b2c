"""One's own greetings by keypad: recorded, refused, kept, removed, taken back; what the next caller hears."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from switchboard.calls.conversation import Conversation
from switchboard.calls.mailbox.codes import attend_own
from switchboard.domain.announcement import FixedPrompt, InvalidChoice, PersonGreeting, TechnicalFault
from switchboard.domain.call import CallOutcome, Outcome
from switchboard.domain.directory import Absence, AbsenceReason, Greeting, GreetingKind, GreetingSituation
from switchboard.domain.mailbox.announcements import GreetingLasts, GreetingState
from switchboard.domain.mailbox.codes import OwnGreetings
from switchboard.domain.mailbox.recording_quality import SoundFacts
from switchboard.domain.working_days import STOCKHOLM
from tests.builders import MARIA
from tests.calls.mailbox.keys import at_each, served
from tests.fakes.leg import BEEP, Speech
from tests.fakes.mailbox import GOOD
from tests.fakes.world import WEDNESDAY, World, at_work

RECORD_AND_KEEP = {"greeting-menu": ["1", "*"], "greeting-confirm": "1"}
VACATION = Absence(90, MARIA.id, AbsenceReason.VACATION, WEDNESDAY - timedelta(days=1), WEDNESDAY + timedelta(days=9))


def in_house(*absences: Absence) -> World:
    world = World(at_work(*absences))
    world.announcer.names_prompts = True
    return world


def kept(world: World) -> list[Greeting]:
    rows = world.directory.index.greetings("person", MARIA.id)
    return [row for row in rows if row.kind is GreetingKind.PERSONAL]


def prompts(world: World) -> list[str]:
    return [each.prompt_id for each in world.announcer.said if isinstance(each, FixedPrompt)]


async def heard_by_next_caller(world: World) -> str | None:
    """The Swedish recording that the next caller is greeted with."""
    world.announcer.said.clear()
    caller = world.telephony.caller("citizen")
    caller.on_hearing("PersonGreeting", caller.leave)
    await world.call("0980319212", caller)
    greeting = next(each for each in world.announcer.said if isinstance(each, PersonGreeting))
    return greeting.recordings.get("sv")


@pytest.mark.requirement("R6", "R12")
async def test_a_greeting_is_recorded_kept_and_heard_by_the_next_caller() -> None:
    world = in_house()
    leg = await served(world, "*25", {"greeting-choose": "1", **RECORD_AND_KEEP})
    (greeting,) = kept(world)
    assert (greeting.situation, greeting.language, greeting.valid_until) == (GreetingSituation.ALWAYS, "sv", None)
    assert greeting.sha256 in world.audio.stored
    assert BEEP in leg.hears
    assert prompts(world)[-3:] == ["greeting-saved", "greeting-menu", "service-end"]
    assert world.greetings.acts == [("put", "phone maria")]
    assert world.outcome(leg.id) == CallOutcome(Outcome.SERVED, "greetings attended to")
    assert await heard_by_next_caller(world) == greeting.sha256


@pytest.mark.parametrize(
    ("code", "situation", "reason", "language"),
    [
        ("*25*1#", GreetingSituation.ALWAYS, None, "sv"),
        ("*25*2#", GreetingSituation.PRESENT, None, "sv"),
        ("*25*3*2#", GreetingSituation.ABSENT, None, "en"),
        ("*25*5*4#", GreetingSituation.ALWAYS, AbsenceReason.VACATION, "sv"),
    ],
)
async def test_each_kind_and_language_has_a_code(
    code: str, situation: GreetingSituation, reason: AbsenceReason | None, language: str
) -> None:
    world = in_house()
    await served(world, code, RECORD_AND_KEEP)
    (greeting,) = kept(world)
    assert (greeting.situation, greeting.reason, greeting.language) == (situation, reason, language)


@pytest.mark.parametrize(("kind", "reason"), [("2", None), ("5", "4")])
async def test_each_kind_can_be_chosen_in_the_dialogue(kind: str, reason: str | None) -> None:
    world = in_house()
    presses = {"greeting-choose": [kind], "greeting-choose-reason": [reason or ""], **RECORD_AND_KEEP}
    # The longer id contains the shorter one, so the second list is used up by the first prompt.
    presses["greeting-choose"] = [kind, reason or ""] if reason else [kind]
    presses["greeting-choose-reason"] = []
    await served(world, "*25", presses)
    (greeting,) = kept(world)
    assert (greeting.reason is AbsenceReason.VACATION) is (reason is not None)


async def test_nine_goes_to_the_other_language() -> None:
    world = in_house()
    await served(world, "*25*1#", {"greeting-menu": ["9", "1", "*"], "greeting-confirm": "1"})
    assert [each.language for each in kept(world)] == ["en"]
    states = [each for each in world.announcer.said if isinstance(each, GreetingState)]
    assert [(each.language, each.recorded) for each in states] == [("sv", False), ("en", False), ("en", True)]


async def test_it_is_heard_before_it_is_kept_and_done_over() -> None:
    world = in_house()
    leg = await served(world, "*25*1#", {"greeting-menu": ["1", "*"], "greeting-confirm": ["2", "3", "1"]})
    assert leg.hears.count(BEEP) == 2
    assert sum(each.startswith("recording:take-") for each in leg.hears) == 1
    assert len(kept(world)) == 1


async def test_a_cancelled_one_is_not_kept() -> None:
    world = in_house()
    await served(world, "*25*1#", {"greeting-menu": ["1", "*"], "greeting-confirm": "*"})
    assert (kept(world), world.audio.stored) == ([], {})


@pytest.mark.requirement("R6")
@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (replace(GOOD, voiced_s=0.0), "greeting-empty"),
        (replace(GOOD, loudness_lufs=-60.0), "greeting-too-quiet"),
        (replace(GOOD, clipped_share=0.3), "greeting-clipped"),
        (replace(GOOD, duration_s=1.0), "greeting-too-short"),
        (replace(GOOD, duration_s=61.0), "greeting-too-long"),
    ],
)
async def test_what_is_not_fit_to_be_heard_is_refused_aloud_and_done_over(facts: SoundFacts, told: str) -> None:
    world = in_house()
    world.workshop.facts = [facts, GOOD]
    leg = await served(world, "*25*1#", RECORD_AND_KEEP)
    assert told in prompts(world)
    assert leg.hears.count(BEEP) == 2
    assert len(kept(world)) == 1
    assert len(world.audio.stored) == 1, "what was refused is not kept"


async def test_five_refused_attempts_lead_back_to_the_menu() -> None:
    world = in_house()
    world.workshop.facts = [replace(GOOD, voiced_s=0.0)]
    leg = await served(world, "*25*1#", RECORD_AND_KEEP)
    assert leg.hears.count(BEEP) == 5
    assert (kept(world), prompts(world)[-1]) == ([], "service-end")


async def test_silence_and_what_cannot_be_read_are_refused_as_empty() -> None:
    world = in_house()
    world.workshop.unreadable = True
    await served(world, "*25*1#", RECORD_AND_KEEP)
    assert "greeting-empty" in prompts(world)
    assert kept(world) == []


@pytest.mark.requirement("R12")
async def test_the_previous_one_is_taken_back_and_again() -> None:
    world = in_house()
    await served(world, "*25*1#", {"greeting-menu": ["1", "1", "4", "*"], "greeting-confirm": ["1", "1"]})
    first, second = list(world.audio.stored)
    assert [each.sha256 for each in kept(world)] == [first]
    assert await heard_by_next_caller(world) == first
    await served(world, "*25*1#", {"greeting-menu": ["4", "*"]})
    assert [each.sha256 for each in kept(world)] == [second]


async def test_a_removed_one_is_heard_no_more_and_can_be_taken_back() -> None:
    world = in_house()
    await served(world, "*25*1#", RECORD_AND_KEEP)
    (greeting,) = kept(world)
    await served(world, "*25*1#", {"greeting-menu": ["3", "*"]})
    assert kept(world) == []
    await served(world, "*25*1#", {"greeting-menu": ["3", "*"]})
    assert "greeting-is-none" in prompts(world)
    await served(world, "*25*1#", {"greeting-menu": ["4", "*"]})
    assert [each.sha256 for each in kept(world)] == [greeting.sha256]


async def test_without_any_there_is_nothing_to_hear_or_to_take_back() -> None:
    world = in_house()
    await served(world, "*25*1#", {"greeting-menu": ["2", "4", "*"]})
    assert [each for each in prompts(world) if "no" in each] == ["greeting-is-none", "greeting-no-previous"]


async def test_one_hears_what_callers_hear() -> None:
    world = in_house()
    await served(world, "*25*1#", RECORD_AND_KEEP)
    (greeting,) = kept(world)
    leg = await served(world, "*25*1#", {"greeting-menu": ["2", "*"]})
    assert f"sound:{greeting.sha256}" in leg.hears


@pytest.mark.parametrize(
    ("code", "until"), [("*25*4#", {"greeting-until": ["1399#", "0820#"]}), ("*25*4*0820#", {}), ("*25*4", {})]
)
async def test_a_temporary_one_ends_with_its_last_day(code: str, until: dict[str, list[str]]) -> None:
    world = in_house()
    presses = {**RECORD_AND_KEEP, **(until or {"greeting-until": ["0820#"]})}
    await served(world, code, presses)
    (greeting,) = kept(world)
    assert greeting.valid_until == datetime(2026, 8, 21, tzinfo=STOCKHOLM)
    assert GreetingLasts(datetime(2026, 8, 20, tzinfo=STOCKHOLM).date()) in world.announcer.said
    assert ("greeting-date-wrong" in prompts(world)) is (len(until.get("greeting-until", [])) == 2)


async def test_a_temporary_one_without_a_day_is_not_recorded() -> None:
    world = in_house()
    leg = await served(world, "*25*4#", {"greeting-menu": ["1", "*"]})
    assert (kept(world), BEEP in leg.hears) == ([], False)


async def test_wrong_keys_are_told_and_silence_ends_it() -> None:
    world = in_house()
    leg = await served(world, "*25*1#", {"greeting-menu": ["7", "8"]})
    assert world.announcer.said.count(InvalidChoice()) == 2
    assert prompts(world)[-1] == "service-end"
    assert world.outcome(leg.id) == CallOutcome(Outcome.SERVED, "greetings attended to")


async def test_a_telephone_of_nobody_s_has_no_greetings() -> None:
    world = in_house()
    leg = world.telephony.caller()
    talk = Conversation(world.incoming("*25", leg), leg, world.ports)
    outcome = await attend_own(talk, None, "phone x", OwnGreetings())
    assert (prompts(world), outcome.outcome) == (["mailbox-nobodys"], Outcome.SERVED)


@pytest.mark.requirement("R12")
async def test_a_hang_up_at_any_step_keeps_what_was_confirmed_and_nothing_else() -> None:
    """The recording is nowhere afterwards, and a greeting is in force only if it was confirmed."""
    world = in_house()
    await served(world, "*25*1#", RECORD_AND_KEEP)
    steps = world.telephony.steps
    confirmed = 0
    for step in range(1, steps + 1):
        world = World(at_work(), hang_up_after_steps=step)
        world.announcer.names_prompts = True
        leg = await served(world, "*25*1#", RECORD_AND_KEEP)
        confirmed += len(kept(world))
        assert [each.sha256 for each in kept(world)] == list(world.audio.stored), step
        assert world.journal.calls[leg.id].ended_at is not None
    assert 0 < confirmed < steps


async def test_a_fault_of_ours_is_told_and_keeps_nothing() -> None:
    world = in_house()
    world.greetings.broken = True
    await served(world, "*25*1#", RECORD_AND_KEEP)
    assert kept(world) == []
    assert world.announcer.said[-1] == TechnicalFault()


async def test_a_recording_that_asterisk_refuses_keeps_nothing() -> None:
    world = in_house()
    world.telephony.fail("record")
    await served(world, "*25*1#", RECORD_AND_KEEP)
    assert world.announcer.said[-1] == TechnicalFault()


async def test_the_one_for_who_is_present_is_not_heard_of_who_is_absent() -> None:
    world = in_house()
    await served(world, "*25*2#", RECORD_AND_KEEP)
    await served(world, "*25*3#", RECORD_AND_KEEP)
    present, absent = list(world.audio.stored)
    assert await heard_by_next_caller(world) == present
    world.directory.index.put(VACATION)
    assert await heard_by_next_caller(world) == absent
    world.directory.index.put(replace(VACATION, reason=AbsenceReason.SICK))
    assert await heard_by_next_caller(world) == absent, "away, for a reason that is not told"


async def test_a_long_recording_is_cut_a_little_beyond_the_limit() -> None:
    world = in_house()
    leg = world.dial("maria", "*25*1#")
    leg.speech = Speech(seconds=500.0)
    at_each(leg, RECORD_AND_KEEP)
    await world.over()
    (audio,) = world.workshop.seen
    assert 60 < len(audio) / 16000 < 65
