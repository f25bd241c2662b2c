"""A group's hours: one reading, which nothing in the rows can break."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.directory import FunctionGroup
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.opening_hours import in_hours, is_open, next_opening, opens_at
from switchboard.domain.working_days import CalendarRangeError, WorkingCalendar
from tests.builders import EVENING, NOW, OPERATOR_GROUP, calendar_of, norrby
from tests.domain.calendars import CALENDAR
from tests.domain.strategies import INSTANTS, directories, schedules

pytestmark = pytest.mark.requirement("R23")
GROUP = FunctionGroup(1, 1, "Växeln", schedule_id=1)


@given(st.data(), INSTANTS)
def test_they_are_those_of_the_schedule(data: st.DataObject, at: datetime) -> None:
    schedule = replace(data.draw(schedules(at.date())), id=1)
    directory = DirectoryIndex([GROUP, schedule])
    assert in_hours(GROUP, directory, calendar_of, at) is is_open(schedule, CALENDAR, at)
    assert opens_at(GROUP, directory, calendar_of, at) == next_opening(schedule, CALENDAR, at)


@given(directories(), st.none() | st.integers(-1, 5), INSTANTS, st.sampled_from([KeyError, CalendarRangeError]))
def test_whatever_cannot_be_read_counts_as_open(
    directory: DirectoryIndex, schedule_id: int | None, at: datetime, error: type[Exception]
) -> None:
    def none_kept(authority_id: int) -> WorkingCalendar:
        raise error(authority_id)

    group = replace(GROUP, schedule_id=schedule_id)
    assert in_hours(group, directory, none_kept, at)
    assert opens_at(group, directory, none_kept, at) == at


@given(directories(), st.none() | st.integers(-1, 5), INSTANTS)
def test_open_is_what_opens_now(directory: DirectoryIndex, schedule_id: int | None, at: datetime) -> None:
    group = replace(GROUP, schedule_id=schedule_id)
    assert in_hours(group, directory, calendar_of, at) is (opens_at(group, directory, calendar_of, at) == at)


def test_the_calendar_is_that_of_the_schedule() -> None:
    """A group of one authority may keep the hours of another."""
    asked: list[int] = []

    def calendar(authority_id: int) -> WorkingCalendar:
        asked.append(authority_id)
        return CALENDAR

    group = replace(OPERATOR_GROUP, authority_id=2)
    assert [in_hours(group, norrby(), calendar, at) for at in (NOW, EVENING)] == [True, False]
    assert asked == [1, 1]
