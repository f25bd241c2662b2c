"""Working days, held against the almanac and against the `holidays` library."""

from datetime import date, datetime, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.directory import DayOff
from switchboard.domain.working_days import (
    CalendarRangeError,
    build_calendar,
    eve_dates,
    is_working_day,
    local_date,
    nth_working_day_after,
)
from tests.domain.calendars import CALENDAR, THREE_EVES, local
from tests.domain.swedish_holidays import EVES, PUBLIC_HOLIDAYS, YEARS

EVERY_DAY = [date(2025, 1, 1) + timedelta(days=number) for number in range(2191)]
DAYS = st.dates(date(2025, 1, 1), date(2030, 12, 1))


def test_the_list_of_days_is_complete() -> None:
    assert EVERY_DAY[-1] == date(2030, 12, 31)


@pytest.mark.requirement("R14")
def test_the_library_and_the_almanac_agree() -> None:
    library = {day for day in holidays.country_holidays("SE", years=YEARS) if day.weekday() != 6}
    assert library == {day for day in PUBLIC_HOLIDAYS if day.weekday() != 6}


@pytest.mark.requirement("R14")
@pytest.mark.parametrize("year", YEARS)
def test_eves_agree_with_the_almanac(year: int) -> None:
    computed = {day for each in THREE_EVES for day in eve_dates(each.rule, year)}
    assert computed == {day for day in EVES if day.year == year}
    assert eve_dates("date", year) == ()


@pytest.mark.requirement("R14")
def test_every_day_of_six_years() -> None:
    free = PUBLIC_HOLIDAYS.keys() | EVES.keys()
    for day in EVERY_DAY:
        assert is_working_day(CALENDAR, day) is (day.isoweekday() <= 5 and day not in free), day


@pytest.mark.requirement("R14")
def test_the_calendar_as_the_service_builds_it_gives_the_same_days() -> None:
    library = holidays.country_holidays("SE", years=YEARS)
    calendar = build_calendar(YEARS, dict(library), THREE_EVES)
    assert [is_working_day(calendar, day) for day in EVERY_DAY] == [is_working_day(CALENDAR, day) for day in EVERY_DAY]


@pytest.mark.requirement("R28")
@pytest.mark.parametrize("squeeze_day", ["2026-05-15", "2025-05-02", "2026-01-05", "2025-06-05", "2027-05-07"])
def test_squeeze_days_are_working_days(squeeze_day: str) -> None:
    assert is_working_day(CALENDAR, date.fromisoformat(squeeze_day))


def test_a_date_of_the_authority_is_a_day_off() -> None:
    closed = DayOff(9, 1, "date", date(2026, 5, 15))
    calendar = build_calendar(range(2026, 2027), {}, [closed])
    assert not is_working_day(calendar, date(2026, 5, 15))
    assert calendar.names == {date(2026, 5, 15): "ledig dag"}


def test_eves_count_only_where_the_authority_says_so() -> None:
    assert is_working_day(build_calendar(YEARS, PUBLIC_HOLIDAYS, []), date(2026, 12, 24))


@pytest.mark.parametrize("day", [date(2024, 12, 31), date(2031, 1, 1)])
def test_outside_the_calendar_is_a_clear_error(day: date) -> None:
    with pytest.raises(CalendarRangeError, match=rf"2025-01-01 to 2030-12-31, not for {day}"):
        is_working_day(CALENDAR, day)


def test_counting_past_the_end_is_a_clear_error() -> None:
    with pytest.raises(CalendarRangeError):
        nth_working_day_after(CALENDAR, date(2030, 12, 30), 1)


@pytest.mark.parametrize("n", [0, -1])
def test_counting_begins_at_one(n: int) -> None:
    with pytest.raises(ValueError, match="from 1"):
        nth_working_day_after(CALENDAR, date(2026, 1, 1), n)


@given(DAYS, st.integers(1, 10))
def test_exactly_n_working_days_are_counted(day: date, n: int) -> None:
    found = nth_working_day_after(CALENDAR, day, n)
    assert is_working_day(CALENDAR, found)
    assert sum(is_working_day(CALENDAR, each) for each in EVERY_DAY if day < each <= found) == n


@given(DAYS, DAYS, st.integers(1, 5))
def test_counting_keeps_the_order_of_days(one: date, other: date, n: int) -> None:
    first, second = sorted([one, other])
    assert nth_working_day_after(CALENDAR, first, n) <= nth_working_day_after(CALENDAR, second, n)
    assert nth_working_day_after(CALENDAR, first, n) < nth_working_day_after(CALENDAR, first, n + 1)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-07-01T22:30:00+00:00", "2026-07-02"),
        ("2026-01-01T22:30:00+00:00", "2026-01-01"),
        ("2025-12-31T23:00:00+00:00", "2026-01-01"),
        ("2026-03-29T00:59:59+00:00", "2026-03-29"),
    ],
)
def test_the_local_date_of_an_instant(instant: str, day: str) -> None:
    assert local_date(datetime.fromisoformat(instant)) == date.fromisoformat(day)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        local_date(local("2026-01-01 08:00").replace(tzinfo=None))
