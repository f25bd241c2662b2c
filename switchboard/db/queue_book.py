"""Places in the operators' queues: a restart finds the same callers in the same order."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from switchboard.calls.ports import PlaceEnd, QueuePlace
from switchboard.db.engine import Database
from switchboard.db.engine.patience import patiently
from switchboard.db.storable import storable
from switchboard.db.tables import queue_place

PATIENCE_SECONDS = 5.0
_IN_LINE = text("left_at IS NULL")


class DatabaseQueueBook:
    """The port `calls.ports.QueueBook`. Every method retries while the database is away, for a few seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, place: QueuePlace) -> None:
        await patiently(PATIENCE_SECONDS)(self._put, place)

    async def leave(self, id: str, at: datetime, how: PlaceEnd) -> None:
        await patiently(PATIENCE_SECONDS)(self._leave, id, at, how)

    async def waiting(self) -> Sequence[QueuePlace]:
        place = queue_place.c
        in_line = select(queue_place).where(place.left_at.is_(None))
        async with self._database.read() as tx:
            rows = await tx.execute(in_line.order_by(place.priority, place.since, place.call_id))
            return [_read(row) for row in rows]

    async def recent_answers(self, group_id: int, since: datetime) -> Sequence[datetime]:
        place = queue_place.c
        answered = (
            select(place.left_at)
            .where(place.group_id == group_id, place.left_at >= since, place.left_how == "answered")
            .order_by(place.left_at)
        )
        async with self._database.read() as tx:
            return [at for at in await tx.scalars(answered) if at is not None]

    async def _put(self, place: QueuePlace) -> None:
        row = _row(place)
        async with self._database.write() as tx:
            builder = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
            changed = {column: value for column, value in row.items() if column != "call_id"}
            known = builder(queue_place).values(row)
            await tx.execute(
                known.on_conflict_do_update(index_elements=["call_id"], index_where=_IN_LINE, set_=changed)
            )

    async def _leave(self, id: str, at: datetime, how: PlaceEnd) -> None:
        place = queue_place.c
        over = update(queue_place).where(place.call_id == id, place.left_at.is_(None))
        async with self._database.write() as tx:
            await tx.execute(over.values(left_at=at, left_how=how))


def _row(place: QueuePlace) -> dict[str, object]:
    return {
        "call_id": place.id,
        "group_id": place.group_id,
        "authority_id": place.authority_id,
        "kind": place.kind,
        "priority": place.priority,
        "since": place.since,
        "called": storable(place.called),
        "number": storable(place.number),
        "language": place.language,
        "why": storable(place.why),
        "tries": place.tries,
        "not_before": place.not_before,
        "entered_at": place.entered_at,
    }


def _read(row: Row[Any]) -> QueuePlace:
    return QueuePlace(
        id=row.call_id,
        group_id=row.group_id,
        authority_id=row.authority_id,
        kind="callback" if row.kind == "callback" else "caller",
        priority=row.priority,
        since=row.since,
        called=row.called,
        number=row.number,
        language="en" if row.language == "en" else "sv",
        why=row.why,
        tries=row.tries,
        not_before=row.not_before,
        entered_at=row.entered_at,
    )
