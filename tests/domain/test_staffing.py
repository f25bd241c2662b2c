"""Who can be spared: at the desk now, and in a function on a day to come."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.absence import absence_in_force
from switchboard.domain.directory import Absence, AbsenceReason, OperatorSession, PauseReason
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.opening_hours import is_open
from switchboard.domain.staffing import Allowed, Refused, decide_leaving, decide_planned_absence
from tests.builders import (
    ANNA,
    ASA,
    BYGGLOV_GROUP,
    BYGGLOV_HOURS,
    ERIK,
    ERIK_AWAY,
    EVENING,
    NOW,
    OP1,
    OP2,
    OPERATOR_GROUP,
    absence,
    calendar_of,
    norrby,
)
from tests.domain.calendars import CALENDAR, local
from tests.domain.strategies import absences, directories

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
VACATION = AbsenceReason.VACATION


def leaving(directory: DirectoryIndex, person_id: int = OP1.id, at: datetime = NOW) -> Allowed | Refused:
    group = directory.function_group(OPERATOR_GROUP.id)
    assert group is not None
    return decide_leaving(person_id, [group], directory, calendar_of, at)


def alone() -> DirectoryIndex:
    directory = norrby()
    directory.put(OperatorSession(2, OP2.id, OPERATOR_GROUP.id, paused=True, pause_reason=PauseReason.LUNCH))
    return directory


@pytest.mark.requirement("R21")
@pytest.mark.requirement("R26")
def test_the_last_one_is_missed_in_announced_hours() -> None:
    found = leaving(alone())
    assert isinstance(found, Refused)
    assert (found.group_id, found.present, found.needed, found.at) == (OPERATOR_GROUP.id, 0, 1, None)
    assert found.reason == "0 of 1 operators would be left in function_group 1 during its hours"


@pytest.mark.requirement("R26")
def test_one_of_two_can_go_unless_both_are_needed() -> None:
    directory = norrby()
    assert isinstance(leaving(directory), Allowed)
    directory.put(replace(OPERATOR_GROUP, minimum_staffing=2))
    found = leaving(directory)
    assert isinstance(found, Refused)
    assert (found.present, found.needed) == (1, 2)


def test_outside_the_hours_everybody_can_go() -> None:
    assert isinstance(leaving(alone(), at=EVENING), Allowed)


def test_a_group_without_hours_is_always_staffed() -> None:
    directory = alone()
    for schedule_id in (None, 999):
        directory.put(replace(OPERATOR_GROUP, schedule_id=schedule_id))
        assert isinstance(leaving(directory, at=EVENING), Refused)


def test_where_no_calendar_tells_the_hours_count() -> None:
    beyond = local("2040-08-03 10:00")
    assert isinstance(leaving(alone(), at=beyond), Refused)


@pytest.mark.parametrize("person_id", [OP2.id, ANNA.id, 999])
def test_who_takes_no_calls_can_always_go(person_id: int) -> None:
    assert isinstance(leaving(alone(), person_id), Allowed)


def test_who_is_absent_counts_for_nobody() -> None:
    directory = norrby()
    directory.put(absence(90, OP2, VACATION, NOW - DAY, NOW + DAY))
    assert isinstance(leaving(directory), Refused)
    assert isinstance(leaving(directory, OP2.id), Allowed)


@given(directories(), st.integers(1, 4))
def test_a_refusal_is_never_without_a_cause(directory: DirectoryIndex, person_id: int) -> None:
    groups = [group for id in range(1, 5) if (group := directory.function_group(id))]
    found = decide_leaving(person_id, groups, directory, calendar_of, NOW)
    if isinstance(found, Refused):
        assert found.present < found.needed
        sessions = directory.operator_sessions(found.group_id)
        assert any(each.person_id == person_id and not each.paused for each in sessions)


def planning(
    start: datetime, until: datetime | None, directory: DirectoryIndex | None = None, deputy: int | None = None
) -> Allowed | Refused:
    """Anna plans to be away from Bygglov (open 9-12), of which Erik is the only other member."""
    planned = replace(absence(99, ANNA, VACATION, start, until), deputy_id=deputy)
    return decide_planned_absence(planned, [BYGGLOV_GROUP], directory or norrby(), calendar_of, NOW)


@pytest.mark.requirement("R21")
@pytest.mark.requirement("R24")
def test_an_absence_that_leaves_nobody_is_refused_with_the_first_hour() -> None:
    found = planning(local("2026-08-05 00:00"), local("2026-08-07 00:00"))
    assert isinstance(found, Refused)
    assert (found.group_id, found.present, found.needed) == (BYGGLOV_GROUP.id, 0, 1)
    assert found.at == local("2026-08-05 09:00")


@pytest.mark.parametrize(
    ("start", "until", "refused"),
    [
        ("2026-08-05 12:00", "2026-08-06 09:00", False),
        ("2026-08-05 12:00", "2026-08-06 09:01", True),
        ("2026-08-08 00:00", "2026-08-10 00:00", False),
        ("2026-08-10 09:00", "2026-08-14 00:00", False),
        ("2026-08-10 07:00", "2026-08-10 08:30", False),
        ("2026-08-03 09:00", "2026-08-03 10:00", False),
        ("2026-08-03 09:00", "2026-08-03 10:01", True),
        ("2026-08-10 09:00", None, False),
        ("2026-08-07 00:00", None, True),
        ("2026-08-06 00:00", "2026-08-05 00:00", False),
    ],
)
def test_only_open_hours_without_the_others_count(start: str, until: str | None, refused: bool) -> None:
    """Erik is back on Monday the 10th at 8; it is Monday the 3rd, 10:00."""
    found = planning(local(start), local(until) if until else None)
    assert isinstance(found, Refused) is refused


@pytest.mark.requirement("R21")
def test_a_deputy_who_is_there_stands_in() -> None:
    start, until = local("2026-08-05 00:00"), local("2026-08-06 00:00")
    assert isinstance(planning(start, until, deputy=ASA.id), Allowed)
    for nobody in (ERIK.id, ANNA.id, 999):
        assert isinstance(planning(start, until, deputy=nobody), Refused)


def test_where_everybody_is_there_one_can_go() -> None:
    directory = norrby()
    directory.remove("absence", ERIK_AWAY)
    assert isinstance(planning(local("2026-08-05 00:00"), None, directory), Allowed)
    assert isinstance(planning(local("2026-08-05 00:00"), None), Refused)


def test_a_group_without_a_minimum_misses_nobody() -> None:
    planned = absence(99, ANNA, VACATION, NOW, None)
    group = replace(BYGGLOV_GROUP, minimum_staffing=0)
    assert isinstance(decide_planned_absence(planned, [group], norrby(), calendar_of, NOW), Allowed)


@given(absences(NOW, ANNA.id), st.lists(absences(NOW, ERIK.id), max_size=4, unique_by=lambda each: each.id))
def test_the_same_as_looking_at_every_quarter_of_an_hour(planned: Absence, others: list[Absence]) -> None:
    """Hours and absences here begin and end on whole hours."""
    planned = replace(planned, deputy_id=None)
    directory = norrby()
    directory.remove("absence", ERIK_AWAY)
    for other in others:
        directory.put(other)
    found = decide_planned_absence(planned, [BYGGLOV_GROUP], directory, calendar_of, NOW)
    hours = directory.schedule(BYGGLOV_HOURS)
    assert hours is not None
    gap = None
    for quarter in range(4 * 24 * 3):
        at = NOW + quarter * 15 * MINUTE
        away = absence_in_force([planned], at) is not None
        missed = absence_in_force(directory.absences(ERIK.id), at) is not None
        if away and missed and is_open(hours, CALENDAR, at):
            gap = at
            break
    if gap is not None:
        assert isinstance(found, Refused)
        assert found.at == gap
    elif isinstance(found, Refused):
        assert found.at is not None
        assert found.at >= NOW + 3 * DAY
