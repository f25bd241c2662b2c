"""Rows that are kept, with what decides about them: their age, marks that hold them, tasks that have not ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.retention.sources import SOURCES
from switchboard.domain.keeping.retention import Kind, Stored


@dataclass(frozen=True, slots=True)
class Found:
    """A row that has not been erased, by its key."""

    key: str | int
    stored: Stored


@dataclass(frozen=True, slots=True)
class Search:
    """At most `limit` rows older than `before`, in order, after the last one seen."""

    before: datetime
    limit: int = 100
    after: tuple[datetime, str | int] | None = None


async def find_old(tx: AsyncConnection, kind: Kind, search: Search) -> Sequence[Found]:
    """Oldest first."""
    source = SOURCES[kind]()
    statement: Select[Any] = source.rows.where(source.since < search.before)
    if search.after is not None:
        statement = statement.where(tuple_(source.since, source.key) > tuple_(*search.after))
    rows = await tx.execute(statement.order_by(source.since, source.key).limit(search.limit))
    return [_found(kind, row) for row in rows.all()]


async def find_these(tx: AsyncConnection, kind: Kind, condition: ColumnElement[bool]) -> Sequence[Found]:
    """Those of a condition on the rows, whatever their age."""
    source = SOURCES[kind]()
    rows = await tx.execute(source.rows.where(condition).order_by(source.since, source.key))
    return [_found(kind, row) for row in rows.all()]


def _found(kind: Kind, row: Row[Any]) -> Found:
    return Found(row.key, Stored(kind, row.since, row.authority_id, bool(row.threat), bool(row.task_open)))
