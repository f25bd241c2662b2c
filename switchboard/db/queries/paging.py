"""Lists in pages by the sort key of the last row shown, so that a page costs the same however far down it is, and rows
that arrive meanwhile neither repeat nor hide others."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Select, literal, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.tables import Instant
from switchboard.errors import BadValue
from switchboard.views import Page, Position, Slice

Item = TypeVar("Item")
Key = Sequence[ColumnElement[Any]]


async def fetch_page(
    tx: AsyncConnection, statement: Select[Any], key: Key, part: Slice, make: Callable[[Row[Any]], Item]
) -> Page[Item]:
    """Newest first: the rows of `statement` in descending order of `key`, whose columns it selects and whose last one
    is unique."""
    return await _fetch(tx, _newest_first(statement, key, part), key, part, make)


async def fetch_page_ascending(
    tx: AsyncConnection, statement: Select[Any], key: Key, part: Slice, make: Callable[[Row[Any]], Item]
) -> Page[Item]:
    """The same in ascending order."""
    if part.after is not None:
        statement = statement.where(tuple_(*key) > _stored(key, part.after))
    return await _fetch(tx, statement.order_by(*key), key, part, make)


def id_before(part: Slice) -> int | None:
    """The position in a list whose sort key is the id alone; None: the list begins."""
    if part.after is None:
        return None
    if len(part.after) != 1 or not isinstance(part.after[0], int):
        raise BadValue("cursor", "is not a cursor of this list")
    return part.after[0]


def _newest_first(statement: Select[Any], key: Key, part: Slice) -> Select[Any]:
    if part.after is not None:
        statement = statement.where(tuple_(*key) < _stored(key, part.after))
    return statement.order_by(*(column.desc() for column in key))


async def _fetch(
    tx: AsyncConnection, statement: Select[Any], key: Key, part: Slice, make: Callable[[Row[Any]], Item]
) -> Page[Item]:
    rows = (await tx.execute(statement.limit(part.limit + 1))).all()
    shown = rows[: part.limit]
    return Page(tuple(make(row) for row in shown), _position(key, shown[-1]) if len(rows) > part.limit else None)


def _position(key: Key, row: Row[Any]) -> Position:
    return tuple(_text_or_number(row._mapping[column]) for column in key)


def _text_or_number(value: object) -> str | int:
    if isinstance(value, int):
        return value
    return value.isoformat() if isinstance(value, datetime) else str(value or "")


def _stored(key: Key, after: Position) -> ColumnElement[Any]:
    """A position comes back from outside: it may be anything."""
    if len(after) != len(key):
        raise BadValue("cursor", "is not a cursor of this list")
    try:
        values = [_value(column, part) for column, part in zip(key, after, strict=True)]
    except (ValueError, TypeError):
        raise BadValue("cursor", "is not a cursor of this list") from None
    return tuple_(*(literal(value, column.type) for column, value in zip(key, values, strict=True)))


def _value(column: ColumnElement[Any], part: str | int) -> str | int | datetime:
    if isinstance(column.type, Instant):
        moment = datetime.fromisoformat(str(part))
        if moment.tzinfo is None:
            raise ValueError(part)
        return moment
    if column.type.python_type is int:
        number = int(part)
        if abs(number) >= 2**31:
            raise ValueError(part)
        return number
    return str(part)
