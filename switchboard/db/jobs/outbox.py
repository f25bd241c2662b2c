"""Letters on their way: written with what they tell, taken by one service at a time, marked when a server has them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports.duties import Letter
from switchboard.db.engine import Database
from switchboard.db.engine.patience import patiently
from switchboard.db.jobs.leases import LET_GO, Terms, take_due
from switchboard.db.storable import storable
from switchboard.db.tables import outbox, voicemail_message

LEASE = timedelta(minutes=5)
PATIENCE_SECONDS = 5.0
LONGEST_ERROR = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter to write. `attachment` is the sha256 of a recording, `attachment_of` its message."""

    recipient: str
    subject: str
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
    notice_id: int | None = None
    attachment: str | None = None
    attachment_of: str | None = None


async def write_draft(tx: AsyncConnection, draft: Draft, at: datetime) -> None:
    """In the transaction of what it tells: both are there, or neither."""
    await tx.execute(
        insert(outbox).values(
            message_id=uuid.uuid4().hex,
            created_at=at,
            next_try=at,
            notice_id=draft.notice_id,
            recipient=storable(draft.recipient),
            subject=storable(draft.subject),
            body=storable(draft.body, 100_000),
            headers=dict(draft.headers),
            attachment_sha256=draft.attachment,
            attachment_of=draft.attachment_of,
        )
    )


class DatabaseOutbox:
    """The port `calls.ports.duties.Outbox`. `worker` names this process and no other."""

    def __init__(self, database: Database, worker: str) -> None:
        self._database = database
        self._worker = worker

    async def take(self, now: datetime) -> Letter | None:
        async with self._database.read() as tx:
            waits = select(outbox.c.id).where(outbox.c.state == "waiting", outbox.c.next_try <= now).limit(1)
            if (await tx.execute(waits)).first() is None:
                return None
        return await patiently(PATIENCE_SECONDS)(self._take, now)

    async def sent(self, letter: Letter, at: datetime) -> None:
        await self._mark(letter, {"state": "sent", "sent_at": at, "error": None, **LET_GO})

    async def refused(self, letter: Letter, error: str) -> None:
        await self._mark(letter, {"state": "refused", "error": storable(error, LONGEST_ERROR), **LET_GO})

    async def expired(self, letter: Letter, error: str) -> None:
        await self._mark(letter, {"state": "expired", "error": storable(error, LONGEST_ERROR), **LET_GO})

    async def put_off(self, letter: Letter, until: datetime, error: str) -> None:
        await self._mark(letter, {"next_try": until, "error": storable(error, LONGEST_ERROR), **LET_GO})

    async def counts(self) -> Mapping[str, int]:
        states = ("waiting", "refused", "expired")
        by_state = select(outbox.c.state, func.count()).where(outbox.c.state.in_(states)).group_by(outbox.c.state)
        async with self._database.read() as tx:
            found = {str(state): int(count) for state, count in (await tx.execute(by_state)).all()}
        return {state: found.get(state, 0) for state in states}

    async def _take(self, now: datetime) -> Letter | None:
        async with self._database.write() as tx:
            row = await take_due(tx, outbox, outbox.c.next_try, Terms(self._worker, now, LEASE))
            if row is None:
                return None
            secret = row.attachment_of is not None and await tx.scalar(
                select(voicemail_message.c.secret).where(voicemail_message.c.id == row.attachment_of)
            )
        return _read(row, with_audio=not secret)

    async def _mark(self, letter: Letter, values: Mapping[str, Any]) -> None:
        """Marked by who sent it, also where the lease ran out meanwhile: a letter that is out is out. Another's mark
        that it was sent stays."""
        await patiently(PATIENCE_SECONDS)(self._write_mark, letter, values)

    async def _write_mark(self, letter: Letter, values: Mapping[str, Any]) -> None:
        mine = [outbox.c.id == letter.id, outbox.c.state == "waiting"]
        if values.get("state") != "sent":
            mine += [outbox.c.locked_by == letter.worker, outbox.c.tries == letter.tries]
        async with self._database.write() as tx:
            await tx.execute(update(outbox).where(*mine).values(values))


def _read(row: Row[Any], *, with_audio: bool) -> Letter:
    return Letter(
        id=row.id,
        message_id=row.message_id,
        created_at=row.created_at,
        recipient=row.recipient,
        subject=row.subject,
        body=row.body,
        headers={str(name): str(value) for name, value in (row.headers or {}).items()},
        attachment=row.attachment_sha256 if with_audio else None,
        worker=row.locked_by,
        tries=row.tries,
    )
