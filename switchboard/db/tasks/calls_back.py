"""Calls back, found in the journal by themselves: outgoing calls of the authority's phones to who waits for one (R14).

A call's length is that of its talk: from `connected` to its end. Private calls prove nothing, and their number is
nobody's business (R40). Whoever has the service ring, having dialled a code or called the keypad services from outside,
calls as well: the events say whom.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.tables import authority, call, call_event, device, function_member, person
from switchboard.domain.call import CALL_BACK
from switchboard.domain.directory import Policy
from switchboard.domain.numbers import parse_number, short_digits
from switchboard.domain.tasks.life import CallProof, TaskState, call_seconds
from switchboard.local_time import seconds_between

LONGEST_CALL = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class OutgoingCall:
    """A call that one of our phones made and that is over. `number` is E.164, or an extension's digits. `talked_s` 0:
    nobody answered. `account` empty: from a telephone that is not ours, by somebody who gave their PIN."""

    id: str
    account: str
    person_id: int
    person: str
    authority_id: int
    number: str
    arrived_at: datetime
    ended_at: datetime
    talked_s: float


async def calls_between(tx: AsyncConnection, since: datetime, until: datetime) -> Sequence[OutgoingCall]:
    """Those that ended then (`since` included), oldest first."""
    ended = and_(call.c.ended_at >= since, call.c.ended_at < until)
    rows = await tx.execute(_outgoing(ended))
    dialled = [found for row in rows if (found := _read(row)) is not None]
    return sorted([*dialled, *await _ordered(tx, since, ended)], key=lambda each: each.ended_at)


async def latest_call_back(tx: AsyncConnection, task: TaskState, policy: Policy | None) -> CallProof | None:
    """The latest call that proves the task done. `task` without a number has none."""
    if task.caller is None:
        return None
    after = call.c.ended_at >= task.received_at
    rows = (await tx.execute(_outgoing(after))).all()
    calls = [found for row in rows if (found := _read(row)) is not None]
    calls += await _ordered(tx, task.received_at, after)
    for each in sorted(calls, key=lambda each: each.ended_at, reverse=True):
        fits = each.number == task.caller and is_of(each, task) and await may_call_for(tx, each, task)
        if fits and each.talked_s >= call_seconds(policy):
            return CallProof(each.id, each.account, each.talked_s)
    return None


def is_of(outgoing: OutgoingCall, task: TaskState) -> bool:
    """It began after the caller had sought us."""
    return seconds_between(task.received_at, outgoing.arrived_at) > 0


async def may_call_for(tx: AsyncConnection, outgoing: OutgoingCall, task: TaskState) -> bool:
    """The phone is one of the task's authority, or of the operators who answer for it."""
    if outgoing.authority_id == task.mailbox.authority_id:
        return True
    operators = (
        select(function_member.c.id)
        .join(authority, authority.c.operators_group_id == function_member.c.group_id)
        .where(authority.c.id == task.mailbox.authority_id, function_member.c.person_id == outgoing.person_id)
    )
    return (await tx.execute(operators.limit(1))).first() is not None


def _outgoing(*conditions: ColumnElement[bool]) -> Select[Any]:
    talked = (
        select(func.min(call_event.c.at))
        .where(call_event.c.call_id == call.c.id, call_event.c.kind == "connected")
        .correlate(call)
        .scalar_subquery()
    )
    return (
        select(
            call.c.id,
            call.c.called,
            call.c.account,
            call.c.arrived_at,
            call.c.ended_at,
            talked.label("connected_at"),
            person.c.id.label("person_id"),
            person.c.name.label("person"),
            person.c.authority_id,
            authority.c.country_code,
            authority.c.area_code,
        )
        .select_from(
            call.join(device, device.c.account == call.c.account)
            .join(person, person.c.id == device.c.person_id)
            .join(authority, authority.c.id == person.c.authority_id)
        )
        .where(call.c.account.is_not(None), call.c.private.is_(False), *conditions)
    )


def _read(row: Row[Any]) -> OutgoingCall | None:
    number = parse_number(row.called, row.country_code, row.area_code) or short_digits(row.called)
    if number is None or row.ended_at is None or row.arrived_at is None:
        return None
    return OutgoingCall(
        id=row.id,
        account=row.account,
        person_id=row.person_id,
        person=row.person,
        authority_id=row.authority_id,
        number=number,
        arrived_at=row.arrived_at,
        ended_at=row.ended_at,
        talked_s=max(0.0, seconds_between(row.connected_at, row.ended_at)) if row.connected_at else 0.0,
    )


async def _ordered(tx: AsyncConnection, since: datetime, ended: ColumnElement[bool]) -> Sequence[OutgoingCall]:
    """Calls back that somebody had the service make, in calls that have `ended`; one for each number in a call."""
    event = call_event.c
    wanted: Select[Any] = select(event.call_id, event.at, event.detail, call.c.account, call.c.ended_at).join(
        call, call.c.id == event.call_id
    )
    at_the_desk = wanted.where(event.kind == "desk", event.at >= since - LONGEST_CALL, ended)
    rows = (await tx.execute(at_the_desk)).all()
    orders = [row for row in rows if (row.detail or {}).get("order") == CALL_BACK and "person" in row.detail]
    found: list[OutgoingCall] = []
    for call_id in dict.fromkeys(str(row.call_id) for row in orders):
        found += await _of_one_call(tx, [row for row in orders if row.call_id == call_id])
    return found


async def _of_one_call(tx: AsyncConnection, orders: Sequence[Row[Any]]) -> Sequence[OutgoingCall]:
    """Only what was ordered last can have led to a talk: after that the call is over."""
    call_id, ended_at = orders[0].call_id, orders[0].ended_at
    in_order = sorted(orders, key=lambda row: row.at.timestamp())
    connected = await tx.scalar(
        select(func.min(call_event.c.at)).where(
            call_event.c.call_id == call_id, call_event.c.kind == "connected", call_event.c.at >= in_order[-1].at
        )
    )
    by_number: dict[str, OutgoingCall] = {}
    for order in in_order:
        caller = await _person(tx, order.detail["person"])
        if caller is None:
            continue
        number = str(order.detail.get("pii_number", ""))
        talked = connected is not None and order is in_order[-1]
        by_number[number] = OutgoingCall(
            id=call_id,
            account=order.account or "",
            person_id=caller.id,
            person=caller.name,
            authority_id=caller.authority_id,
            number=number,
            arrived_at=order.at,
            ended_at=ended_at,
            talked_s=max(0.0, seconds_between(connected, ended_at)) if talked else 0.0,
        )
    return list(by_number.values())


async def _person(tx: AsyncConnection, id: object) -> Row[Any] | None:
    found: Row[Any] | None = (await tx.execute(select(person).where(person.c.id == id))).first()
    return found
