"""The hours in which an authority is at work: on its working days, from the start to the end that its policy says."""

from datetime import date, datetime, time, timedelta

from switchboard.domain.directory import Policy
from switchboard.domain.working_days import STOCKHOLM, CalendarRangeError, WorkingCalendar, is_working_day, local_date

DAY_STARTS, DAY_ENDS = time(8), time(16, 30)
SATURDAY = 5


def workday_of(policy: Policy | None) -> tuple[time, time]:
    """Its start and its end."""
    return (policy.workday_start, policy.workday_end) if policy is not None else (DAY_STARTS, DAY_ENDS)


def is_worked(calendar: WorkingCalendar, day: date) -> bool:
    """Also of a day years ahead: where no holidays are known yet the days of the week count."""
    try:
        return is_working_day(calendar, day)
    except CalendarRangeError:
        return day.weekday() < SATURDAY


def in_working_hours(policy: Policy | None, calendar: WorkingCalendar, now: datetime) -> bool:
    starts, ends = workday_of(policy)
    return is_worked(calendar, local_date(now)) and starts <= now.astimezone(STOCKHOLM).time() < ends


def reminded_before(policy: Policy | None, calendar: WorkingCalendar, now: datetime) -> datetime | None:
    """Who lacks a greeting of their own is reminded now if they were not reminded after this moment (R12). None: nobody
    is, by the authority's rule or at this hour."""
    if policy is None or policy.greeting_reminder_days <= 0 or not in_working_hours(policy, calendar, now):
        return None
    return now - timedelta(days=policy.greeting_reminder_days)
