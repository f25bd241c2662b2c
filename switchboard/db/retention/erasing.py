"""How each kind is erased: what is personal is overwritten, the row stays with its id and its times."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.jobs import put_job
from switchboard.db.tables import (
    absence,
    audit_log,
    call,
    call_event,
    callback_event,
    callback_task,
    erasure_log,
    greeting_version,
    outbox,
    pin_lock,
    queue_place,
    voicemail_message,
)
from switchboard.domain.call import JsonValue
from switchboard.domain.keeping.retention import Kind

ERASE_AUDIO = "erase_audio"
"""The job that takes a recording out of the audio store, if no row names it."""
ERASED = {"erased": True}
IMPERSONAL = frozenset(
    {
        *("source", "kind", "order", "outcome", "rule", "group", "queue", "language", "how", "what", "table"),
        *("column", "count", "seconds", "waited_s", "position", "recovered", "resumed", "fetched", "outside"),
        *("private", "emergency", "sent", "on", "mark", "confirmed", "task", "message", "callback_of"),
    }
)
"""Particulars of the journal that tell of nobody; of an event that is erased only these stay."""
Keys = Sequence[str | int]
BATCH = 500
"""Rows in one statement, and in one line of the log of erasures."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """Rows of one kind and authority, and the rule by which they are erased."""

    kind: Kind
    keys: Keys
    rule: str
    authority_id: int | None = None


async def erase(tx: AsyncConnection, erasure: Erasure, at: datetime) -> None:
    """With its line in the log of erasures."""
    await _WAYS[erasure.kind](tx, erasure.keys, at)
    await log_erasure(tx, erasure, at, len(erasure.keys))


def by_authority(rows: Iterable[tuple[int | None, str | int]]) -> Iterator[tuple[int | None, list[str | int]]]:
    """Keys by authority, no more than one line of the log holds."""
    found: dict[int | None, list[str | int]] = {}
    for authority_id, key in rows:
        found.setdefault(authority_id, []).append(key)
    for authority_id, keys in found.items():
        for first in range(0, len(keys), BATCH):
            yield authority_id, keys[first : first + BATCH]


async def log_erasure(tx: AsyncConnection, erasure: Erasure, at: datetime, count: int) -> None:
    """No personal data: who asked stands in the audit log, and is erased with it."""
    await tx.execute(
        insert(erasure_log).values(
            at=at,
            kind=erasure.kind.value,
            authority_id=erasure.authority_id,
            rule=erasure.rule,
            count=count,
            row_keys=list(erasure.keys),
        )
    )


def without_personal(detail: Mapping[str, JsonValue] | None) -> dict[str, JsonValue]:
    return {key: value for key, value in (detail or {}).items() if key in IMPERSONAL}


async def forget_recordings(tx: AsyncConnection, names: Sequence[str | None], at: datetime) -> None:
    """They go when no row names them any more."""
    for sha256 in sorted({name for name in names if name}):
        await put_job(tx, ERASE_AUDIO, sha256, at)


async def _erase_messages(tx: AsyncConnection, keys: Keys, at: datetime) -> None:
    message = voicemail_message.c
    rows = (await tx.execute(select(message.sha256, message.preface_sha256).where(message.id.in_(keys)))).all()
    await forget_recordings(tx, [name for row in rows for name in row], at)
    emptied: dict[str, object] = {
        **dict.fromkeys(("caller", "preface_sha256", "spoken_by", "forwarded_by", "secret_by", "threat_by")),
        "sha256": "",
        "erased_at": at,
        "deleted_at": func.coalesce(message.deleted_at, at, type_=message.deleted_at.type),
    }
    await tx.execute(update(voicemail_message).where(message.id.in_(keys)).values(emptied))
    letters = update(outbox).where(outbox.c.attachment_of.in_(keys))
    await tx.execute(letters.values(attachment_sha256=None))


async def _erase_calls(tx: AsyncConnection, keys: Keys, at: datetime) -> None:
    """Whom a phone of ours called is personal, our own number that was called is not."""
    called = case((call.c.source == "trunk", call.c.called), else_="")
    emptied = {"caller": None, "caller_name": None, "account": None, "called": called, "erased_at": at}
    await tx.execute(update(call).where(call.c.id.in_(keys)).values(emptied))
    rows = await tx.execute(select(call_event.c.id, call_event.c.detail).where(call_event.c.call_id.in_(keys)))
    await strip_events(tx, rows.all())
    places = update(queue_place).where(queue_place.c.call_id.in_(keys))
    await tx.execute(places.values(number=None, why=None))


async def strip_events(tx: AsyncConnection, events: Iterable[Any]) -> None:
    """Rows with `id` and `detail`: what tells of nobody stays."""
    for row in events:
        values = {"detail": without_personal(row.detail), "account": None}
        await tx.execute(update(call_event).where(call_event.c.id == row.id).values(values))


async def _erase_tasks(tx: AsyncConnection, keys: Keys, at: datetime) -> None:
    emptied = {"caller": None, "taken_by_id": None, "erased_at": at}
    await tx.execute(update(callback_task).where(callback_task.c.id.in_(keys)).values(emptied))
    events = update(callback_event).where(callback_event.c.task_id.in_(keys))
    await tx.execute(events.values(actor="", detail=ERASED))


async def _erase_letters(tx: AsyncConnection, keys: Keys, at: datetime) -> None:
    emptied: dict[str, object] = {
        **dict.fromkeys(("recipient", "subject", "body"), ""),
        **dict.fromkeys(("attachment_sha256", "error")),
        "headers": {},
        "erased_at": at,
    }
    await tx.execute(update(outbox).where(outbox.c.id.in_(keys)).values(emptied))


async def _erase_acts(tx: AsyncConnection, keys: Keys, at: datetime) -> None:
    emptied: dict[str, object] = {"actor": "", "detail": {}, "erased_at": at}
    await tx.execute(update(audit_log).where(audit_log.c.id.in_(keys)).values(emptied))


async def _erase_absences(tx: AsyncConnection, keys: Keys, at: datetime) -> None:
    del at
    await tx.execute(delete(absence).where(absence.c.id.in_(keys)))


async def _erase_greetings(tx: AsyncConnection, keys: Keys, at: datetime) -> None:
    version = greeting_version.c
    rows = (await tx.execute(select(version.sha256, version.master_sha256).where(version.id.in_(keys)))).all()
    await forget_recordings(tx, [name for row in rows for name in row], at)
    await tx.execute(delete(greeting_version).where(version.id.in_(keys)))


async def _erase_pins(tx: AsyncConnection, keys: Keys, at: datetime) -> None:
    del at
    await tx.execute(delete(pin_lock).where(pin_lock.c.id.in_(keys)))


_WAYS: Mapping[Kind, Callable[[AsyncConnection, Keys, datetime], Awaitable[None]]] = {
    Kind.AUDIO: _erase_messages,
    Kind.CALLS: _erase_calls,
    Kind.TASKS: _erase_tasks,
    Kind.LETTERS: _erase_letters,
    Kind.AUDIT: _erase_acts,
    Kind.ABSENCES: _erase_absences,
    Kind.GREETINGS: _erase_greetings,
    Kind.PINS: _erase_pins,
}
