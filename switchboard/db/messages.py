"""Voicemail messages and their callback tasks: kept in one transaction, once, whoever asks and however often."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.engine import Database
from switchboard.db.engine.patience import patiently
from switchboard.db.storable import storable
from switchboard.db.tables import pending_recording, voicemail_message
from switchboard.db.task_rows import insert_new, mailbox_row
from switchboard.db.tasks.joining import join_or_open
from switchboard.domain.callback import CallbackTask, Mailbox, PendingRecording, VoicemailMessage

PATIENCE_SECONDS = 5.0


class DatabaseMessages:
    """The port `calls.ports.Messages`."""

    def __init__(self, database: Database) -> None:
        self._database = database

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
        return await patiently(PATIENCE_SECONDS)(self._keep, name, message, task)

    async def task_of(self, message_id: str) -> str | None:
        found = select(voicemail_message.c.task_id).where(voicemail_message.c.id == message_id)
        async with self._database.read() as tx:
            task_id: str | None = await tx.scalar(found)
            return task_id

    async def _begin(self, pending: PendingRecording) -> None:
        async with self._database.write() as tx:
            if not await _is_kept(tx, pending.name):
                await insert_new(tx, pending_recording, _pending_row(pending))

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


async def _is_kept(tx: AsyncConnection, name: str) -> bool:
    kept = select(voicemail_message.c.id).where(voicemail_message.c.recording_name == name)
    return (await tx.execute(kept)).first() is not None


def _pending_row(pending: PendingRecording) -> dict[str, object]:
    return {
        "name": pending.name,
        "call_id": pending.call_id,
        "caller": storable(pending.caller),
        "started_at": pending.started_at,
        **mailbox_row(pending.mailbox),
    }


def _read_pending(row: Row[Any]) -> PendingRecording:
    return PendingRecording(
        name=row.name,
        call_id=row.call_id,
        mailbox=Mailbox(row.authority_id, row.person_id, row.unit_id, row.group_id),
        caller=row.caller,
        started_at=row.started_at,
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
