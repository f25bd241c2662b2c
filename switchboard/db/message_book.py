"""Messages as the owners of mailboxes handle them: heard, deleted, forwarded with their task (R11, R16, R45)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports import Forwarding
from switchboard.changes import Act
from switchboard.db.engine import Database
from switchboard.db.engine.patience import patiently
from switchboard.db.queries.audit import note_act
from switchboard.db.tables import callback_task, voicemail_message
from switchboard.db.task_rows import insert_new, mailbox_row
from switchboard.db.tasks.joining import open_new
from switchboard.db.tasks.rows import NOT_ENDED, Told, add_notice, lock_task, look_again, state_of, step
from switchboard.domain.callback import Mailbox
from switchboard.domain.mailbox.session import MailboxMessage
from switchboard.domain.tasks.life import HandOver, TaskState

PATIENCE_SECONDS = 5.0
MOST_MESSAGES = 500
MARKS = ("secret", "secret_by", "secret_at", "threat", "threat_by", "threat_at")
"""They are the recording's: whoever it is forwarded to has them too."""
_MESSAGE = voicemail_message.c


class DatabaseMessageBook:
    """The port `calls.ports.MessageBook`. `on_change` is told after each commit that may change a message lamp. No
    more than the latest `most` messages are given, so that no mailbox is too large to be listened to."""

    def __init__(self, database: Database, on_change: Callable[[], None], most: int = MOST_MESSAGES) -> None:
        self._database = database
        self._on_change = on_change
        self._most = most

    async def messages(self, person_id: int) -> Sequence[MailboxMessage]:
        return await self._in(_MESSAGE.person_id == person_id)

    async def shared_messages(self, mailbox: Mailbox) -> Sequence[MailboxMessage]:
        nobody_s = and_(_MESSAGE.authority_id == mailbox.authority_id, _MESSAGE.person_id.is_(None))
        if mailbox.group_id is not None:
            return await self._in(and_(nobody_s, _MESSAGE.group_id == mailbox.group_id))
        unit = _MESSAGE.unit_id.is_not_distinct_from(mailbox.unit_id)
        return await self._in(and_(nobody_s, _MESSAGE.group_id.is_(None), unit))

    async def _in(self, mailbox: ColumnElement[bool]) -> Sequence[MailboxMessage]:
        wanted = (
            select(voicemail_message)
            .where(mailbox, _MESSAGE.deleted_at.is_(None))
            .order_by(_MESSAGE.received_at.desc(), _MESSAGE.id)
            .limit(self._most)
        )
        async with self._database.read() as tx:
            return [_read(row) for row in await tx.execute(wanted)]

    async def listened(self, id: str, act: Act) -> None:
        await patiently(PATIENCE_SECONDS)(self._listened, id, act)

    async def heard(self, id: str) -> None:
        await patiently(PATIENCE_SECONDS)(self._heard, id)

    async def delete(self, ids: Sequence[str], act: Act) -> None:
        await patiently(PATIENCE_SECONDS)(self._delete, ids, act)

    async def forward(self, forwarding: Forwarding, act: Act) -> bool:
        """The row of the new message is the arbiter: once it is there, nothing is done again."""
        return await patiently(PATIENCE_SECONDS)(self._forward, forwarding, act)

    async def _listened(self, id: str, act: Act) -> None:
        async with self._database.write() as tx:
            await note_act(tx, act, "voicemail_message.listen", ("voicemail_message", id))

    async def _heard(self, id: str) -> None:
        async with self._database.write() as tx:
            await tx.execute(update(voicemail_message).where(_MESSAGE.id == id).values(heard=True))
        self._on_change()

    async def _delete(self, ids: Sequence[str], act: Act) -> None:
        async with self._database.write() as tx:
            for id in ids:
                gone = update(voicemail_message).where(_MESSAGE.id == id, _MESSAGE.deleted_at.is_(None))
                await tx.execute(gone.values(deleted_at=act.at))
                await note_act(tx, act, "voicemail_message.delete", ("voicemail_message", id))
        self._on_change()

    async def _forward(self, forwarding: Forwarding, act: Act) -> bool:
        async with self._database.write() as tx:
            there = select(voicemail_message).where(_MESSAGE.id == forwarding.message_id, _MESSAGE.deleted_at.is_(None))
            original = (await tx.execute(there.with_for_update())).first()
            if original is None:
                return False
            if await insert_new(tx, voicemail_message, _forwarded_row(original, forwarding)):
                await _pass_duty_on(tx, forwarding, original.task_id, act)
                await tx.execute(update(voicemail_message).where(_MESSAGE.id == original.id).values(heard=True))
                detail = {"to": forwarding.id}
                await note_act(tx, act, "voicemail_message.forward", ("voicemail_message", original.id), detail)
        self._on_change()
        return True


