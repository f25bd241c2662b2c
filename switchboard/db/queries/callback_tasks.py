"""Callback tasks as lists show them (R14-R16)."""

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select

from switchboard.db.engine import Database
from switchboard.db.queries.names import authority_is, person_is, with_owner_names
from switchboard.db.queries.paging import fetch_page
from switchboard.db.tables import callback_event, callback_task, person
from switchboard.errors import NotFound
from switchboard.views import CallbackTaskView, CallEventView, Filter, Page, Slice

_KEY = (callback_task.c.received_at, callback_task.c.id)


class CallbackTasks:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, narrow: Filter, part: Slice) -> Page[CallbackTaskView]:
        """Newest first."""
        async with self._database.read() as tx:
            return await fetch_page(tx, _tasks().where(*_conditions(narrow)), _KEY, part, _view)

    async def one(self, id: str) -> CallbackTaskView:
        async with self._database.read() as tx:
            row = (await tx.execute(_tasks().where(callback_task.c.id == id))).first()
        if row is None:
            raise NotFound("callback task", id)
        return _view(row)

    async def history(self, id: str) -> tuple[CallEventView, ...]:
        """What happened to the task, oldest first; each detail names the actor."""
        events = select(callback_event).where(callback_event.c.task_id == id).order_by(callback_event.c.id)
        async with self._database.read() as tx:
            rows = (await tx.execute(events)).all()
        return tuple(CallEventView(row.at, row.kind, {"actor": row.actor, **(row.detail or {})}) for row in rows)


def _tasks() -> Select[Any]:
    taker = person.alias("taker")
    name = select(taker.c.name).where(taker.c.id == callback_task.c.taken_by_id).scalar_subquery()
    return with_owner_names(callback_task).add_columns(name.label("taken_by"))


def _conditions(narrow: Filter) -> list[ColumnElement[bool]]:
    task = callback_task.c
    found = [
        authority_is(task.authority_id, narrow.authority) if narrow.authority else None,
        person_is(task.person_id, narrow.person) if narrow.person else None,
        task.status == narrow.status if narrow.status else None,
        task.received_at >= narrow.since if narrow.since else None,
        task.received_at < narrow.before if narrow.before else None,
    ]
    return [condition for condition in found if condition is not None]


def _view(row: Row[Any]) -> CallbackTaskView:
    return CallbackTaskView(
        id=row.id,
        authority=row.authority or f"#{row.authority_id}",
        unit=row.unit,
        person=row.person,
        caller=row.caller,
        source=row.source,
        voicemail_message_id=row.voicemail_message_id,
        call_id=row.call_id,
        received_at=row.received_at,
        deadline_date=row.deadline_date,
        deadline=row.deadline,
        promised_at=row.promised_at,
        status=row.status,
        rule=row.rule,
        authority_id=row.authority_id,
        unit_id=row.unit_id,
        person_id=row.person_id,
        group=row.group,
        taken_by=row.taken_by,
        attempts=row.attempts,
    )
