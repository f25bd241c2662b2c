"""A callback task as its life sees it, read from its row and written back, with the event and the next look at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.changes import Act
from switchboard.db.jobs import put_job, remove_job
from switchboard.db.storable import storable, storable_detail
from switchboard.db.tables import callback_event, callback_task, notice
from switchboard.db.task_rows import insert_new, mailbox_row
from switchboard.domain.call import JsonValue
from switchboard.domain.callback import Mailbox, TaskStatus
from switchboard.domain.directory import Policy
from switchboard.domain.tasks.life import Move, TaskState, make_move

WATCH = "watch_task"
"""The job that looks at a task: tells of it, reminds, passes it on."""
NOT_ENDED = ("open", "taken", "promised")


async def lock_task(tx: AsyncConnection, *conditions: ColumnElement[bool]) -> Row[Any] | None:
    """The oldest task of these conditions; nobody else changes it before this transaction is over.
    Rows that only refer to it can be written meanwhile: two looks at one unit do not wait for each other."""
    wanted = select(callback_task).where(*conditions).order_by(callback_task.c.received_at, callback_task.c.id)
    found: Row[Any] | None = (await tx.execute(wanted.limit(1).with_for_update(key_share=True))).first()
    return found


def state_of(row: Row[Any]) -> TaskState:
    """A status that somebody typed wrong is open: it is shown and watched."""
    known = {status.value for status in TaskStatus}
    return TaskState(
        id=row.id,
        mailbox=Mailbox(row.authority_id, row.person_id, row.unit_id, row.group_id),
        status=TaskStatus(row.status) if row.status in known else TaskStatus.OPEN,
        received_at=row.received_at,
        deadline_on=row.deadline_date,
        deadline=row.deadline,
        promised_at=row.promised_at,
        taken_by=row.taken_by_id,
        attempts=row.attempts,
        caller=row.caller,
    )


async def step(tx: AsyncConnection, task: TaskState, move: Move, policy: Policy | None, act: Act) -> TaskState:
    """Make the move and write it, with its event. IllegalStep: nothing is written."""
    moved = make_move(task, move, policy, act.at)
    await tx.execute(update(callback_task).where(callback_task.c.id == task.id).values(_changed(moved)))
    await add_event(tx, task.id, act, move.event, move.detail())
    return moved


async def look_again(tx: AsyncConnection, task: TaskState, at: datetime) -> None:
    """Whoever watches over the task looks at it at once; at one that has ended never again."""
    if task.ended:
        await remove_job(tx, WATCH, task.id)
        untold = (notice.c.task_id == task.id, notice.c.state == "new")
        await tx.execute(update(notice).where(*untold).values(state="over"))
    else:
        await put_job(tx, WATCH, task.id, at)


async def add_event(
    tx: AsyncConnection, task_id: str, act: Act, kind: str, detail: Mapping[str, JsonValue] | None = None
) -> None:
    row = {"task_id": task_id, "at": act.at, "kind": kind, "actor": storable(act.actor)}
    await tx.execute(insert(callback_event).values(**row, detail=storable_detail(detail or {})))


@dataclass(frozen=True, slots=True)
class Told:
    """What is told: `about` tells apart notices of one kind."""

    kind: str
    about: str = ""
    message_id: str | None = None


async def add_notice(tx: AsyncConnection, task: TaskState, told: Told, at: datetime) -> bool:
    """Something to tell whom the task is for. False: that notice was written before."""
    values = {
        "created_at": at,
        "task_id": task.id,
        "kind": told.kind,
        "about": told.about,
        "message_id": told.message_id,
        **mailbox_row(task.mailbox),
    }
    return await insert_new(tx, notice, values)


def _changed(task: TaskState) -> dict[str, object]:
    return {
        "status": task.status.value,
        "deadline": task.deadline,
        "deadline_date": task.deadline_on,
        "promised_at": task.promised_at,
        "taken_by_id": task.taken_by,
        "attempts": task.attempts,
        **mailbox_row(task.mailbox),
    }
