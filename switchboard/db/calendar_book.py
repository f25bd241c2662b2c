"""Calendar sources, and the absences that they gave: a source replaces its own and nobody else's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.changes import Act
from switchboard.db.engine import Database
from switchboard.db.queries.audit import note_act
from switchboard.db.queries.names import find_person
from switchboard.db.tables import absence, calendar_source, extension, person
from switchboard.domain.calendar import CalendarAbsence, CalendarSource, SourceKind
from switchboard.domain.directory import DestinationKind
from switchboard.errors import NotFound

_KINDS = tuple(each.value for each in SourceKind)
_Key = tuple[str, datetime, datetime | None, bool, int | None]


@dataclass(frozen=True, slots=True)
class CalendarSourceView:
    """Without its address, which is a secret."""

    id: int
    person_id: int
    person: str
    kind: str
    interval_s: int
    enabled: bool
    succeeded_at: datetime | None
    failed_at: datetime | None
    failure: str | None

    def state_in_words(self) -> str:
        if self.failure is None:
            return "read" if self.succeeded_at else "not read yet"
        since = f"{self.succeeded_at:%Y-%m-%d %H:%M}" if self.succeeded_at else "never"
        return f"the calendar {self.failure}; last read: {since}"


@dataclass(frozen=True, slots=True)
class NewSource:
    """`who`: extension, number, whole name, or #id."""

    who: str
    kind: SourceKind
    url: str
    credentials: str | None = None
    interval_s: int = 30


class DatabaseCalendarBook:
    """The port `calendars.polling.SourceBook`, and the list for administrators."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enabled(self) -> Sequence[CalendarSource]:
        """A row whose kind is unknown is left out; `listed` tells of it."""
        async with self._database.read() as tx:
            rows = (await tx.execute(_sources().where(calendar_source.c.enabled))).all()
        return [_source(row) for row in rows if row.kind in _KINDS]

    async def listed(self) -> Sequence[CalendarSourceView]:
        async with self._database.read() as tx:
            return [_view(row) for row in await tx.execute(_sources().order_by(calendar_source.c.id))]

    async def source(self, id: int) -> CalendarSource:
        async with self._database.read() as tx:
            row = (await tx.execute(_sources().where(calendar_source.c.id == id))).one_or_none()
        if row is None or row.kind not in _KINDS:
            raise NotFound("calendar_source", id)
        return _source(row)

    async def add(self, new: NewSource, act: Act) -> int:
        async with self._database.write() as tx:
            values = {
                "person_id": await find_person(tx, "person", new.who),
                "kind": new.kind.value,
                "url": new.url,
                "credentials": new.credentials,
                "interval_seconds": new.interval_s,
            }
            added = insert(calendar_source).values(**values).returning(calendar_source.c.id)
            id = int((await tx.execute(added)).scalar_one())
            await note_act(tx, act, "calendar.add", ("calendar_source", id), {"person_id": values["person_id"]})
        return id

    async def remove(self, id: int, act: Act) -> None:
        """With the absences that it gave."""
        async with self._database.write() as tx:
            if not (await tx.execute(delete(calendar_source).where(calendar_source.c.id == id))).rowcount:
                raise NotFound("calendar_source", id)
            await tx.execute(delete(absence).where(absence.c.source == f"calendar:{id}"))
            await note_act(tx, act, "calendar.remove", ("calendar_source", id))

    async def replace(self, source: CalendarSource, absences: Sequence[CalendarAbsence], at: datetime) -> None:
        """What has not changed stays the same row; what is over stays as history."""
        async with self._database.write() as tx:
            if not await _note_success(tx, source, at):
                return
            wanted = {await _key(tx, source, each) for each in absences}
            for row in (await tx.execute(select(absence).where(absence.c.source == _origin(source)))).all():
                key = _key_of(row)
                if key is not None and key in wanted:
                    wanted.remove(key)
                elif row.until is None or row.until.astimezone(UTC) > at.astimezone(UTC):
                    await tx.execute(delete(absence).where(absence.c.id == row.id))
            for reason, start, until, is_open, deputy_id in sorted(wanted, key=str):
                values = {"reason": reason, "start": start, "until": until, "open": is_open, "deputy_id": deputy_id}
                own = {"person_id": source.person_id, "source": _origin(source), "recorded_at": at}
                await tx.execute(insert(absence).values(**values, **own))

    async def succeeded(self, source: CalendarSource, at: datetime) -> None:
        async with self._database.write() as tx:
            await _note_success(tx, source, at)

    async def failed(self, source: CalendarSource, reason: str, at: datetime) -> None:
        async with self._database.write() as tx:
            values = {"failed_at": at, "failure": reason[:200]}
            await tx.execute(update(calendar_source).where(calendar_source.c.id == source.id).values(**values))


async def _note_success(tx: AsyncConnection, source: CalendarSource, at: datetime) -> bool:
    """False where the source has been removed meanwhile."""
    its = update(calendar_source).where(calendar_source.c.id == source.id)
    return bool((await tx.execute(its.values(succeeded_at=at, failure=None))).rowcount)


async def _key(tx: AsyncConnection, source: CalendarSource, each: CalendarAbsence) -> _Key:
    deputy_id = await _deputy(tx, source, each.deputy) if each.deputy else None
    return each.reason.value, each.start.astimezone(UTC), each.until.astimezone(UTC), each.open, deputy_id


def _key_of(row: Row[Any]) -> _Key | None:
    if row.start is None:
        return None
    until = row.until.astimezone(UTC) if row.until else None
    return row.reason, row.start.astimezone(UTC), until, row.open, row.deputy_id


async def _deputy(tx: AsyncConnection, source: CalendarSource, digits: str) -> int | None:
    """None where the extension leads to no person, or to oneself: the absence holds without a deputy."""
    kind, key = extension.c.destination_kind, extension.c.destination_key
    its = (extension.c.authority_id == source.authority_id, extension.c.digits == digits)
    found = await tx.scalar(select(key).where(*its, kind == DestinationKind.PERSON.value))
    id = int(found) if found is not None and str(found).isdecimal() else None
    known = id is not None and id != source.person_id
    return await tx.scalar(select(person.c.id).where(person.c.id == id)) if known else None


def _origin(source: CalendarSource) -> str:
    return f"calendar:{source.id}"


def _sources() -> Select[Any]:
    joined = calendar_source.join(person, person.c.id == calendar_source.c.person_id)
    return select(calendar_source, person.c.authority_id, person.c.name.label("person")).select_from(joined)


def _source(row: Row[Any]) -> CalendarSource:
    kind = SourceKind(row.kind)
    return CalendarSource(row.id, row.person_id, row.authority_id, kind, row.url, row.credentials, row.interval_seconds)


def _view(row: Row[Any]) -> CalendarSourceView:
    unknown = None if row.kind in _KINDS else "has a kind that is neither icalendar nor caldav"
    return CalendarSourceView(
        row.id, row.person_id, row.person, row.kind, row.interval_seconds, row.enabled, row.succeeded_at,
        row.failed_at, unknown or row.failure,
    )  # fmt: skip
