"""Absences that somebody ends by hand: one that a calendar gave stays ended, for that occurrence, and can be taken
back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.changes import Act
from switchboard.db.calendars.rows import own
from switchboard.db.engine import Database
from switchboard.db.queries.audit import note_act
from switchboard.db.tables import absence, calendar_lifting, calendar_source, person
from switchboard.domain.calendar.sources import source_name, source_of
from switchboard.errors import NotFound
from switchboard.local_time import is_before
from switchboard.views import LiftedView


async def end_absences(tx: AsyncConnection, ids: Iterable[int], act: Act) -> Sequence[int]:
    """Delete these absences, and remember of each that a calendar gave that it is lifted. The ids that there were."""
    ended = []
    for id in ids:
        row = (await tx.execute(select(absence).where(absence.c.id == id))).one_or_none()
        if row is None:
            continue
        await tx.execute(delete(absence).where(absence.c.id == id))
        await _remember(tx, row, act)
        await note_act(tx, act, "absence.clear", ("absence", id), {"person_id": row.person_id})
        ended.append(id)
    return ended


async def _remember(tx: AsyncConnection, row: Row[Any], act: Act) -> None:
    source_id = source_of(row.source)
    if source_id is None or row.start is None or row.until is None or not is_before(act.at, row.until):
        return
    if (await tx.execute(select(calendar_source.c.id).where(calendar_source.c.id == source_id))).first() is None:
        return
    values = {**own(calendar_lifting, row), "source_id": source_id, "lifted_at": act.at, "lifted_by": act.actor}
    await tx.execute(insert(calendar_lifting).values(**values))


class Liftings:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, now: datetime, calendar_id: int | None = None) -> Sequence[LiftedView]:
        """Those whose time is not over, of one calendar or of all."""
        rows = _liftings()
        if calendar_id is not None:
            rows = rows.where(calendar_lifting.c.source_id == calendar_id)
        async with self._database.read() as tx:
            return [_view(row) for row in await tx.execute(rows) if _counts(row, now)]

    async def restore(self, id: int, act: Act) -> None:
        """The absence is in force again at once, not only when the calendar is next read."""
        async with self._database.write() as tx:
            row = (await tx.execute(_liftings().where(calendar_lifting.c.id == id))).one_or_none()
            if row is None or not _counts(row, act.at):
                raise NotFound("lifted absence", id)
            await tx.execute(delete(calendar_lifting).where(calendar_lifting.c.id == id))
            if row.enabled:
                its = {"person_id": row.person_id, "source": source_name(row.source_id), "recorded_at": act.at}
                await tx.execute(insert(absence).values(**own(absence, row), **its))
            await note_act(tx, act, "calendar.restore", ("calendar_lifting", id), {"person_id": row.person_id})


def _liftings() -> Select[Any]:
    named = calendar_lifting.join(calendar_source).join(person, person.c.id == calendar_source.c.person_id)
    columns = (calendar_source.c.person_id, calendar_source.c.enabled, person.c.name.label("person"))
    return select(calendar_lifting, *columns).select_from(named).order_by(calendar_lifting.c.id)


def _counts(row: Row[Any], now: datetime) -> bool:
    """A row in which somebody wrote what is no time counts for nothing."""
    return None not in (row.start, row.until, row.lifted_at) and is_before(now, row.until)


def _view(row: Row[Any]) -> LiftedView:
    return LiftedView(
        id=row.id,
        calendar_id=row.source_id,
        person_id=row.person_id,
        person=row.person,
        reason=row.reason,
        start=row.start,
        until=row.until,
        lifted_at=row.lifted_at,
        lifted_by=row.lifted_by,
    )
