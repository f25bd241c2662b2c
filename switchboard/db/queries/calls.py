"""The journal of calls as lists show it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.engine import Database
from switchboard.db.queries.names import authority_is
from switchboard.db.queries.paging import fetch_page
from switchboard.db.tables import authority, call, call_event
from switchboard.domain.numbers import parse_caller, parse_number
from switchboard.errors import NotFound
from switchboard.views import CallEventView, CallView, Filter, Page, Slice

_KEY = (call.c.arrived_at, call.c.id)
GOING_ON = "going_on"
LONGEST_SHOWN = 64
Events = Mapping[str, Sequence[CallEventView]]


class Calls:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, narrow: Filter, part: Slice) -> Page[CallView]:
        """Newest first, each with its events. `status` is an outcome, or `going_on`."""
        async with self._database.read() as tx:
            rows = await fetch_page(tx, _calls().where(*_conditions(narrow)), _KEY, part, lambda row: row)
            events = await _events(tx, [row.id for row in rows.items])
        return Page(tuple(_view(row, events) for row in rows.items), rows.next)

    async def one(self, id: str) -> CallView:
        async with self._database.read() as tx:
            row = (await tx.execute(_calls().where(call.c.id == id))).first()
            if row is None:
                raise NotFound("call", id)
            return _view(row, await _events(tx, [id]))


def _calls() -> Select[Any]:
    named = call.outerjoin(authority, authority.c.id == call.c.authority_id)
    return select(
        call, authority.c.name.label("authority"), authority.c.country_code, authority.c.area_code
    ).select_from(named)


def _conditions(narrow: Filter) -> list[ColumnElement[bool]]:
    found = [
        authority_is(call.c.authority_id, narrow.authority) if narrow.authority else None,
        _outcome_is(narrow.status) if narrow.status else None,
        call.c.arrived_at >= narrow.since if narrow.since else None,
        call.c.arrived_at < narrow.before if narrow.before else None,
    ]
    return [condition for condition in found if condition is not None]


def _outcome_is(status: str) -> ColumnElement[bool]:
    return call.c.ended_at.is_(None) if status == GOING_ON else call.c.outcome == status


async def _events(tx: AsyncConnection, ids: Sequence[str]) -> Events:
    found: dict[str, list[CallEventView]] = {id: [] for id in ids}
    rows = select(call_event).where(call_event.c.call_id.in_(ids)).order_by(call_event.c.call_id, call_event.c.id)
    for row in await tx.execute(rows):
        found[row.call_id].append(CallEventView(row.at, row.kind, row.detail or {}))
    return found


def _view(row: Row[Any], events: Events) -> CallView:
    home = (row.country_code or "46", row.area_code or "")
    return CallView(
        id=row.id,
        authority=row.authority,
        called=parse_number(row.called, *home) or row.called[:LONGEST_SHOWN],
        caller=_caller(row.caller, home),
        arrived_at=row.arrived_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        route_reason=row.route_reason,
        events=tuple(events[row.id]),
        private=bool(row.private),
        transfers=row.transfers,
        waited_s=row.waited_s,
    )


def _caller(raw: str | None, home: tuple[str, str]) -> str | None:
    """E.164, or what was shown (an extension, say), or None for a caller without a number."""
    if not raw:
        return None
    return parse_caller(raw, *home) or raw[:LONGEST_SHOWN]