async def _pass_duty_on(tx: AsyncConnection, forwarding: Forwarding, own: str | None, act: Act) -> None:
    """The message's own task, where it goes on, is handed over; else a new one is opened (R16)."""
    of_message = or_(callback_task.c.id == own, callback_task.c.voicemail_message_id == forwarding.message_id)
    row = await lock_task(tx, and_(of_message, callback_task.c.status.in_(NOT_ENDED)))
    if row is None:
        await open_new(tx, forwarding.task, act.actor, "")
        task_id = forwarding.task.id
    else:
        task_id = row.id
        await _hand_over(tx, state_of(row), forwarding, act)
        speaks = update(callback_task).where(callback_task.c.id == task_id)
        await tx.execute(speaks.values(voicemail_message_id=forwarding.id))
    await tx.execute(update(voicemail_message).where(_MESSAGE.id == forwarding.id).values(task_id=task_id))


async def _hand_over(tx: AsyncConnection, task: TaskState, forwarding: Forwarding, act: Act) -> None:
    if task.mailbox == forwarding.to:  # somebody has handed it over before
        return
    moved = await step(tx, task, HandOver(forwarding.to, f"forwarded as message {forwarding.id}"), None, act)
    await add_notice(tx, moved, Told("handed_over", act.at.isoformat()), act.at)
    await look_again(tx, moved, act.at)


def _forwarded_row(original: Row[Any], forwarding: Forwarding) -> dict[str, object]:
    return {
        "id": forwarding.id,
        "recording_name": f"forward-{forwarding.id}",
        "call_id": original.call_id,
        "caller": original.caller,
        "received_at": original.received_at,
        "duration_s": original.duration_s,
        "sha256": original.sha256,
        **{name: getattr(original, name) for name in MARKS},
        "preface_sha256": forwarding.preface,
        "forwarded_from": original.id,
        "forwarded_by": forwarding.by_person_id,
        **mailbox_row(forwarding.to),
    }


def _read(row: Row[Any]) -> MailboxMessage:
    return MailboxMessage(
        id=row.id,
        caller=row.caller,
        received_at=row.received_at,
        sha256=row.sha256,
        new=not row.heard,
        preface=row.preface_sha256,
        secret=bool(row.secret),
        threat=bool(row.threat),
    )


class DatabaseMessageCounts:
    """The port `calls.ports.MessageCounts`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_person(self) -> Mapping[int, tuple[int, int]]:
        kept = _MESSAGE.deleted_at.is_(None)
        new = func.sum(case((kept & _MESSAGE.heard.is_(False), 1), else_=0))
        old = func.sum(case((kept & or_(_MESSAGE.heard.is_(True), _MESSAGE.heard.is_(None)), 1), else_=0))
        counted = select(_MESSAGE.person_id, new.label("new"), old.label("old")).where(_MESSAGE.person_id.is_not(None))
        async with self._database.read() as tx:
            rows = await tx.execute(counted.group_by(_MESSAGE.person_id))
            return {row.person_id: (int(row.new), int(row.old)) for row in rows}
