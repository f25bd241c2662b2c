"""A message opens a task, or joins the one that its caller has already; each with the notice to whom it is for."""

from sqlalchemy import ColumnElement, Table, and_, exists, insert, or_
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.changes import Act
from switchboard.db.jobs import put_job
from switchboard.db.tables import callback_event, callback_task, notice, voicemail_message
from switchboard.db.task_rows import insert_new, notice_row, opened_row, task_row
from switchboard.db.tasks.rows import NOT_ENDED, WATCH, Told, add_notice, lock_task, look_again, state_of, step
from switchboard.domain.callback import CallbackTask, Mailbox, VoicemailMessage
from switchboard.domain.numbers import parse_number, short_digits
from switchboard.domain.tasks.life import Join

SERVICE = "service"


async def join_or_open(tx: AsyncConnection, message: VoicemailMessage, task: CallbackTask) -> str:
    """The id of the task that holds the message: one that the same caller has at the same mailbox and that has not
    ended, also where it was handed over meanwhile; else `task`."""
    if not _can_be_called(message.caller):
        await open_new(tx, task, SERVICE, "")
        return task.id
    row = await lock_task(tx, _of_caller(message))
    if row is None:
        await open_new(tx, task, SERVICE, "")
        return task.id
    old, act = state_of(row), Act(SERVICE, message.received_at)
    move = Join(message.id, message.call_id, task.deadline.on, task.deadline.at)
    joined = await step(tx, old, move, None, act)
    await add_notice(tx, joined, Told("message_joined", message.id, message.id), act.at)
    await look_again(tx, joined, act.at)
    return old.id


async def open_new(tx: AsyncConnection, task: CallbackTask, actor: str, note: str) -> bool:
    """Task, event, notice, and the first look at it. False: it was open before, and nothing is written."""
    if not await insert_new(tx, callback_task, task_row(task)):
        return False
    await tx.execute(insert(callback_event).values(opened_row(task, actor, note)))
    await tx.execute(insert(notice).values(notice_row(task)))
    await put_job(tx, WATCH, task.id, task.received_at)
    return True


def _can_be_called(caller: str | None) -> bool:
    """Two who hide their number need not be the same."""
    return caller is not None and (parse_number(caller) is not None or short_digits(caller) is not None)


def _of_caller(message: VoicemailMessage) -> ColumnElement[bool]:
    task, first = callback_task.c, voicemail_message.c
    left_there = exists().where(first.id == task.voicemail_message_id, _is_for(voicemail_message, message.mailbox))
    return and_(
        task.caller == message.caller,
        task.status.in_(NOT_ENDED),
        or_(_is_for(callback_task, message.mailbox), left_there),
    )


def _is_for(kept: Table, mailbox: Mailbox) -> ColumnElement[bool]:
    return and_(
        kept.c.authority_id == mailbox.authority_id,
        kept.c.person_id.is_not_distinct_from(mailbox.person_id),
        kept.c.unit_id.is_not_distinct_from(mailbox.unit_id),
        kept.c.group_id.is_not_distinct_from(mailbox.group_id),
    )
