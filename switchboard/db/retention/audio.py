"""Recordings in the audio store that no row names any more."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports import AudioStore
from switchboard.db.engine import Database
from switchboard.db.retention.erasing import ERASE_AUDIO, Erasure, log_erasure
from switchboard.db.tables import job, metadata
from switchboard.domain.keeping.retention import Kind

SETTLED = timedelta(hours=1)
"""Audio is stored before its row is written: what was stored so recently is left alone."""
NAMELESS = timedelta(days=30)
"""A recording that never had a row goes after so long, and not before: a database that was put back from a copy may
have lost the row, and here is all that is left of the message."""
NO_ROW = f"no row names it, for {NAMELESS.days} days"


async def erase_recording(database: Database, audio: AudioStore, sha256: str, now: datetime) -> bool:
    """False: it was stored so recently that it must be asked again. A recording that a row names stays."""
    async with database.read() as tx:
        if await is_named(tx, sha256):
            return True
    return await audio.delete(sha256, now - SETTLED)


async def erase_waiting(database: Database, audio: AudioStore, now: datetime) -> int:
    """All recordings that wait to be erased, for whoever does not leave it to the service. How many are gone."""
    async with database.read() as tx:
        names = (await tx.execute(select(job.c.key).where(job.c.kind == ERASE_AUDIO))).scalars().all()
    gone = [name for name in names if await erase_recording(database, audio, name, now)]
    async with database.write() as tx:
        await tx.execute(job.delete().where(job.c.kind == ERASE_AUDIO, job.c.key.in_(gone)))
    return len(gone)


async def erase_nameless(database: Database, audio: AudioStore, now: datetime) -> int:
    """Recordings that were stored for a row that was never written: a call that broke off, an upload that was refused.
    How many are gone."""
    await audio.clear_unfinished(now - SETTLED)
    stored = await audio.names(now - NAMELESS)
    async with database.read() as tx:
        named = await _all_named(tx) if stored else set()
    gone = 0
    for sha256 in stored:
        if sha256 not in named and not await _is_named_now(database, sha256):
            gone += await audio.delete(sha256, now - NAMELESS)
    if gone:
        async with database.write() as tx:
            await log_erasure(tx, Erasure(Kind.AUDIO, (), NO_ROW), now, gone)
    return gone


async def is_named(tx: AsyncConnection, sha256: str) -> bool:
    """Whether any table names the recording."""
    for column in _names():
        if await tx.scalar(select(func.count()).select_from(column.table).where(column == sha256)):
            return True
    return False


async def _is_named_now(database: Database, sha256: str) -> bool:
    async with database.read() as tx:
        return await is_named(tx, sha256)


async def _all_named(tx: AsyncConnection) -> set[str]:
    found = set[str]()
    for column in _names():
        found.update(name for name in (await tx.execute(select(column).distinct())).scalars() if name)
    return found


def _names() -> Iterator[ColumnElement[str]]:
    for table in metadata.sorted_tables:
        yield from (column for column in table.c if column.name.endswith("sha256"))
