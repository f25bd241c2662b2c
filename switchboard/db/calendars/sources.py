"""The calendars themselves: listed, added, changed, removed. Addresses and passwords are written and never shown."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update

from switchboard.changes import Act, CalendarChange, NewCalendar
from switchboard.db.calendars.rows import KINDS, gave, source, sources
from switchboard.db.engine import Database
from switchboard.db.queries.audit import note_act
from switchboard.db.queries.names import find_person
from switchboard.db.tables import absence, calendar_source
from switchboard.domain.calendar import CalendarSource
from switchboard.domain.calendar.sources import (
    LONGEST_INTERVAL_S,
    SHORTEST_INTERVAL_S,
    host_of,
    server_of,
    web_address,
)
from switchboard.errors import BadValue, NotFound
from switchboard.views import CalendarView

LONGEST_LOGIN = 200
UNKNOWN_KIND = "has a kind that is neither icalendar nor caldav"


class CalendarSources:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, person_id: int | None = None) -> Sequence[CalendarView]:
        """By number."""
        where = calendar_source.c.person_id == person_id if person_id is not None else None
        return await self._views(where)

    async def one(self, id: int) -> CalendarView:
        found = await self._views(calendar_source.c.id == id)
        if not found:
            raise NotFound("calendar", id)
        return found[0]

    async def source(self, id: int) -> CalendarSource:
        """With its secrets, to read it."""
        async with self._database.read() as tx:
            row = (await tx.execute(sources().where(calendar_source.c.id == id))).one_or_none()
        if row is None or row.kind not in KINDS:
            raise NotFound("calendar", id)
        return source(row)

    async def add(self, new: NewCalendar, act: Act) -> CalendarView:
        """BadValue where a field cannot be accepted."""
        values = {
            "kind": new.kind,
            "url": _address(new.url),
            "interval_seconds": _interval(new.interval_s),
            "enabled": new.enabled,
            **_login(new.login, new.credentials),
        }
        async with self._database.write() as tx:
            person_id = await find_person(tx, "person", new.person)
            added = insert(calendar_source).values(person_id=person_id, **values).returning(calendar_source.c.id)
            id = int((await tx.execute(added)).scalar_one())
            await note_act(tx, act, "calendar.add", ("calendar_source", id), {"person_id": person_id})
        return await self.one(id)

    async def change(self, id: int, change: CalendarChange, act: Act) -> CalendarView:
        """BadValue where a field cannot be accepted. With another address what is known to be wrong is forgotten."""
        async with self._database.write() as tx:
            row = (await tx.execute(select(calendar_source).where(calendar_source.c.id == id))).one_or_none()
            if row is None:
                raise NotFound("calendar", id)
            values = _changed(row, change)
            if values:
                await tx.execute(update(calendar_source).where(calendar_source.c.id == id).values(**values))
                await note_act(
                    tx, act, "calendar.change", ("calendar_source", id), {"columns": ", ".join(sorted(values))}
                )
        return await self.one(id)

    async def remove(self, id: int, act: Act) -> None:
        """With the absences that it gave: the database sees to that."""
        async with self._database.write() as tx:
            if not (await tx.execute(delete(calendar_source).where(calendar_source.c.id == id))).rowcount:
                raise NotFound("calendar", id)
            await note_act(tx, act, "calendar.remove", ("calendar_source", id))

    async def _views(self, where: ColumnElement[bool] | None) -> Sequence[CalendarView]:
        given = (
            select(func.count()).select_from(absence).where(gave(absence.c.source)).scalar_subquery().label("absences")
        )
        rows = sources().add_columns(given)
        async with self._database.read() as tx:
            found = (await tx.execute(rows.where(where) if where is not None else rows)).all()
        return [_view(row) for row in found]


def _changed(row: Row[Any], change: CalendarChange) -> dict[str, object]:
    values: dict[str, object] = {}
    if change.kind is not None:
        values["kind"] = change.kind
    if change.url is not None:
        values |= {"url": _address(change.url), "failing_since": None, "failure": None}
    moved = change.url is not None and server_of(str(values["url"])) != server_of(row.url)
    if change.login is not None or change.credentials is not None or change.without_login or moved:
        values |= _login(change.login, change.credentials)
    if change.interval_s is not None or change.usual_interval:
        values["interval_seconds"] = _interval(change.interval_s)
    if change.enabled is not None:
        values["enabled"] = change.enabled
    return values


def _address(url: str) -> str:
    try:
        return web_address(url)
    except ValueError as fault:
        raise BadValue("url", str(fault)) from None


def _interval(seconds: int | None) -> int | None:
    if seconds is not None and not SHORTEST_INTERVAL_S <= seconds <= LONGEST_INTERVAL_S:
        raise BadValue("interval_s", f"must be {SHORTEST_INTERVAL_S} to {LONGEST_INTERVAL_S}")
    return seconds


def _login(login: tuple[str, str] | None, credentials: str | None) -> dict[str, object]:
    if login is not None and credentials is not None:
        raise BadValue("credentials", "is instead of user and password")
    user, password = login or (None, None)
    if user is not None and (not user or ":" in user or len(user) > LONGEST_LOGIN):
        raise BadValue("user", "is empty, too long, or holds a colon")
    if password is not None and len(password) > LONGEST_LOGIN:
        raise BadValue("password", "is too long")
    return {"username": user, "password": password, "credentials": credentials}


def _view(row: Row[Any]) -> CalendarView:
    unknown = None if row.kind in KINDS else UNKNOWN_KIND
    return CalendarView(
        id=row.id,
        person_id=row.person_id,
        person=row.person,
        kind=row.kind,
        host=host_of(row.url),
        has_login=bool(row.username or row.credentials),
        interval_s=row.interval_seconds,
        enabled=row.enabled,
        read_at=row.read_at,
        failing_since=row.failing_since,
        failure=unknown or row.failure,
        absences=row.absences,
    )
