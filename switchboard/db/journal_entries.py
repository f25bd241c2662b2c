"""What the journal can be told, and what a batch of it makes of its rows.

What a batch says about one call becomes one row: written with the call where it is new, else one update.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import getrandbits
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.journal_statements import TOLD_ONCE, Row, write_rows
from switchboard.db.storable import storable, storable_detail
from switchboard.domain.call import CallEvent, CallOutcome, EventKind, IncomingCall

STAMP_BITS = 63
"""What a column of either database holds. It has to differ within a call only."""


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
    """What grows over a call: `transfers`, the longest `waited_s`, `private`."""


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
    account = account if isinstance(account, str) else None
    return Event(happened.call_id, {**row, "account": account, "stamp": getrandbits(STAMP_BITS)})


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
    changes = _merged(entries)
    arrived = {each.call_id: each.row for each in reversed(entries) if type(each) is Arrival}
    new = [_arrived(row, changes.pop(call_id, _NOTHING)) for call_id, row in reversed(arrived.items())]
    events = [{"stamp": None, **each.row} for each in entries if type(each) is Event]
    changed = [{"id": call_id, **change} for call_id, change in changes.items()]
    await write_rows(tx, events, new, changed)


TALKS = (EventKind.CONNECTED, EventKind.RESUMED)
_NOTHING: Row = {**dict.fromkeys(TOLD_ONCE), "transfers": 0, "waited_s": None, "private": False}


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
