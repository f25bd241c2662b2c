"""Calendars as the web asks for them, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from switchboard.changes import Act, CalendarChange, NewCalendar
from switchboard.domain.calendar.sources import host_of
from switchboard.errors import NotFound
from switchboard.views import CalendarView, FailingCalendar, LiftedView
from tests.fakes.web_kept import Kept
from tests.fakes.web_rows import NOW

FAILING = FailingCalendar(8, "the server answers 500", NOW - timedelta(hours=1), NOW - timedelta(hours=2))
CALENDAR = CalendarView(
    id=8,
    person_id=4,
    person="Erik Lund",
    kind="caldav",
    host="cal.norrby.example",
    has_login=True,
    interval_s=None,
    enabled=True,
    read_at=FAILING.read_at,
    failing_since=FAILING.failing_since,
    failure=FAILING.failure,
    absences=3,
)
LIFTED = LiftedView(2, 8, 4, "Erik Lund", "meeting", NOW, NOW + timedelta(hours=1), NOW, "phone erik")


@dataclass
class FakeCalendars(Kept):
    rows: Sequence[CalendarView] = (CALENDAR,)

    async def all(self, person_id: int | None = None) -> Sequence[CalendarView]:
        self._note(person_id)
        return [row for row in self.rows if person_id in (None, row.person_id)]

    async def one(self, id: int) -> CalendarView:
        for row in self.rows:
            if row.id == id:
                return row
        raise NotFound("calendar", id)

    async def add(self, new: NewCalendar, act: Act) -> CalendarView:
        self._note(new, act)
        return replace(CALENDAR, id=9, kind=new.kind, host=host_of(new.url), has_login=new.login is not None)

    async def change(self, id: int, change: CalendarChange, act: Act) -> CalendarView:
        self._note(change, act)
        return await self.one(id)

    async def remove(self, id: int, act: Act) -> None:
        self._note(id, act)
        await self.one(id)


@dataclass
class FakeLiftings(Kept):
    rows: Sequence[LiftedView] = (LIFTED,)

    async def all(self, now: datetime, calendar_id: int | None = None) -> Sequence[LiftedView]:
        return [row for row in self.rows if calendar_id in (None, row.calendar_id)]

    async def restore(self, id: int, act: Act) -> None:
        self._note(id, act)


@dataclass
class FakeFailingCalendars:
    """By the id of the person."""

    failing: dict[int, FailingCalendar] = field(default_factory=dict)

    def of_source(self, source: str) -> FailingCalendar | None:
        found = (each for each in self.failing.values() if source == f"calendar:{each.id}")
        return next(found, None)

    def of_person(self, person_id: int) -> FailingCalendar | None:
        return self.failing.get(person_id)
