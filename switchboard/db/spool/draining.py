"""The spool into the database, once each and in order: what was written and how far is one transaction."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports import Log
from switchboard.db.engine import DRIVER_ERRORS, Database
from switchboard.db.engine.patience import is_passing
from switchboard.db.journal_entries import Entry, write_entries
from switchboard.db.messages import begin_recording
from switchboard.db.spool.items import Began, Discarded, Item, Opened
from switchboard.db.spool.store import Spool
from switchboard.db.tables import pending_recording, spool_mark
from switchboard.db.task_rows import insert_new
from switchboard.db.tasks.joining import open_new

AT_ONCE = 500
Numbered = Sequence[tuple[int, Item | None]]


async def drain(spool: Spool, database: Database, log: Log) -> int:
    """Until the spool is empty; how many were written. What the database will never take is given up, with an error in
    the log. Raises what the database raises when it is away, and sqlite3.Error or OSError."""
    written = 0
    while batch := await spool.first(AT_ONCE):
        for part in await _written(spool, database, batch, log):
            written += part
        await spool.remove_to(batch[-1][0])
    return written


async def _written(spool: Spool, database: Database, batch: Numbered, log: Log) -> Sequence[int]:
    try:
        await _write(spool, database, batch)
    except DRIVER_ERRORS as error:
        if is_passing(error) or not await database.writable():
            raise
        if len(batch) == 1:
            log.exception("spooled_not_written", kind=type(batch[0][1]).__name__)
            return [0]
        return [count for each in batch for count in await _written(spool, database, [each], log)]
    return [len(batch)]


async def _write(spool: Spool, database: Database, batch: Numbered) -> None:
    async with database.write() as tx:
        done = await tx.scalar(select(spool_mark.c.seq).where(spool_mark.c.spool == spool.id)) or 0
        items = [item for seq, item in batch if seq > done and item is not None]
        await _write_items(tx, items)
        await tx.execute(delete(spool_mark).where(spool_mark.c.spool == spool.id))
        await insert_new(tx, spool_mark, {"spool": spool.id, "seq": max(done, batch[-1][0])})


async def _write_items(tx: AsyncConnection, items: Sequence[Item]) -> None:
    """The journal first: what else there is names its calls by their ids alone."""
    await write_entries(tx, [each for each in items if isinstance(each, Entry)])
    for each in (each for each in items if not isinstance(each, Entry)):
        match each:
            case Began(pending=pending):
                await begin_recording(tx, pending)
            case Discarded(name=name):
                await tx.execute(delete(pending_recording).where(pending_recording.c.name == name))
            case Opened(task=task, note=note, actor=actor):
                await open_new(tx, task, actor, note)
