"""How each kind is erased: what is personal is overwritten, the row stays with its id and its times."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.changes import Act
from switchboard.db.jobs import put_job
from switchboard.db.tables import (
    audit_log,
    call,
    call_event,
    callback_event,
    callback_task,
    erasure_log,
    outbox,
    queue_place,
    voicemail_message,
)
from switchboard.domain.keeping.retention import Kind

ERASE_AUDIO = "erase_audio"
"""The job that takes a recording out of the audio store, if no row names it."""
ERASED = {"erased": True}
Keys = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class Erasure:
    """Rows of one kind and authority, and the rule by which they are erased."""

    kind: Kind
    keys: Keys
    rule: str
    authority_id: int | None = None


async def erase(tx: AsyncConnection, erasure: Erasure, act: Act) -> None:
    """With its line in the log of erasures."""
    await _WAYS[erasure.kind](tx, erasure.keys, act.at)
    await tx.execute(
        insert(erasure_log).values(
            at=act.at,
            kind=erasure.kind.value,
            authority_id=erasure.authority_id,
            rule=erasure.rule,
            actor=act.actor,
            count=len(erasure.keys),
            row_keys=list(erasure.keys),
        )
    )


async def _erase_messages(tx: AsyncConnection, keys: Keys, at: datetime) -> None:
    names = await tx.execute(select(voicemail_message.c.sha256).where(voicemail_message.c.id.in_(keys)))
    for sha256 in {str(name) for name in names.scalars() if name}:
        await put_job(tx, ERASE_AUDIO, sha256, at)
    emptied = {"caller": None, "sha256": "", "erased_at": at}
    await tx.execute(update(voicemail_message).where(voicemail_message.c.id.in_(keys)).values(emptied))
    letters = update(outbox).where(outbox.c.attachment_of.in_(keys))
    await tx.execute(letters.values(attachment_sha256=None))


async def _erase_calls(tx: AsyncConnection, keys: Keys, at: datetime) -> None:
    """Whom a phone of ours called is personal, our own number that was called is not."""
    called = case((call.c.source == "trunk", call.c.called), else_="")
    emptied = {"caller": None, "caller_name": None, "account": None, "called": called, "erased_at": at}
    await tx.execute(update(call).where(call.c.id.in_(keys)).values(emptied))
    rows = await tx.execute(select(call_event.c.id, call_event.c.detail).where(call_event.c.call_id.in_(keys)))
    for row in rows.all():
        detail = {key: value for key, value in (row.detail or {}).items() if not is_personal(key)}
        await tx.execute(update(call_event).where(call_event.c.id == row.id).values(detail=detail, account=None))
    places = update(queue_place).where(queue_place.c.call_id.in_(keys))
    await tx.execute(places.values(number=None, why=None))


async def _erase_tasks(tx: AsyncConnection, keys: Keys, at: datetime) -> None:
    await tx.execute(update(callback_task).where(callback_task.c.id.in_(keys)).values(caller=None, erased_at=at))
    events = update(callback_event).where(callback_event.c.task_id.in_(keys))
    await tx.execute(events.values(actor="", detail=ERASED))


async def _erase_letters(tx: AsyncConnection, keys: Keys, at: datetime) -> None:
    emptied: dict[str, object] = {
        "recipient": "",
        "subject": "",
        "body": "",
        "headers": {},
        "attachment_sha256": None,
        "erased_at": at,
    }
    await tx.execute(update(outbox).where(outbox.c.id.in_(keys)).values({**emptied, "error": None}))


async def _erase_acts(tx: AsyncConnection, keys: Keys, at: datetime) -> None:
    emptied: dict[str, object] = {"actor": "", "detail": {}, "erased_at": at}
    await tx.execute(update(audit_log).where(audit_log.c.id.in_(keys)).values(emptied))


def is_personal(key: str) -> bool:
    """Of a particular in the journal."""
    return key.startswith("pii_") or key == "account"


_WAYS: Mapping[Kind, Callable[[AsyncConnection, Keys, datetime], Awaitable[None]]] = {
    Kind.AUDIO: _erase_messages,
    Kind.CALLS: _erase_calls,
    Kind.TASKS: _erase_tasks,
    Kind.LETTERS: _erase_letters,
    Kind.AUDIT: _erase_acts,
}
