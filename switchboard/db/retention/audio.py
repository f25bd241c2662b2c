"""Recordings in the audio store that no row names any more."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports import AudioStore
from switchboard.db.engine import Database
from switchboard.db.retention.erasing import ERASE_AUDIO
from switchboard.db.tables import job, metadata

SETTLED = timedelta(hours=1)
"""Audio is stored before its row is written: what was stored so recently is left alone."""


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


async def is_named(tx: AsyncConnection, sha256: str) -> bool:
    """Whether any table names the recording."""
    for column in _names():
        if await tx.scalar(select(func.count()).select_from(column.table).where(column == sha256)):
            return True
    return False


def _names() -> Iterator[ColumnElement[str]]:
    for table in metadata.sorted_tables:
        yield from (column for column in table.c if column.name.endswith("sha256"))
