"""Voicemail messages with their callback tasks, and notes of tasks: kept in one transaction, once, whoever asks and
however often."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.engine import Database
from switchboard.db.engine.patience import patiently
from switchboard.db.storable import storable
from switchboard.db.tables import callback_event, callback_task, pending_recording, voicemail_message
from switchboard.db.task_rows import insert_new, mailbox_row, noted_row
from switchboard.db.tasks.joining import join_or_open
from switchboard.domain.callback import CallbackTask, Mailbox, PendingRecording, VoicemailMessage

PATIENCE_SECONDS = 5.0


class DatabaseMessages:
    """The port `calls.ports.Messages`. `on_change` is told of each message that was kept."""

    def __init__(self, database: Database, on_change: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._on_change = on_change

    async def begin(self, pending: PendingRecording) -> None:
        """Harmless when it has begun already. One that was kept already does not begin again."""
        await patiently(PATIENCE_SECONDS)(self._begin, pending)

    async def pending(self) -> Sequence[PendingRecording]:
        """Oldest first."""
        async with self._database.read() as tx:
            rows = await tx.execute(select(pending_recording).order_by(pending_recording.c.started_at))
            return [_read_pending(row) for row in rows]

    async def discard(self, name: str) -> None:
        await patiently(PATIENCE_SECONDS)(self._discard, name)

    async def keep(self, name: str, message: VoicemailMessage, task: CallbackTask) -> bool:
        """The row of the message is the arbiter: who inserts it first writes task and event, too, or lets it join the
        task that the same caller has at the same mailbox.

        After a commit whose answer was lost it says False for what it did keep itself.
        """
        kept: bool = await patiently(PATIENCE_SECONDS)(self._keep, name, message, task)
        self._on_change()
        return kept

    async def attach(self, name: str, note: VoicemailMessage, task_id: str) -> bool | None:
        """The row of the message is the arbiter, as in `keep`. A task that has a message already keeps that one; its
        history tells of every note."""
        attached: bool | None = await patiently(PATIENCE_SECONDS)(self._attach, name, note, task_id)
        self._on_change()
        return attached

    async def task_of(self, message_id: str) -> str | None:
        found = select(voicemail_message.c.task_id).where(voicemail_message.c.id == message_id)
        async with self._database.read() as tx:
            task_id: str | None = await tx.scalar(found)
            return task_id

    async def _begin(self, pending: PendingRecording) -> None:
        async with self._database.write() as tx:
            await begin_recording(tx, pending)

    async def _discard(self, name: str) -> None:
        async with self._database.write() as tx:
            await tx.execute(delete(pending_recording).where(pending_recording.c.name == name))

    async def _keep(self, name: str, message: VoicemailMessage, task: CallbackTask) -> bool:
        async with self._database.write() as tx:
            await tx.execute(delete(pending_recording).where(pending_recording.c.name == name))
            if not await insert_new(tx, voicemail_message, _message_row(name, message)):
                return False
            task_id = await join_or_open(tx, message, task)
            belongs = update(voicemail_message).where(voicemail_message.c.id == message.id)
            await tx.execute(belongs.values(task_id=task_id))
            return True

    async def _attach(self, name: str, note: VoicemailMessage, task_id: str) -> bool | None:
        async with self._database.write() as tx:
            task = (await tx.execute(_task_and_opener(task_id))).first()
            if task is None:
                return None
            await tx.execute(delete(pending_recording).where(pending_recording.c.name == name))
            row = _message_row(name, note) | _whose(task) | {"spoken_by": task.actor, "task_id": task_id}
            if not await insert_new(tx, voicemail_message, row):
                return False
            first = func.coalesce(callback_task.c.voicemail_message_id, note.id)
            await tx.execute(
                update(callback_task).where(callback_task.c.id == task_id).values(voicemail_message_id=first)
            )
            await tx.execute(insert(callback_event).values(noted_row(task_id, note, task.actor)))
            return True


async def begin_recording(tx: AsyncConnection, pending: PendingRecording) -> None:
    """Harmless when it has begun already. One that was kept already does not begin again."""
    if not await _is_kept(tx, pending.name):
        await insert_new(tx, pending_recording, _pending_row(pending))


def _task_and_opener(task_id: str) -> Select[Any]:
    opened = callback_event.c.task_id == callback_task.c.id, callback_event.c.kind == "opened"
    opener = select(callback_event.c.actor).where(*opened).order_by(callback_event.c.id).limit(1).scalar_subquery()
    return select(callback_task, opener.label("actor")).where(callback_task.c.id == task_id)


def _whose(task: Row[Any]) -> dict[str, object]:
    """The columns that a note has from its task."""
    return {key: task._mapping[key] for key in ("authority_id", "person_id", "unit_id", "group_id", "caller")}


async def _is_kept(tx: AsyncConnection, name: str) -> bool:
    kept = select(voicemail_message.c.id).where(voicemail_message.c.recording_name == name)
    return (await tx.execute(kept)).first() is not None


def _pending_row(pending: PendingRecording) -> dict[str, object]:
    return {
        "name": pending.name,
        "call_id": pending.call_id,
        "caller": storable(pending.caller),
        "started_at": pending.started_at,
        "task_id": pending.task_id,
        **mailbox_row(pending.mailbox),
    }


def _read_pending(row: Row[Any]) -> PendingRecording:
    return PendingRecording(
        name=row.name,
        call_id=row.call_id,
        mailbox=Mailbox(row.authority_id, row.person_id, row.unit_id, row.group_id),
        caller=row.caller,
        started_at=row.started_at,
        task_id=row.task_id,
    )


def _message_row(name: str, message: VoicemailMessage) -> dict[str, object]:
    return {
        "id": message.id,
        "recording_name": name,
        "call_id": message.call_id,
        "caller": storable(message.caller),
        "received_at": message.received_at,
        "duration_s": message.duration_s,
        "sha256": message.sha256,
        **mailbox_row(message.mailbox),
    }
