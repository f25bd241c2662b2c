"""When somebody is back who typed a reason and some digits (R2). Pure: what the digits mean, seen from `now`.

Four digits are a time or a date, as the reason says; six are a date, ÅÅMMDD. A date is the day on which the person is
back: it is kept as its midnight, and spoken without a time. A moment that has passed means the next day or year.

By the clock on the wall. A time that does not exist on the last Sunday of March is the hour at which the clock goes on;
one that comes twice in October is the first of the two that has not passed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from switchboard.domain.directory import AbsenceCode, Schedule
from switchboard.domain.opening_hours import next_opening
from switchboard.domain.working_days import STOCKHOLM, WorkingCalendar, local_date, nth_working_day_after

MOST_YEARS_AHEAD = 10
NIGHT_ENDS = timedelta(hours=4)
"""Who goes for the day before four in the morning means the day that was."""
TIME, SHORT_DATE, LONG_DATE = 4, 4, 6
_ONE_DAY = timedelta(days=1)
_MIDNIGHT = time(0)

Moved = Literal["next_day", "next_year"]


@dataclass(frozen=True, slots=True)
class Back:
    """`until` is local and after now. `moved`: the moment as typed had passed, and the next such one is meant."""

    code: AbsenceCode
    until: datetime
    moved: Moved | None
    reason: str


@dataclass(frozen=True, slots=True)
class AskTime:
    """There is no telling without digits."""

    code: AbsenceCode
    reason: str


@dataclass(frozen=True, slots=True)
class NotPossible:
    why: Literal["unknown_reason", "wrong_time", "wrong_date", "date_passed"]
    reason: str


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Of the person: the calendar of the authority, and opening hours that say when a day begins. None: not known."""

    calendar: WorkingCalendar | None
    schedule: Schedule | None = None


Decision = Back | AskTime | NotPossible


def decide_return(
    codes: Mapping[str, AbsenceCode], key: str, digits: str, work: WorkingTime, now: datetime
) -> Decision:
    code = codes.get(key)
    if code is None:
        return NotPossible("unknown_reason", "no reason has this key")
    if not digits:
        return _usual_return(code, work, now)
    if not (digits.isascii() and digits.isdigit()):
        return NotPossible("wrong_time", "digits are expected")
    if len(digits) == LONG_DATE:
        return _on_date(code, digits, now)
    if len(digits) != SHORT_DATE:
        return NotPossible("wrong_date" if code.four_digits == "date" else "wrong_time", "four digits or six")
    return _next_such_date(code, digits, now) if code.four_digits == "date" else _next_such_time(code, digits, now)


def _usual_return(code: AbsenceCode, work: WorkingTime, now: datetime) -> Back | AskTime:
    if code.length is None:
        return AskTime(code, "this reason has no usual length")
    if isinstance(code.length, timedelta):
        whole = now.astimezone(UTC).replace(second=0, microsecond=0)
        return Back(code, (whole + code.length).astimezone(STOCKHOLM), None, "the usual length")
    begins = next_working_day_begins(work, code.day_begins, now)
    if begins is None:
        return AskTime(code, "the working days are not known")
    return Back(code, begins, None, "the beginning of the next working day")


def next_working_day_begins(work: WorkingTime, day_begins: time, now: datetime) -> datetime | None:
    """When the schedule opens on the first working day after today, else at `day_begins`. None where the calendar is
    not known, or ends before."""
    if work.calendar is None:
        return None
    try:
        day = nth_working_day_after(work.calendar, local_date(now.astimezone(UTC) - NIGHT_ENDS), 1)
        midnight = datetime.combine(day, _MIDNIGHT, STOCKHOLM)
        opens = next_opening(work.schedule, work.calendar, midnight) if work.schedule is not None else None
    except ValueError:
        return None
    if opens is not None and local_date(opens) == day and opens.time() != _MIDNIGHT and _is_after(opens, now):
        return opens
    begins = _at(day, day_begins)
    return begins if _is_after(begins, now) else None


def _next_such_time(code: AbsenceCode, digits: str, now: datetime) -> Back | NotPossible:
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 23 or minutes > 59:
        return NotPossible("wrong_time", "no such time of day")
    today, clock = local_date(now), time(hours, minutes)
    for fold in (0, 1):
        until = _at(today, clock, fold)
        if _is_after(until, now):
            return Back(code, until, None, "later today")
    return Back(code, _at(today + _ONE_DAY, clock), "next_day", "that time has passed today")


def _next_such_date(code: AbsenceCode, digits: str, now: datetime) -> Back | NotPossible:
    month, day = int(digits[:2]), int(digits[2:])
    this_year = local_date(now).year
    if _date(2000, month, day) is None:
        return NotPossible("wrong_date", "no such day in any year")
    for year in (this_year, this_year + 1):
        on = _date(year, month, day)
        if on is not None and _is_after(until := _at(on, _MIDNIGHT), now):
            moved: Moved | None = "next_year" if year > this_year else None
            return Back(code, until, moved, "that day has passed this year" if moved else "later this year")
    return NotPossible("wrong_date", "no such day this year or next")


def _on_date(code: AbsenceCode, digits: str, now: datetime) -> Back | NotPossible:
    on = _date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    if on is None or on.year > local_date(now).year + MOST_YEARS_AHEAD:
        return NotPossible("wrong_date", "no such day, or too far away")
    until = _at(on, _MIDNIGHT)
    if not _is_after(until, now):
        return NotPossible("date_passed", "that day has begun already")
    return Back(code, until, None, "on that day")


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _at(day: date, clock: time, fold: int = 0) -> datetime:
    typed = datetime.combine(day, clock.replace(fold=fold), STOCKHOLM)
    there = typed.astimezone(UTC).astimezone(STOCKHOLM)
    return there if there.time() == clock else there.replace(minute=0)


def _is_after(moment: datetime, now: datetime) -> bool:
    """In UTC: Python compares two times of one zone by the wall clock, which in October goes back."""
    return moment.astimezone(UTC) > now.astimezone(UTC)
