"""Calendars that absences are read from, as they are shown."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FailingCalendar:
    """A calendar that cannot be read in full now. What was known of it counts on; `read_at` None: it was never read."""

    id: int
    failure: str
    failing_since: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class CalendarView:
    """A calendar that absences are read from, without its address and login: both are secrets. `interval_s` None: as
    often as the service's setting says. `absences`: those that it gives now and later."""

    id: int
    person_id: int
    person: str
    kind: str
    host: str
    has_login: bool
    interval_s: int | None
    enabled: bool
    read_at: datetime | None
    failing_since: datetime | None
    failure: str | None
    absences: int


@dataclass(frozen=True, slots=True)
class LiftedView:
    """What a calendar says and somebody lifted by hand."""

    id: int
    calendar_id: int
    person_id: int
    person: str
    reason: str
    start: datetime
    until: datetime
    lifted_at: datetime
    lifted_by: str
