"""Absence by code: set and said back as callers hear it, kept, undone, lifted, heard; another's by an operator."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from switchboard.domain.absence import absence_in_force
from switchboard.domain.announcement import AbsenceNotice, Announcement, FixedPrompt, PersonGreeting, RingingAnyway
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.directory import AbsenceCode, AbsenceReason
from tests.builders import ERIK, MARIA, absence
from tests.calls.desk.keypad import HANG_UP, absences, house, keyed, prompts
from tests.domain.calendars import local
from tests.fakes.world import WEDNESDAY, World

HOUR = timedelta(hours=1)
KEPT = CallOutcome(Outcome.SERVED, "the absence was set")
ALONE_IN_HOURS = {"absence-understaffed": "1"}
CALENDAR_ENTRY = replace(
    absence(70, ERIK, AbsenceReason.COURSE, WEDNESDAY - HOUR, WEDNESDAY + 6 * HOUR), source="calendar"
)


def _until(world: World, at: datetime = WEDNESDAY + timedelta(minutes=1)) -> datetime | None:
    counting = absence_in_force(absences(world), at)
    return counting.until if counting else None


def _heard_by_next_caller(world: World) -> Sequence[Announcement]:
    """Before the menu."""
    heard = (PersonGreeting, AbsenceNotice, RingingAnyway)
    said = [each for each in world.announcer.said if isinstance(each, heard)]
    world.announcer.said.clear()
    return said


@pytest.mark.requirement("R1", "R2")
@pytest.mark.parametrize("code", ["*23*1*1300#", "*23*1*1300"])
async def test_it_is_set_said_back_as_callers_hear_it_and_kept(code: str) -> None:
    world = house()
    assert await keyed(world, code, {"absence-keep-or-undo": "1"}) == KEPT
    assert prompts(world) == [
        "absence-callers-hear", "PersonGreeting", "AbsenceNotice", "absence-keep-or-undo", "absence-kept",
    ]  # fmt: skip
    (row,) = absences(world)
    assert (row.reason, row.until, row.open, row.source) == (
        AbsenceReason.MEETING, local("2026-08-12 13:00"), False, "phone",
    )  # fmt: skip
    said_back = _heard_by_next_caller(world)
    caller = world.telephony.caller("citizen")
    await world.call("+46980319211", caller)
    assert _heard_by_next_caller(world)[:2] == said_back
    assert world.telephony.phone("erik").rung == []


@pytest.mark.parametrize(("key", "left"), [("1", 1), ("2", 0), ("", 1), ("7", 1), (HANG_UP, 1)])
async def test_it_is_kept_unless_it_is_undone(key: str, left: int) -> None:
    world = house()
    await keyed(world, "*23*2", {"absence-keep-or-undo": [key] * 2})
    assert len(absences(world)) == left
    assert ("absence-undone" in prompts(world)) is (left == 0)


async def test_who_knows_the_sentence_presses_the_key_at_once() -> None:
    world = house()
    await keyed(world, "*23*2", {"absence-callers-hear": "2"})
    assert absences(world) == []
    assert "absence-keep-or-undo" not in prompts(world)


@pytest.mark.requirement("R2")
@pytest.mark.parametrize(
    ("code", "told", "until"),
    [
        ("*23*1*0900#", "absence-next-day", "2026-08-13 09:00"),
        ("*23*4*0107#", "absence-next-year", "2027-01-07 00:00"),
    ],
)
async def test_a_moment_that_has_passed_is_told_to_mean_the_next(code: str, told: str, until: str) -> None:
    world = house()
    await keyed(world, code, ALONE_IN_HOURS)
    assert _until(world) == local(until)
    said = prompts(world)
    assert said[said.index("absence-callers-hear") - 1] == told


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("*23*1*2561#", "absence-wrong-time"),
        ("*23*1*13#", "absence-wrong-time"),
        ("*23*4*1301#", "absence-wrong-date"),
        ("*23*4*260811#", "absence-date-passed"),
        ("*23*12*1300#", "absence-unknown-reason"),
    ],
)
async def test_impossible_digits_are_refused_with_the_reason(code: str, why: str) -> None:
    world = house()
    outcome = await keyed(world, code)
    assert prompts(world) == [why, "absence-not-set"]
    assert (absences(world), world.absences.acts) == ([], [])
    assert outcome is not None
    assert outcome.reason.startswith("not set: ")


async def test_a_reason_without_a_usual_length_asks_until_when() -> None:
    world = house()
    keys = {"absence-enter-date": ["1399#", "#", "0824#"], "absence-understaffed": "1"}
    assert await keyed(world, "*23*4#", keys) == KEPT
    assert _until(world) == local("2026-08-24 00:00")
    assert prompts(world)[:5] == ["absence-enter-date", "absence-wrong-date", *["absence-enter-date"] * 2, "absence-callers-hear"]  # fmt: skip  # noqa: E501


async def test_who_says_nothing_when_asked_has_set_nothing() -> None:
    world = house()
    outcome = await keyed(world, "*23*4#")
    assert prompts(world) == ["absence-enter-date"] * 3 + ["absence-not-set"]
    assert outcome == CallOutcome(Outcome.SERVED, "no time was given")
    assert absences(world) == []


async def test_gone_for_the_day_is_until_the_switchboard_opens_again() -> None:
    world = house(at=local("2026-08-14 15:00"))
    await keyed(world, "*23*7#", ALONE_IN_HOURS)
    assert _until(world, local("2026-08-14 15:01")) == local("2026-08-17 08:00")


@pytest.mark.requirement("R1")
async def test_what_a_key_means_is_data_of_the_authority() -> None:
    code = AbsenceCode(1, 1, "1", AbsenceReason.LUNCH, "Lunch", length=timedelta(minutes=45), open=True)
    world = house(code)
    await keyed(world, "*23*1")
    (row,) = absences(world)
    assert (row.reason, row.until, row.open) == (AbsenceReason.LUNCH, local("2026-08-12 10:45"), True)
    assert prompts(world)[:3] == ["absence-callers-hear", "AbsenceNotice", "RingingAnyway"]
    world.announcer.said.clear()
    await keyed(world, "*23*2")
    assert prompts(world) == ["absence-unknown-reason", "absence-not-set"]


@pytest.mark.requirement("R46")
async def test_illness_is_said_back_as_callers_hear_it_without_the_word() -> None:
    world = house()
    await keyed(world, "*23*5#", ALONE_IN_HOURS)
    (notice,) = [each for each in world.announcer.said if isinstance(each, AbsenceNotice)]
    assert notice.reason is None
    assert [each.reason for each in absences(world)] == [AbsenceReason.SICK]


async def test_it_takes_the_place_of_the_manual_one_in_force_and_undoing_brings_that_back() -> None:
    former = absence(71, ERIK, AbsenceReason.MEETING, WEDNESDAY - HOUR, WEDNESDAY + 3 * HOUR)
    coming = absence(72, ERIK, AbsenceReason.VACATION, WEDNESDAY + 48 * HOUR, None)
    world = house(former, coming, CALENDAR_ENTRY)
    await keyed(world, "*23*0", {"absence-keep-or-undo": "1"})
    assert {each.id for each in absences(world)} == {5001, coming.id, CALENDAR_ENTRY.id}
    await keyed(world, "*23*2", {"absence-keep-or-undo": "2"})
    assert {each.id for each in absences(world)} == {5001, coming.id, CALENDAR_ENTRY.id}
    assert [each.reason for each in absences(world) if each.id == 5001] == [AbsenceReason.TEMPORARILY_OUT]


async def test_lifting_ends_what_is_in_force_and_says_what_that_was() -> None:
    coming = absence(72, ERIK, AbsenceReason.VACATION, WEDNESDAY + 48 * HOUR, None)
    world = house(absence(71, ERIK, AbsenceReason.MEETING, WEDNESDAY - HOUR, WEDNESDAY + 3 * HOUR), coming)
    assert await keyed(world, "#23#") == CallOutcome(Outcome.SERVED, "the absence was lifted")
    assert (prompts(world), absences(world)) == (["absence-lifted", "absence-was", "AbsenceNotice"], [coming])
    (was,) = [each for each in world.announcer.said if isinstance(each, AbsenceNotice)]
    assert (was.reason, was.until) == (AbsenceReason.MEETING, WEDNESDAY + 3 * HOUR)
    world.announcer.said.clear()
    await keyed(world, "#23")
    assert prompts(world) == ["absence-none"]


async def test_hearing_says_what_callers_hear_and_changes_nothing() -> None:
    world = house()
    await keyed(world, "*23#")
    assert prompts(world) == ["absence-none"]
    world.announcer.said.clear()
    world.directory.index.put(absence(71, ERIK, AbsenceReason.MEETING, WEDNESDAY - HOUR, WEDNESDAY + HOUR))
    await keyed(world, "*23#")
    assert prompts(world) == ["absence-callers-hear", "PersonGreeting", "AbsenceNotice"]
    assert world.absences.acts == []


async def test_colleagues_are_spoken_to_in_their_own_language() -> None:
    world = house(replace(ERIK, language="en"))
    leg = world.dial("erik", "*23*1")
    await world.over()
    assert {"PersonGreeting:en", "AbsenceNotice:en"} <= set(leg.hears)


# Hang-up and faults


@pytest.mark.parametrize(
    ("code", "keys"),
    [
        ("*23*1*1300#", {"absence-keep-or-undo": "1"}),
        ("*23*4", {"absence-enter-date": "0824#", "absence-understaffed": "1", "absence-keep-or-undo": "2"}),
        ("*230*212*2#", {}),
        ("*23", {"AbsenceChoices": "1", "absence-enter-time": "1300#", "absence-keep-or-undo": "1"}),
        ("#23#", {}),
        ("*23#", {}),
    ],
)
async def test_a_hang_up_at_each_step_leaves_all_or_nothing(code: str, keys: dict[str, str]) -> None:
    account, hung_up = "op1" if code.startswith("*230") else "erik", 0
    for steps in range(1, 60):
        world = house(hang_up_after_steps=steps)
        outcome = await keyed(world, code, keys, account)
        assert outcome is not None
        assert outcome.outcome is Outcome.SERVED, (steps, outcome)
        assert len(absences(world)) + len(absences(world, MARIA)) <= 1
        set_, undone = (sum(act.action == f"absence.{what}" for act in world.absences.acts) for what in ("set", "undo"))
        assert len(absences(world)) + len(absences(world, MARIA)) == set_ - undone
        assert world.log.events("exception") == []
        hung_up += world.telephony.legs[0].ended_with == "party"
    assert hung_up >= 3


async def test_a_code_that_says_all_is_done_although_its_caller_hangs_up_at_once() -> None:
    for steps in range(1, 12):
        world = house(hang_up_after_steps=steps)
        await keyed(world, "*23*1*1300#")
        assert len(absences(world)) == 1, steps


async def test_a_database_that_is_away_is_told_and_bothers_no_operator() -> None:
    world = house()
    world.absences.broken = True
    outcome = await keyed(world, "*23*1*1300#")
    assert prompts(world) == ["TechnicalFault"]
    assert outcome == CallOutcome(Outcome.FAILED, "our own fault, see the log")
    assert world.telephony.phone("op1").rung == []


async def test_the_journal_says_what_was_ordered_and_what_became_of_it() -> None:
    world = house()
    await keyed(world, "*23*1*1300#")
    details = [event.detail for event in world.events("erik-out-1") if event.kind is EventKind.DESK]
    assert details[0] == {"order": "SetAbsence"}
    assert details[1] == {"absence": 5001, "until": "2026-08-12T13:00:00+02:00", "why": "later today"}


async def test_nobody_sends_a_caller_into_a_code_for_absences() -> None:
    world = house()
    citizen = world.telephony.caller()
    world.telephony.phone("anna", answers_after=1)
    world.start("+46980319210", citizen)
    await world.passes(3)
    for target in ("*23*1*1300#", "299"):
        world.telephony.phones["anna"].leg.transfer(target)
        await world.passes(3)
    citizen.leave()
    await world.over()
    assert world.absences.acts == []
    assert FixedPrompt("keypad-menu") not in world.announcer.said
