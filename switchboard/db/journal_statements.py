"""The three statements that write a batch of the journal: events, new calls, changes of calls. A batch may be written
again after a commit whose answer was lost: an event that is there stays as it is, and transfers are counted by it.

Their text is compiled once: compiling for each row would cost more than writing it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Dialect,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    make_url,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.tables import call as call_table
from switchboard.db.tables import call_event
from switchboard.db.tables.columns import Instant
from switchboard.domain.call import EventKind

Row = dict[str, object]
ONCE = ("call_id", "stamp")
TOLD_ONCE = ("answered_at", "routed_to", "route_reason", "ended_at", "outcome", "outcome_reason")


async def write_rows(tx: AsyncConnection, events: Sequence[Row], new: Sequence[Row], changed: Sequence[Row]) -> None:
    """`events` have the columns of `call_event` but its id, `new` those of `call` but `erased_at`, `changed` the id
    of a call, what is told once of it and what grows."""
    for statement, rows in zip(_STATEMENTS[tx.dialect.name], (events, new, changed), strict=True):
        if rows:
            values = [statement.values(row, tx.dialect) for row in rows]
            parameters = (json.dumps(values),) * statement.texts if statement.texts else values
            await tx.exec_driver_sql(statement.text, parameters)


@dataclass(frozen=True)
class _Statement:
    """`texts`: how often it takes all rows as one JSON text; 0: it takes one row after another."""

    text: str
    names: Sequence[str]
    texts: int

    def values(self, row: Row, dialect: Dialect) -> tuple[object, ...]:
        return tuple(_as_stored(row[name], dialect) for name in self.names)


def _as_stored(value: object, dialect: Dialect) -> object:
    if isinstance(value, datetime):
        return _INSTANT.process_bind_param(value, dialect)
    return json.dumps(value) if isinstance(value, dict) else value


_INSTANT = Instant()
_OLD = call_table.c
_ARRIVES = tuple(name for name in _OLD.keys() if name != "erased_at")  # noqa: SIM118 - a column collection
"""Erasing comes later."""
_HAPPENED = tuple(name for name in call_event.c.keys() if name != "id")  # noqa: SIM118 - a column collection
_CHANGES = ("id", *TOLD_ONCE, "transfers", "waited_s", "private")

_TRANSFERRED: ColumnElement[str] = literal_column(f"'{EventKind.TRANSFERRED.value}'")
_NONE: ColumnElement[int] = literal_column("0")

_Values = Mapping[str, ColumnElement[Any]]
_Greater = Callable[[ColumnElement[Any], ColumnElement[Any]], ColumnElement[Any]]


def _change(new: _Values, authority_id: ColumnElement[Any], greater: _Greater) -> dict[str, ColumnElement[Any]]:
    """What becomes of a row that is there. `greater` is the dialect's function; transfers never fall, for an event may
    be lost whose transfer was counted."""
    transferred = and_(call_event.c.call_id == _OLD.id, call_event.c.kind == _TRANSFERRED)
    transfers = select(func.count()).where(transferred).correlate(call_table).scalar_subquery()
    longer = or_(_OLD.waited_s.is_(None), _OLD.waited_s < new["waited_s"])
    return {
        "answered_at": func.coalesce(_OLD.answered_at, new["answered_at"]),
        "authority_id": func.coalesce(authority_id, _OLD.authority_id),
        "route_reason": func.coalesce(new["route_reason"], _OLD.route_reason),
        **{
            name: case((_OLD.ended_at.is_(None), new[name]), else_=_OLD[name])
            for name in ("ended_at", "outcome", "outcome_reason")
        },
        "transfers": case((new["transfers"] > _NONE, greater(_OLD.transfers, transfers)), else_=_OLD.transfers),
        "waited_s": case((longer, new["waited_s"]), else_=_OLD.waited_s),
        "private": or_(_OLD.private, new["private"]),
    }


def _each_alone() -> list[_Statement]:
    """PostgreSQL's: a parameter for each value."""

    def compiled(statement: ClauseElement) -> _Statement:
        text = statement.compile(dialect=make_url("postgresql+asyncpg://").get_dialect()())
        names = text.positiontup or ()  # type: ignore[attr-defined]
        return _Statement(str(text), [name.removeprefix("new_") for name in names], texts=0)

    new: _Values = {each.name: bindparam(f"new_{each.name}", type_=each.type) for each in _OLD if each.name in _ARRIVES}
    routed_to: ColumnElement[Any] = bindparam("new_routed_to", type_=_OLD.authority_id.type)
    happened = {name: bindparam(f"new_{name}", type_=call_event.c[name].type) for name in _HAPPENED}
    arrive = postgresql.insert(call_table).values(new)
    arrive = arrive.on_conflict_do_update(index_elements=["id"], set_=_change(new, routed_to, func.greatest))
    change = update(call_table).where(_OLD.id == new["id"]).values(_change(new, routed_to, func.greatest))
    happen = postgresql.insert(call_event).values(happened).inline()
    return [compiled(happen.on_conflict_do_nothing(index_elements=ONCE)), compiled(arrive), compiled(change)]


def _all_at_once() -> list[_Statement]:
    """SQLite's: given the rows one by one, its thread would want the interpreter back after each of them, and hold
    calls up for milliseconds, ten times a second."""
    source = func.json_each(bindparam("rows")).table_valued("value", name="new")

    def compiled(statement: ClauseElement, names: Sequence[str]) -> _Statement:
        text = statement.compile(dialect=sqlite.dialect())
        return _Statement(str(text), names, len(text.positiontup or ()))  # type: ignore[attr-defined]

    def values(names: Sequence[str]) -> dict[str, ColumnElement[Any]]:
        return {name: literal_column(f"json_extract(new.value, '$[{at}]')") for at, name in enumerate(names)}

    def rows(names: Sequence[str]) -> Select[Any]:
        return select(*values(names).values()).select_from(source).where(true())

    arriving = (*_ARRIVES, "routed_to")
    arrive = sqlite.insert(call_table).from_select(_ARRIVES, rows(_ARRIVES))
    known = values(arriving)
    routed_to = select(known["routed_to"]).select_from(source).where(known["id"] == arrive.excluded.id)
    change = _change(dict(arrive.excluded), routed_to.scalar_subquery(), func.max)
    arrive = arrive.on_conflict_do_update(index_elements=["id"], set_=change)
    happened = sqlite.insert(call_event).from_select(_HAPPENED, rows(_HAPPENED))
    happened = happened.on_conflict_do_nothing(index_elements=ONCE)
    new = values(_CHANGES)
    # That `source` stands in the condition is what makes it part of the statement.
    its_own = and_(_OLD.id == new["id"], source.c.value.is_not(None))
    grow = update(call_table).values(_change(new, new["routed_to"], func.max)).where(its_own)
    return [compiled(happened, _HAPPENED), compiled(arrive, arriving), compiled(grow, _CHANGES)]


_STATEMENTS: Mapping[str, Sequence[_Statement]] = {"sqlite": _all_at_once(), "postgresql": _each_alone()}
