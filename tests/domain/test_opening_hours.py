"""Opening hours: by the table, by the wall clock over a whole day, and by their properties."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.domain.directory import OpeningPeriod, Schedule, ScheduleException
from switchboard.domain.opening_hours import exceptions_on, is_open, next_opening, row_problem
from switchboard.domain.working_days import STOCKHOLM, CalendarRangeError, build_calendar
from tests.domain.calendars import CALENDAR, local
from tests.domain.strategies import INSTANTS, schedules


def period(weekday: int, opens: str, closes: str) -> OpeningPeriod:
    return OpeningPeriod(1, 1, weekday, time.fromisoformat(opens), time.fromisoformat(closes))


def exception(first: str, last: str, opens: str = "", closes: str = "") -> ScheduleException:
    hours = (time.fromisoformat(opens), time.fromisoformat(closes)) if opens else (None, None)
    return ScheduleException(1, 1, date.fromisoformat(first), date.fromisoformat(last), *hours)


OFFICE = Schedule(
    1,
    1,
    "Bygglov",
    periods=(
        *(period(weekday, "09:00", "12:00") for weekday in range(5)),
        *(period(weekday, "13:00", "15:00") for weekday in range(4)),
        period(3, "15:00", "18:00"),
        period(5, "10:00", "13:00"),
    ),
    exceptions=(
        exception("2026-07-06", "2026-07-31"),
        exception("2026-07-15", "2026-07-15", "10:00", "11:00"),
        exception("2026-07-15", "2026-07-15", "13:00", "14:00"),
        exception("2026-12-24", "2026-12-24", "08:00", "10:00"),
    ),
)

BY_THE_CLOCK = """
at                open  next opening      why
2026-08-03 08:59  no    2026-08-03 09:00  just before
2026-08-03 09:00  yes   2026-08-03 09:00  half-open: the first minute counts
2026-08-03 12:00  no    2026-08-03 13:00  the last one does not
2026-08-06 15:00  yes   2026-08-06 15:00  adjacent periods join
2026-08-06 18:00  no    2026-08-07 09:00  the evening
2026-08-07 12:00  no    2026-08-08 10:00  a Saturday with hours of its own
2026-08-08 13:00  no    2026-08-10 09:00  over Sunday
2026-07-03 12:00  no    2026-07-04 10:00  the Saturday before the closed weeks
2026-07-04 13:00  no    2026-07-15 10:00  one day within the closed weeks is open
2026-07-06 10:00  no    2026-07-15 10:00  closed weeks
2026-07-15 10:30  yes   2026-07-15 10:30  that day
2026-07-15 11:00  no    2026-07-15 13:00  its two periods
2026-07-15 14:00  no    2026-08-01 10:00  the rest of July
2026-06-19 10:00  no    2026-06-22 09:00  midsommarafton, and midsommardagen on a Saturday
2026-05-14 10:00  no    2026-05-15 09:00  Ascension Day; the squeeze day is open
2026-12-23 18:00  no    2026-12-24 08:00  an exception wins over a day off
2026-12-24 10:00  no    2026-12-28 09:00  Christmas
2026-12-31 10:00  no    2027-01-02 10:00  New Year
""".strip().splitlines()[1:]


@pytest.mark.requirement("R23")
@pytest.mark.parametrize("line", BY_THE_CLOCK)
def test_by_the_clock(line: str) -> None:
    at = local(line[:16])
    assert is_open(OFFICE, CALENDAR, at) is (line[18:21] == "yes")
    assert next_opening(OFFICE, CALENDAR, at) == local(line[24:40])


def always(weekday: int, opens: str, closes: str) -> Schedule:
    return Schedule(1, 1, "", closed_on_holidays=False, periods=(period(weekday, opens, closes),))


# Sunday 29 March 2026: 02:00 becomes 03:00. Sunday 25 October 2026: 03:00 becomes 02:00.
CLOCK_CHANGES = """
hours        at (UTC)              open  next opening (UTC)
02:30-04:00  2026-03-29T00:59:59Z  no    2026-03-29T01:00:00Z
02:30-04:00  2026-03-29T01:00:00Z  yes   2026-03-29T01:00:00Z
02:30-04:00  2026-03-29T02:00:00Z  no    2026-04-05T00:30:00Z
02:10-02:50  2026-03-29T00:00:00Z  no    2026-04-05T00:10:00Z
01:00-02:30  2026-03-29T00:59:59Z  yes   2026-03-29T00:59:59Z
01:00-02:30  2026-03-29T01:00:00Z  no    2026-04-04T23:00:00Z
01:00-02:30  2026-10-25T00:29:59Z  yes   2026-10-25T00:29:59Z
01:00-02:30  2026-10-25T00:30:00Z  no    2026-10-25T01:00:00Z
01:00-02:30  2026-10-25T01:29:59Z  yes   2026-10-25T01:29:59Z
01:00-02:30  2026-10-25T01:30:00Z  no    2026-11-01T00:00:00Z
02:30-02:45  2026-10-25T00:45:00Z  no    2026-10-25T01:30:00Z
02:00-03:00  2026-10-25T01:59:59Z  yes   2026-10-25T01:59:59Z
00:00-00:00  2026-10-25T22:59:59Z  yes   2026-10-25T22:59:59Z
00:00-00:00  2026-10-25T23:00:00Z  no    2026-10-31T23:00:00Z
""".strip().splitlines()[1:]


@pytest.mark.requirement("R23")
@pytest.mark.parametrize("line", CLOCK_CHANGES)
def test_the_nights_when_the_clock_changes(line: str) -> None:
    hours, at, expected, opening = line.split()
    schedule = always(6, *hours.split("-"))
    instant = datetime.fromisoformat(at)
    assert is_open(schedule, CALENDAR, instant) is (expected == "yes")
    found = next_opening(schedule, CALENDAR, instant)
    assert found is not None
    assert found.astimezone(UTC) == datetime.fromisoformat(opening)


@pytest.mark.requirement("R23")
@given(st.data(), INSTANTS)
def test_the_next_opening_is_the_first(data: st.DataObject, at: datetime) -> None:
    schedule = data.draw(schedules(at.date()))
    opening = next_opening(schedule, CALENDAR, at)
    if opening is None:
        assert not is_open(schedule, CALENDAR, at)
        return
    assert opening.tzinfo is STOCKHOLM
    opening = opening.astimezone(UTC)
    assert opening >= at
    assert is_open(schedule, CALENDAR, opening)
    assert (opening == at) is is_open(schedule, CALENDAR, at)
    if opening > at:
        between = data.draw(st.datetimes(naive(at), naive(opening) - timedelta(microseconds=1), timezones=st.just(UTC)))
        assert not is_open(schedule, CALENDAR, between)
        assert not is_open(schedule, CALENDAR, opening - timedelta(microseconds=1))


def naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)


@settings(max_examples=40)
@given(st.data(), st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2026, 12, 24), date(2026, 8, 3)]))
def test_agrees_with_a_plain_reading_of_the_wall_clock(data: st.DataObject, day: date) -> None:
    schedule = data.draw(schedules(day))
    for quarter in range(100):
        at = datetime.combine(day, time(), UTC) - timedelta(hours=2) + timedelta(minutes=15 * quarter)
        assert is_open(schedule, CALENDAR, at) is plainly_open(schedule, at.astimezone(STOCKHOLM))


def plainly_open(schedule: Schedule, at: datetime) -> bool:
    """Without merging, and by minutes of the day."""
    day, minute = at.date(), at.hour * 60 + at.minute
    covering = [each for each in schedule.exceptions if each.first <= day <= each.last]
    if covering:
        days = min((each.last - each.first).days for each in covering)
        hours = [(each.opens, each.closes) for each in covering if (each.last - each.first).days == days]
    elif schedule.closed_on_holidays and day in CALENDAR.days_off:
        hours = []
    else:
        hours = [(each.opens, each.closes) for each in schedule.periods if each.weekday == day.weekday()]
    return any(
        opens.hour * 60 + opens.minute <= minute < (closes.hour * 60 + closes.minute or 24 * 60)
        for opens, closes in hours
        if opens is not None and closes is not None
    )


def test_never_open_has_no_next_opening() -> None:
    assert next_opening(Schedule(1, 1, ""), CALENDAR, local("2026-08-03 10:00")) is None


def test_the_search_ends_with_the_calendar() -> None:
    short = build_calendar(range(2026, 2027), {}, [])
    only_january = Schedule(1, 1, "", exceptions=(exception("2027-01-04", "2027-01-04", "08:00", "09:00"),))
    assert next_opening(only_january, short, local("2026-12-30 10:00")) is None
    assert next_opening(only_january, CALENDAR, local("2026-12-30 10:00")) == local("2027-01-04 08:00")


def test_the_search_is_bounded() -> None:
    far = Schedule(1, 1, "", exceptions=(exception("2028-01-03", "2028-01-03", "08:00", "09:00"),))
    assert next_opening(far, CALENDAR, local("2026-08-03 10:00")) is None


def test_a_day_without_a_calendar_is_a_clear_error() -> None:
    with pytest.raises(CalendarRangeError):
        is_open(OFFICE, CALENDAR, local("2031-01-02 10:00"))


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (period(7, "09:00", "12:00"), "weekday"),
        (period(-1, "09:00", "12:00"), "weekday"),
        (period(0, "12:00", "09:00"), "closes"),
        (period(0, "12:00", "12:00"), "closes"),
        (exception("2026-01-02", "2026-01-01"), "last_date"),
        (exception("2026-01-02", "2026-01-02", "12:00", "11:00"), "closes"),
        (ScheduleException(1, 1, date(2026, 1, 1), date(2026, 1, 1), time(8), None), "closes"),
        (ScheduleException(1, 1, date(2026, 1, 1), date(2026, 1, 1), None, time(8)), "opens"),
    ],
)
def test_rows_that_cannot_be_honoured_open_nothing(row: OpeningPeriod | ScheduleException, column: str) -> None:
    problem = row_problem(row)
    assert problem is not None
    assert problem[0] == column
    if isinstance(row, OpeningPeriod):
        assert next_opening(Schedule(1, 1, "", periods=(row,)), CALENDAR, local("2026-01-01 00:00")) is None
    else:
        assert next_opening(Schedule(1, 1, "", exceptions=(row,)), CALENDAR, local("2026-01-01 00:00")) is None


@pytest.mark.parametrize("row", [period(0, "00:00", "00:00"), period(6, "23:59", "00:00"), OFFICE.exceptions[0]])
def test_good_rows_have_no_problem(row: OpeningPeriod | ScheduleException) -> None:
    assert row_problem(row) is None


def test_the_shortest_exceptions_decide() -> None:
    assert exceptions_on(OFFICE, date(2026, 7, 15)) == list(OFFICE.exceptions[1:3])
    assert exceptions_on(OFFICE, date(2026, 7, 16)) == [OFFICE.exceptions[0]]
    assert exceptions_on(OFFICE, date(2026, 8, 3)) == []
