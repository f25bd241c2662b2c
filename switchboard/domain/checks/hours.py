"""Opening hours, and the calendars they and the deadlines are counted by."""

from collections.abc import Iterator
from datetime import timedelta

from switchboard.domain.checks.fault import Checked, Fault, Severity, error, warning
from switchboard.domain.directory import Authority, Schedule, ScheduleException
from switchboard.domain.opening_hours import exceptions_on, next_opening
from switchboard.domain.routing.situation import schedule_problems
from switchboard.domain.working_days import WorkingCalendar, local_date

_CALENDAR_DAYS = timedelta(days=60)


def check_schedules(checked: Checked) -> Iterator[Fault]:
    for schedule in checked.index.rows(Schedule):
        for table, key, column, problem in schedule_problems(schedule):
            yield Fault(table, str(key), column, problem)
        yield from _contradictions(schedule)
        calendar = _calendar(schedule.authority_id, checked)
        if calendar is not None and next_opening(schedule, calendar, checked.now) is None:
            yield warning(schedule, None, "does not open within 400 days")


def check_calendars(checked: Checked) -> Iterator[Fault]:
    for authority in checked.index.rows(Authority):
        calendar = _calendar(authority.id, checked)
        if calendar is None:
            yield error(authority, None, "has no working calendar")
        elif not calendar.first <= local_date(checked.now) <= calendar.last - _CALENDAR_DAYS:
            yield error(authority, None, f"holidays are known only from {calendar.first} to {calendar.last}")


def _calendar(authority_id: int, checked: Checked) -> WorkingCalendar | None:
    try:
        return checked.calendar(authority_id)
    except (LookupError, ValueError):
        return None


def _contradictions(schedule: Schedule) -> Iterator[Fault]:
    """Exceptions of the same length for the same day of which one closes and another opens: it is open."""
    for exception in schedule.exceptions:
        rivals = exceptions_on(schedule, exception.first)
        if exception.opens is None and any(each.opens is not None for each in rivals if each is not exception):
            yield _closed_in_vain(exception)


def _closed_in_vain(exception: ScheduleException) -> Fault:
    problem = "another exception opens on the same dates, and that one counts"
    return Fault("schedule_exception", str(exception.id), "opens", problem, Severity.WARNING)
