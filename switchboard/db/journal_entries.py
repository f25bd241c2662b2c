"""What the journal can be told, and the three statements that write a batch of it.

What a batch says about one call becomes one row: written with the call where it is new, else one update.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ClauseElement, Dialect, Table, bindparam, case, func, make_url, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.storable import storable, storable_detail
from switchboard.db.tables import call as call_table
from switchboard.db.tables import call_event
from switchboard.db.tables.columns import Instant
from switchboard.domain.call import CallEvent, CallOutcome, EventKind, IncomingCall

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Entry:
    """Values about one call, named as the columns are. `routed_to` is the authority of a routing."""

    call_id: str
    row: Row


class Arrival(Entry): ...


class Event(Entry): ...


class Answer(Entry): ...


class Routing(Entry): ...


class Ending(Entry): ...


class Tally(Entry):
    """What grows over a call: `transfers` counted, the longest `waited_s`, `private`."""


def arrival(call: IncomingCall, authority_id: int | None) -> Arrival:
    return Arrival(
        call.id,
        {
            "id": call.id,
            "authority_id": authority_id,
            "called": storable(call.called),
            "caller": storable(call.caller),
            "caller_name": storable(call.caller_name),
            "source": call.source,
            "account": storable(call.account),
            "arrived_at": call.arrived_at,
        },
    )


def event(happened: CallEvent) -> Event:
    detail = storable_detail(happened.detail)
    account = detail.get("account") if happened.kind in TALKS else None
    row = {"call_id": happened.call_id, "at": happened.at, "kind": happened.kind.value, "detail": detail}
    return Event(happened.call_id, {**row, "account": account if isinstance(account, str) else None})


def consequence(happened: CallEvent) -> Entry | None:
    """What an event changes about its call: the answer, one transfer more, the wait in a queue, that it is private."""
    detail = happened.detail
    if happened.kind is EventKind.ANSWERED:
        return answer(happened.call_id, happened.at)
    if happened.kind is EventKind.TRANSFERRED:
        return Tally(happened.call_id, {"transfers": 1})
    waited = detail.get("waited_s")
    if happened.kind is EventKind.LEFT_QUEUE and isinstance(waited, int | float):
        return Tally(happened.call_id, {"waited_s": float(waited)})
    if happened.kind in (EventKind.ROUTED, EventKind.RANG) and detail.get("private") is True:
        return Tally(happened.call_id, {"private": True})
    return None


def answer(call_id: str, at: datetime) -> Answer:
    return Answer(call_id, {"answered_at": at})


def routing(call_id: str, authority_id: int, reason: str) -> Routing:
    return Routing(call_id, {"routed_to": authority_id, "route_reason": storable(reason, 4000)})


def ending(call_id: str, at: datetime, outcome: CallOutcome) -> Ending:
    reason = storable(outcome.reason, 4000)
    return Ending(call_id, {"ended_at": at, "outcome": outcome.outcome.value, "outcome_reason": reason})


async def write_entries(tx: AsyncConnection, entries: Sequence[Entry]) -> None:
    """The text of each statement is compiled once: compiling for each row would cost more than writing it."""
    changes = _merged(entries)
    arrived = {each.call_id: each.row for each in reversed(entries) if type(each) is Arrival}
    new = [_arrived(row, changes.pop(call_id, _NOTHING)) for call_id, row in reversed(arrived.items())]
    events = [each.row for each in entries if type(each) is Event]
    changed = [{"id": call_id, **change} for call_id, change in changes.items()]
    for statement, rows in zip(_STATEMENTS[tx.dialect.name], (new, events, changed), strict=True):
        if rows:
            await tx.exec_driver_sql(statement.text, [statement.values(row, tx.dialect) for row in rows])


TALKS = (EventKind.CONNECTED, EventKind.RESUMED)
_TOLD_ONCE = ("answered_at", "routed_to", "route_reason", "ended_at", "outcome", "outcome_reason")
_NOTHING: Row = {**dict.fromkeys(_TOLD_ONCE), "transfers": 0, "waited_s": None, "private": False}


def _merged(entries: Sequence[Entry]) -> dict[str, Row]:
    """What changes about each call: the first answer, the last routing, the first end, and what grows."""
    changes: dict[str, Row] = {}
    for each in entries:
        if isinstance(each, Tally):
            change = changes.setdefault(each.call_id, dict(_NOTHING))
            change.update({name: _GROWN[name](change[name], value) for name, value in each.row.items()})
        elif isinstance(each, Answer | Routing | Ending):
            change = changes.setdefault(each.call_id, dict(_NOTHING))
            if isinstance(each, Routing) or all(change[name] is None for name in each.row):
                change.update(each.row)
    return changes


_GROWN: Mapping[str, Callable[[Any, Any], object]] = {
    "transfers": lambda before, more: before + more,
    "waited_s": lambda before, now: now if before is None else max(before, now),
    "private": lambda before, now: before or now,
}


def _arrived(row: Row, change: Row) -> Row:
    routed_to = change["routed_to"]
    return {**row, **change, "authority_id": row["authority_id"] if routed_to is None else routed_to}


@dataclass(frozen=True)
class _Statement:
    text: str
    names: Sequence[str]

    def values(self, row: Row, dialect: Dialect) -> tuple[object, ...]:
        return tuple(_as_stored(row[name], dialect) for name in self.names)


def _as_stored(value: object, dialect: Dialect) -> object:
    if isinstance(value, datetime):
        return _INSTANT.process_bind_param(value, dialect)
    return json.dumps(value) if isinstance(value, dict) else value


_INSTANT = Instant()
_OLD = call_table.c
_NEW = {column.name: bindparam(f"new_{column.name}", type_=column.type) for column in _OLD}
_ROUTED_TO = bindparam("new_routed_to", type_=_OLD.authority_id.type)
_CHANGE = {
    "answered_at": func.coalesce(_OLD.answered_at, _NEW["answered_at"]),
    "authority_id": func.coalesce(_ROUTED_TO, _OLD.authority_id),
    "route_reason": func.coalesce(_NEW["route_reason"], _OLD.route_reason),
    **{
        name: case((_OLD.ended_at.is_(None), _NEW[name]), else_=_OLD[name])
        for name in ("ended_at", "outcome", "outcome_reason")
    },
    "transfers": _OLD.transfers + _NEW["transfers"],
    "waited_s": case(
        (or_(_OLD.waited_s.is_(None), _OLD.waited_s < _NEW["waited_s"]), _NEW["waited_s"]), else_=_OLD.waited_s
    ),
    "private": or_(_OLD.private, _NEW["private"]),
}
"""What becomes of a row that is there. An arrival may be written again after a commit whose answer was lost."""


def _statements(insert: Callable[[Table], sqlite.Insert | postgresql.Insert], driver: str) -> list[_Statement]:
    """New calls, events, changes of calls."""
    dialect = make_url(f"{driver}://").get_dialect()()
    happened = {each.name: bindparam(f"new_{each.name}", type_=each.type) for each in call_event.c if each.name != "id"}
    arrive = insert(call_table).values(_NEW).on_conflict_do_update(index_elements=["id"], set_=_CHANGE)
    change = update(call_table).where(_OLD.id == _NEW["id"]).values(_CHANGE)
    return [_compiled(each, dialect) for each in (arrive, insert(call_event).values(happened).inline(), change)]


def _compiled(statement: ClauseElement, dialect: Dialect) -> _Statement:
    compiled = statement.compile(dialect=dialect)
    names = compiled.positiontup or ()  # type: ignore[attr-defined]
    return _Statement(str(compiled), [name.removeprefix("new_") for name in names])


_STATEMENTS: Mapping[str, Sequence[_Statement]] = {
    "sqlite": _statements(sqlite.insert, "sqlite+aiosqlite"),
    "postgresql": _statements(postgresql.insert, "postgresql+asyncpg"),
}
