"""Gaps in the staffing of a function, four weeks ahead (R21, R24, R28)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.absence import absence_in_force
from switchboard.domain.directory import Absence, AbsenceReason
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.opening_hours import is_open
from switchboard.domain.staffing import Gap, staffing_gaps
from tests.builders import ANNA, ASA, BYGGLOV_GROUP, ERIK, NOW, calendar_of, norrby
from tests.domain.strategies import absences

DAY = timedelta(days=1)


def bygglov(*away: Absence) -> DirectoryIndex:
    """Anna and Erik answer for Bygglov, one must be there."""
    directory = norrby()
    for old in list(directory.rows(Absence)):
        directory.remove("absence", old.id)
    for each in away:
        directory.put(each)
    return directory


def gaps(directory: DirectoryIndex, ahead: timedelta = timedelta(weeks=4)) -> Sequence[Gap]:
    group = directory.function_group(BYGGLOV_GROUP.id)
    assert group is not None
    return staffing_gaps([group], directory, calendar_of, NOW, ahead)


def away(id: int, person_id: int, start: datetime, until: datetime | None, deputy: int | None = None) -> Absence:
    return Absence(id, person_id, AbsenceReason.VACATION, start, until, False, deputy, "admin")


@pytest.mark.requirement("R24")
def test_a_day_on_which_all_are_away_is_a_gap_in_its_hours_only() -> None:
    day = NOW.replace(hour=0, minute=0) + 7 * DAY
    both = (away(1, ANNA.id, day, day + DAY), away(2, ERIK.id, day - DAY, day + DAY))
    found = gaps(bygglov(*both))
    assert [(each.present, each.needed, set(each.away)) for each in found] == [(0, 1, {ANNA.id, ERIK.id})]
    assert found[0].start.date() == day.date() == found[0].end.date()
    assert gaps(bygglov(both[0])) == []


@pytest.mark.requirement("R25")
def test_a_deputy_who_is_there_stands_in() -> None:
    day = NOW.replace(hour=0, minute=0) + 7 * DAY
    anna, erik = away(1, ANNA.id, day, day + DAY, ASA.id), away(2, ERIK.id, day, day + DAY)
    assert gaps(bygglov(anna, erik)) == []
    assert len(gaps(bygglov(anna, erik, away(3, ASA.id, day, day + DAY)))) == 1


@pytest.mark.requirement("R24")
def test_what_lies_beyond_four_weeks_is_not_listed() -> None:
    day = NOW + timedelta(days=29)
    both = (away(1, ANNA.id, day, None), away(2, ERIK.id, day, None))
    assert gaps(bygglov(*both)) == []
    assert gaps(bygglov(*both), timedelta(weeks=8)) != []


@pytest.mark.requirement("R21")
@given(st.lists(absences(NOW, ANNA.id) | absences(NOW, ERIK.id), max_size=6), st.integers(0, 50 * 60))
def test_at_every_minute_it_is_listed_exactly_where_too_few_are_there(rows: list[Absence], minutes: int) -> None:
    directory = bygglov(*rows)
    at = (NOW.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(NOW.tzinfo)
    listed = any(each.start.timestamp() <= at.timestamp() < each.end.timestamp() for each in gaps(directory))
    group = directory.function_group(BYGGLOV_GROUP.id)
    assert group is not None
    assert group.schedule_id is not None
    schedule = directory.schedule(group.schedule_id)
    assert schedule is not None
    present = {
        each if (now := absence_in_force(directory.absences(each), at)) is None else _deputy(directory, now, at)
        for each in (ANNA.id, ERIK.id)
    } - {None}
    expected = len(present) < group.minimum_staffing and is_open(schedule, calendar_of(group.authority_id), at)
    assert listed is expected


def _deputy(directory: DirectoryIndex, absence: Absence, at: datetime) -> int | None:
    deputy = absence.deputy_id
    if deputy is None or directory.person(deputy) is None:
        return None
    return deputy if absence_in_force(directory.absences(deputy), at) is None else None
