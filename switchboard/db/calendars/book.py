"""What calendars gave: a source replaces its own and nobody else's."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.calendars.rows import (
    KINDS,
    gave,
    lifted_of,
    liftings_of,
    occurrence,
    occurrence_of,
    source,
    sources,
    state,
)
from switchboard.db.engine import Database
from switchboard.db.tables import absence, calendar_lifting, calendar_source
from switchboard.domain.calendar import (
    CalendarAbsence,
    CalendarSource,
    Changes,
    Occurrence,
    SaidNow,
    SourceState,
    decide_changes,
)
from switchboard.domain.calendar.sources import source_name
from switchboard.local_time import is_before

LONGEST_FAILURE = 200


class Said(Protocol):
    """As `calendars.looking.Found`."""

    @property
    def absences(self) -> Sequence[CalendarAbsence]: ...
    @property
    def unread(self) -> frozenset[str]: ...


class DatabaseCalendarBook:
    """The port `calendars.polling.SourceBook`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def followed(self) -> Sequence[tuple[CalendarSource, SourceState]]:
        """A row whose kind is unknown is left out; the list for administrators tells of it."""
        async with self._database.read() as tx:
            rows = (await tx.execute(sources().where(calendar_source.c.enabled))).all()
        return [(source(row), state(row)) for row in rows if row.kind in KINDS]

    async def keep(self, its: CalendarSource, found: Said, at: datetime) -> None:
        """Most looks find nothing new and write nothing."""
        async with self._database.read() as tx:
            if not await _changes(tx, its, found, at):
                return
        async with self._database.write() as tx:
            # Two services may look at the same calendar: the second waits here, and then finds what the first wrote.
            its_row = select(calendar_source.c.id).where(
                calendar_source.c.id == its.id,
                calendar_source.c.enabled,
                calendar_source.c.person_id == its.person_id,
            )
            if (await tx.execute(its_row.with_for_update())).first() is None:
                return
            changes = await _changes(tx, its, found, at)
            for id in sorted(changes.removed):
                await tx.execute(delete(absence).where(absence.c.id == id))
            rows = [_values(each) for each in changes.added]
            for row in sorted(rows, key=lambda each: str(each["start"])):
                await tx.execute(insert(absence).values(**row, source=source_name(its.id), recorded_at=at))
            await _forget_liftings(tx, its, at)

    async def note(self, states: Mapping[int, SourceState]) -> None:
        async with self._database.write() as tx:
            for id, each in sorted(states.items()):
                failure = each.failure[:LONGEST_FAILURE] if each.failure else None
                values = {"read_at": each.read_at, "failing_since": each.failing_since, "failure": failure}
                await tx.execute(update(calendar_source).where(calendar_source.c.id == id).values(**values))

    async def forget_orphans(self) -> int:
        follows = select(calendar_source.c.id).where(
            calendar_source.c.enabled, gave(absence.c.source), calendar_source.c.person_id == absence.c.person_id
        )
        orphans = (absence.c.source.startswith(source_name("")), ~follows.exists())
        async with self._database.read() as tx:
            if (await tx.execute(select(absence.c.id).where(*orphans).limit(1))).first() is None:
                return 0
        async with self._database.write() as tx:
            return (await tx.execute(delete(absence).where(*orphans))).rowcount


async def _changes(tx: AsyncConnection, its: CalendarSource, found: Said, at: datetime) -> Changes:
    wanted = [await occurrence(tx, its, each) for each in found.absences]
    lifted = [lifted_of(row, its.person_id) for row in await tx.execute(liftings_of(its.id))]
    rows = (await tx.execute(select(absence).where(absence.c.source == source_name(its.id)))).all()
    known = {int(row.id): occurrence_of(row) for row in rows}
    return decide_changes(known, SaidNow(wanted, found.unread, lifted), at)


async def _forget_liftings(tx: AsyncConnection, its: CalendarSource, at: datetime) -> None:
    for row in (await tx.execute(liftings_of(its.id))).all():
        if row.until is None or not is_before(at, row.until):
            await tx.execute(delete(calendar_lifting).where(calendar_lifting.c.id == row.id))


def _values(each: Occurrence) -> dict[str, object]:
    return {
        "person_id": each.person_id,
        "calendar_series": each.series,
        "reason": each.reason,
        "start": each.start,
        "until": each.until,
        "open": each.open,
        "deputy_id": each.deputy_id,
    }
