"""Calendars that cannot be read, for `switchboard check`: why, since when, and how old what is known of them is."""

from collections.abc import Sequence
from datetime import datetime

from switchboard.db.calendars import CalendarSources
from switchboard.db.calendars.rows import KINDS
from switchboard.db.engine import Database
from switchboard.domain.checks import Fault, Severity
from switchboard.local_time import seconds_between
from switchboard.views import CalendarView

LONG_UNREAD_S = 7200.0
"""Twice the longest interval."""


async def failing_calendars(database: Database, now: datetime) -> Sequence[Fault]:
    """What was known of them still holds."""
    found = (_fault(each, now) for each in await CalendarSources(database).all())
    return [each for each in found if each is not None]


def _fault(view: CalendarView, now: datetime) -> Fault | None:
    key = str(view.id)
    if not view.enabled:
        return None
    if view.kind not in KINDS:
        return Fault("calendar_source", key, "kind", f"{view.failure}: it is not looked at")
    if view.failure is not None:
        return Fault("calendar_source", key, "failure", _in_words(view, now), Severity.WARNING)
    if view.read_at is not None and seconds_between(view.read_at, now) > LONG_UNREAD_S:
        problem = f"was last read {_ago(view.read_at, now)}; is the service running?"
        return Fault("calendar_source", key, "read_at", problem, Severity.WARNING)
    return None


def _in_words(view: CalendarView, now: datetime) -> str:
    since = f" since {view.failing_since:%Y-%m-%d %H:%M}" if view.failing_since else ""
    read = f"was last read {_ago(view.read_at, now)}" if view.read_at else "was never read"
    return f"{view.failure}{since}; it {read}"


def _ago(then: datetime, now: datetime) -> str:
    minutes = max(int(seconds_between(then, now)) // 60, 0)
    hours, days = minutes // 60, minutes // 1440
    count, unit = (days, "day") if days else (hours, "hour") if hours else (minutes, "minute")
    return f"{then:%Y-%m-%d %H:%M} ({count} {unit}{'' if count == 1 else 's'} ago)"
