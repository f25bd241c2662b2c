"""The hours that a group has announced (R23, R24): one reading for all who ask."""

from collections.abc import Callable
from datetime import datetime

from switchboard.domain.directory import Directory, FunctionGroup
from switchboard.domain.opening_hours import is_open, next_opening
from switchboard.domain.working_days import WorkingCalendar

Calendars = Callable[[int], WorkingCalendar]
"""By authority, as for `decide_route`."""


def in_hours(group: FunctionGroup, directory: Directory, calendar: Calendars, at: datetime) -> bool:
    """A group without hours is always there. Hours that cannot be read count as open: a fault of ours sends nobody
    away."""
    schedule = None if group.schedule_id is None else directory.schedule(group.schedule_id)
    if schedule is None:
        return True
    try:
        return is_open(schedule, calendar(schedule.authority_id), at)
    except (LookupError, ValueError):
        return True


def opens_at(group: FunctionGroup, directory: Directory, calendar: Calendars, at: datetime) -> datetime | None:
    """The first instant not before `at` at which the group is in its hours; None where that is not known."""
    schedule = None if group.schedule_id is None else directory.schedule(group.schedule_id)
    if schedule is None:
        return at
    try:
        return next_opening(schedule, calendar(schedule.authority_id), at)
    except (LookupError, ValueError):
        return at
