"""The working calendar: public holidays, the authority's own days off, and nothing else."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from switchboard.db.public_holidays import SwedishCalendars, public_holidays
from switchboard.domain.directory import DayOff
from switchboard.domain.working_days import is_working_day
from tests.domain.swedish_holidays import PUBLIC_HOLIDAYS


class Rows:
    def __init__(self, *days_off: DayOff) -> None:
        self.rows = days_off

    def days_off(self, authority_id: int) -> Sequence[DayOff]:
        return [row for row in self.rows if row.authority_id == authority_id]


@pytest.mark.requirement("R14")
@pytest.mark.parametrize("year", sorted({day.year for day in PUBLIC_HOLIDAYS}))
def test_the_holidays_are_those_of_an_independent_list(year: int) -> None:
    assert set(public_holidays(range(year, year + 1))) == {day for day in PUBLIC_HOLIDAYS if day.year == year}


def test_neither_sundays_nor_eves_nor_squeeze_days() -> None:
    days = public_holidays(range(2026, 2027))
    assert not {date(2026, 8, 9), date(2026, 6, 19), date(2026, 12, 24), date(2026, 12, 31), date(2026, 5, 15)} & set(
        days
    )


def test_an_authority_adds_its_own() -> None:
    rows = Rows(DayOff(1, 1, "midsummer_eve"), DayOff(2, 1, "date", date(2026, 5, 15)))
    calendars = SwedishCalendars(lambda: rows, lambda: datetime(2026, 8, 3, tzinfo=UTC))
    ours, others = calendars.calendar(1), calendars.calendar(2)
    for day in (date(2026, 6, 19), date(2026, 5, 15)):
        assert not is_working_day(ours, day)
        assert is_working_day(others, day)
    assert (ours.first, ours.last) == (date(2025, 1, 1), date(2029, 12, 31))


def test_a_calendar_is_built_once_and_again_when_rows_or_the_year_change() -> None:
    rows = Rows()
    now = datetime(2026, 12, 31, 12, tzinfo=UTC)
    calendars = SwedishCalendars(lambda: rows, lambda: now)
    first = calendars.calendar(1)
    assert calendars.calendar(1) is first
    rows.rows = (DayOff(1, 1, "christmas_eve"),)
    assert not is_working_day(calendars.calendar(1), date(2026, 12, 24))
    rows.rows = ()
    now = datetime(2027, 1, 1, 12, tzinfo=UTC)
    assert calendars.calendar(1).last == date(2030, 12, 31)
