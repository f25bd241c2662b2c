"""Working days of an authority (R14, R28): Monday to Friday, but not on public holidays and the authority's days
off.

Klämdagar (a Friday after Ascension Day, say) are working days like any other. The public holidays come from
outside; the three eves that Swedish offices take off by agreement, not by law, are data of the authority.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from switchboard.domain.directory import DayOff, EveRule

STOCKHOLM = ZoneInfo("Europe/Stockholm")
_FRIDAY, _SATURDAY = 4, 5
_ONE_DAY = timedelta(days=1)
_EVE_NAMES: Mapping[EveRule, str] = {
    "midsummer_eve": "midsommarafton",
    "christmas_eve": "julafton",
    "new_years_eve": "nyårsafton",
    "date": "ledig dag",
}


class CalendarRangeError(ValueError):
    """The day lies outside the dates for which the calendar knows the holidays."""


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The dates in `first`–`last` (both included) that are holidays or days off. Those at a weekend may be
    among them. `names` says what a day off is called, where that is known."""

    first: date
    last: date
    days_off: frozenset[date]
    names: Mapping[date, str] = field(default_factory=dict, compare=False)


def local_date(instant: datetime) -> date:
    """The date in Europe/Stockholm. ValueError for a naive datetime."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone")
    return instant.astimezone(STOCKHOLM).date()


def build_calendar(years: range, public_holidays: Mapping[date, str], days_off: Iterable[DayOff]) -> WorkingCalendar:
    """The calendar of an authority for whole `years`. `public_holidays` may hold more years than those; its
    Sundays do no harm."""
    rules = tuple(days_off)
    names = {day: name for day, name in public_holidays.items() if day.year in years}
    for year in years:
        names |= {day: _EVE_NAMES[each.rule] for each in rules for day in eve_dates(each.rule, year)}
    names |= {each.on: _EVE_NAMES["date"] for each in rules if each.on is not None and each.on.year in years}
    return WorkingCalendar(date(years[0], 1, 1), date(years[-1], 12, 31), frozenset(names), names)


def eve_dates(rule: EveRule, year: int) -> tuple[date, ...]:
    """The date of a movable eve in `year`; none for the rule `date`, whose date stands in its row.

    Midsommarafton is the Friday of 19–25 June (lag 1989:253 sets the day after it, Saturday 20–26 June).
    """
    match rule:
        case "midsummer_eve":
            earliest = date(year, 6, 19)
            return (earliest + timedelta(days=(_FRIDAY - earliest.weekday()) % 7),)
        case "christmas_eve":
            return (date(year, 12, 24),)
        case "new_years_eve":
            return (date(year, 12, 31),)
        case "date":
            return ()


def is_day_off(calendar: WorkingCalendar, day: date) -> bool:
    """A holiday or a day off of the authority, whatever the weekday. CalendarRangeError outside the calendar."""
    if not calendar.first <= day <= calendar.last:
        raise CalendarRangeError(f"holidays are known from {calendar.first} to {calendar.last}, not for {day}")
    return day in calendar.days_off


def is_working_day(calendar: WorkingCalendar, day: date) -> bool:
    """CalendarRangeError outside the calendar."""
    return not is_day_off(calendar, day) and day.weekday() < _SATURDAY


def nth_working_day_after(calendar: WorkingCalendar, day: date, n: int) -> date:
    """The n-th working day after `day`, which itself never counts. `n` is 1 or more, else ValueError;
    CalendarRangeError where the calendar ends before it."""
    if n < 1:
        raise ValueError(f"working days are counted from 1, not {n}")
    while n:
        day += _ONE_DAY
        n -= is_working_day(calendar, day)
    return day
