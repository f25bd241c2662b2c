"""Calls back, found in the journal by themselves: outgoing calls of the authority's phones to who waits for one (R14).

A call's length is that of its talk: from `connected` to its end. Private calls prove nothing, and their number is
nobody's business (R40).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.tables import authority, call, call_event, device, function_member, person
from switchboard.domain.directory import Policy
from switchboard.domain.numbers import parse_number, short_digits
from switchboard.domain.tasks.life import CallProof, TaskState, call_seconds
from switchboard.local_time import seconds_between


@dataclass(frozen=True, slots=True)
class OutgoingCall:
    """A call that one of our phones made and that is over. `number` is E.164, or an extension's digits. `talked_s` 0:
    nobody answered."""

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
    rows = await tx.execute(_outgoing(call.c.ended_at >= since, call.c.ended_at < until).order_by(call.c.ended_at))
    return [found for row in rows if (found := _read(row)) is not None]


async def latest_call_back(tx: AsyncConnection, task: TaskState, policy: Policy | None) -> CallProof | None:
    """The latest call that proves the task done. `task` without a number has none."""
    if task.caller is None:
        return None
    after = call.c.ended_at >= task.received_at
    rows = (await tx.execute(_outgoing(after).order_by(call.c.ended_at.desc()))).all()
    for each in (found for row in rows if (found := _read(row)) is not None):
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
