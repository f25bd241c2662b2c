"""From rows to values, and back: sources, occurrences, liftings."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, Table, cast, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.tables import absence, calendar_lifting, calendar_source, extension, person
from switchboard.domain.calendar import CalendarAbsence, CalendarSource, Occurrence, SourceKind, SourceState
from switchboard.domain.calendar.sources import source_name
from switchboard.domain.directory import AbsenceReason, DestinationKind

KINDS = tuple(each.value for each in SourceKind)
_REASONS = {each.value: each for each in AbsenceReason}


def sources() -> Select[Any]:
    joined = calendar_source.join(person, person.c.id == calendar_source.c.person_id)
    named = select(calendar_source, person.c.authority_id, person.c.name.label("person")).select_from(joined)
    return named.order_by(calendar_source.c.id)


def gave(column: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a calendar gave the absence whose `source` this is, as `source_name` writes it."""
    return column == literal(source_name("")) + cast(calendar_source.c.id, String)


def source(row: Row[Any]) -> CalendarSource:
    login = (row.username, row.password or "") if row.username else None
    kind, interval = SourceKind(row.kind), row.interval_seconds
    return CalendarSource(row.id, row.person_id, row.authority_id, kind, row.url, row.credentials, interval, login)


def state(row: Row[Any]) -> SourceState:
    """A failure whose beginning somebody has erased began when it was last read."""
    if not row.failure:
        return SourceState(row.read_at)
    return SourceState(row.read_at, row.failing_since or row.read_at, row.failure)


async def occurrence(tx: AsyncConnection, its: CalendarSource, each: CalendarAbsence) -> Occurrence:
    deputy_id = await _deputy(tx, its, each.deputy) if each.deputy else None
    start, until = _utc(each.start), _utc(each.until)
    return Occurrence(its.person_id, each.series, each.reason, start, until, each.open, deputy_id)


def occurrence_of(row: Row[Any]) -> Occurrence:
    """Of a row of `absence`."""
    start, until, reason = _utc(row.start), _utc(row.until), _REASONS.get(row.reason)
    return Occurrence(row.person_id, row.calendar_series or "", reason, start, until, row.open, row.deputy_id)


def lifted_of(row: Row[Any], person_id: int) -> Occurrence:
    """Of a row of `calendar_lifting`."""
    start, until, reason = _utc(row.start), _utc(row.until), _REASONS.get(row.reason)
    return Occurrence(person_id, row.series, reason, start, until, row.open).apart_from_deputy()


def own(table: Table, row: Row[Any]) -> dict[str, object]:
    """What an absence and its lifting have in common, as values for the other of the two."""
    series = "calendar_series" if table is absence else "series"
    given = row.series if table is absence else row.calendar_series or ""
    return {series: given, **{name: getattr(row, name) for name in ("reason", "start", "until", "open", "deputy_id")}}


def liftings_of(source_id: int) -> Select[Any]:
    return select(calendar_lifting).where(calendar_lifting.c.source_id == source_id)


async def _deputy(tx: AsyncConnection, its: CalendarSource, digits: str) -> int | None:
    """None where the extension leads to no person, or to oneself: the absence holds without a deputy."""
    kind, key = extension.c.destination_kind, extension.c.destination_key
    meant = (extension.c.authority_id == its.authority_id, extension.c.digits == digits)
    found = await tx.scalar(select(key).where(*meant, kind == DestinationKind.PERSON.value))
    id = int(found) if found is not None and str(found).isdecimal() else None
    known = id is not None and id != its.person_id
    return await tx.scalar(select(person.c.id).where(person.c.id == id)) if known else None


def _utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at is not None else None
