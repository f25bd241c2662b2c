"""The working calendar of each authority: the public holidays of Sweden and the authority's own days off (R14).

The public holidays are those of lag (1989:253) as the package `holidays` counts them: its category `public`, without
Sundays as such. Its other categories (eves, half days, squeeze days) are left out on purpose: an authority that is
closed on an eve says so in its own rows.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Protocol

from switchboard.domain.directory import DayOff
from switchboard.domain.working_days import WorkingCalendar, build_calendar

YEARS_BACK, YEARS_AHEAD = 1, 3


class DaysOff(Protocol):
    def days_off(self, authority_id: int) -> Sequence[DayOff]: ...


class SwedishCalendars:
    """The port `calls.ports.Calendars`. `directory` gives the latest rows; a calendar is built anew when they or the
    year have changed."""

    def __init__(self, directory: Callable[[], DaysOff], now: Callable[[], datetime]) -> None:
        self._directory = directory
        self._now = now
        self._built: dict[int, tuple[int, tuple[DayOff, ...], WorkingCalendar]] = {}

    def calendar(self, authority_id: int) -> WorkingCalendar:
        year = self._now().year
        days_off = tuple(self._directory().days_off(authority_id))
        built = self._built.get(authority_id)
        if built is None or built[:2] != (year, days_off):
            years = range(year - YEARS_BACK, year + YEARS_AHEAD + 1)
            built = year, days_off, build_calendar(years, public_holidays(years), days_off)
            self._built[authority_id] = built
        return built[2]


@lru_cache(maxsize=8)
def public_holidays(years: range) -> Mapping[date, str]:
    """Their dates and Swedish names."""
    # Here, because it takes half a second to import, and a command that counts no days starts without it.
    from holidays import PUBLIC
    from holidays.countries.sweden import Sweden

    return dict(Sweden(years=years, language="sv", categories=(PUBLIC,), include_sundays=False))
