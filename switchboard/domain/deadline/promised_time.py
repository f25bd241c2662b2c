"""A time that a caller was told, as a colleague keys it in (R20, R30): four digits a time of day, six a date."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from switchboard.domain.deadline.counting import END_OF_DAY
from switchboard.domain.working_days import STOCKHOLM, WorkingCalendar, nth_working_day_after

LONGEST_AHEAD = timedelta(days=366)
_CENTURY = 2000

WhyNot = Literal["form", "no_time", "no_date", "passed", "too_far"]


@dataclass(frozen=True, slots=True)
class PromisedTime:
    """`at`, local and later than now. `whole_day`: only the day was told, and `at` is its end."""

    at: datetime
    whole_day: bool = False


@dataclass(frozen=True, slots=True)
class NotPromised:
    """Why the digits say no time that could be promised. `form`: neither four nor six of them; `passed` and `too_far`
    (more than a year) are dates."""

    why: WhyNot


def decide_promised_time(digits: str, calendar: WorkingCalendar, now: datetime) -> PromisedTime | NotPromised:
    """`HHMM` is today, or where that has passed the next working day of `calendar`; `ÅÅMMDD` the end of that day.

    CalendarRangeError where the calendar ends before the next working day.
    """
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in (4, 6):
        return NotPromised("form")
    return _time_of_day(digits, calendar, now) if len(digits) == 4 else _date(digits, now)


def _time_of_day(digits: str, calendar: WorkingCalendar, now: datetime) -> PromisedTime | NotPromised:
    hour, minute = int(digits[:2]), int(digits[2:])
    if hour > 23 or minute > 59:
        return NotPromised("no_time")
    clock, today = time(hour, minute), now.astimezone(STOCKHOLM).date()
    for fold in (0, 1):  # the hour that comes twice when summer time ends is first meant as the one before
        at = _on(today, clock, fold)
        if at is not None and at.astimezone(UTC) > now.astimezone(UTC):
            return PromisedTime(at)
    day = nth_working_day_after(calendar, today, 1)
    while (at := _on(day, clock)) is None:
        day = nth_working_day_after(calendar, day, 1)
    return PromisedTime(at)


def _on(day: date, clock: time, fold: int = 0) -> datetime | None:
    """None for a time that the change to summer time leaves out on that day."""
    at = datetime.combine(day, clock, STOCKHOLM).replace(fold=fold)
    exists = at.astimezone(UTC).astimezone(STOCKHOLM).replace(tzinfo=None) == at.replace(tzinfo=None)
    return at if exists else None


def _date(digits: str, now: datetime) -> PromisedTime | NotPromised:
    try:
        day = date(_CENTURY + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return NotPromised("no_date")
    at = datetime.combine(day, END_OF_DAY, STOCKHOLM)
    if at.astimezone(UTC) <= now.astimezone(UTC):
        return NotPromised("passed")
    if day > now.astimezone(STOCKHOLM).date() + LONGEST_AHEAD:
        return NotPromised("too_far")
    return PromisedTime(at, whole_day=True)
