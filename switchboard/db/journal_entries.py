"""What the journal can be told, and the statements that write a batch of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Executable, bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.storable import storable, storable_detail
from switchboard.db.tables import call as call_table
from switchboard.db.tables import call_event
from switchboard.domain.call import CallEvent, CallOutcome, IncomingCall

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Entry:
    """Parameters of one statement about one call. The classes below are the kinds, in their order of writing."""

    call_id: str
    row: Row


class Arrival(Entry): ...


class Event(Entry): ...


class Answer(Entry): ...


class Routing(Entry): ...


class Ending(Entry): ...


KINDS: Sequence[type[Entry]] = (Arrival, Event, Answer, Routing, Ending)


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
    return Event(
        happened.call_id,
        {"call_id": happened.call_id, "at": happened.at, "kind": happened.kind.value, "detail": detail},
    )


def answer(call_id: str, at: datetime) -> Answer:
    return Answer(call_id, {"of_call": call_id, "new_at": at})


def routing(call_id: str, authority_id: int, reason: str) -> Routing:
    return Routing(call_id, {"of_call": call_id, "new_authority": authority_id, "new_reason": storable(reason, 4000)})


def ending(call_id: str, at: datetime, outcome: CallOutcome) -> Ending:
    reason = storable(outcome.reason, 4000)
    return Ending(
        call_id, {"of_call": call_id, "new_at": at, "new_outcome": outcome.outcome.value, "new_reason": reason}
    )


async def write_entries(tx: AsyncConnection, entries: Sequence[Entry]) -> None:
    for kind in KINDS:
        rows = [entry.row for entry in entries if type(entry) is kind]
        if rows:
            await tx.execute(_statement(kind, tx.dialect.name), rows)


_OF_CALL = call_table.c.id == bindparam("of_call")
_STATEMENTS: dict[type[Entry], Executable] = {
    Event: insert(call_event),
    Answer: update(call_table)
    .where(_OF_CALL, call_table.c.answered_at.is_(None))
    .values(answered_at=bindparam("new_at", type_=call_table.c.answered_at.type)),
    Routing: update(call_table)
    .where(_OF_CALL)
    .values(authority_id=bindparam("new_authority"), route_reason=bindparam("new_reason")),
    Ending: update(call_table)
    .where(_OF_CALL, call_table.c.ended_at.is_(None))
    .values(
        ended_at=bindparam("new_at", type_=call_table.c.ended_at.type),
        outcome=bindparam("new_outcome"),
        outcome_reason=bindparam("new_reason"),
    ),
}


def _statement(kind: type[Entry], dialect: str) -> Executable:
    """An arrival may be written again after a commit whose answer was lost."""
    if kind is not Arrival:
        return _STATEMENTS[kind]
    builder = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return builder(call_table).on_conflict_do_nothing()
