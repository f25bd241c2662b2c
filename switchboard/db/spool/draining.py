"""The spool into the database, once each and in order: what was written and how far is one transaction."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports import Log
from switchboard.db.engine import Database
from switchboard.db.engine.patience import is_rows_own
from switchboard.db.journal_entries import Entry, write_entries
from switchboard.db.messages import begin_recording
from switchboard.db.spool.items import Began, Discarded, Item, Opened
from switchboard.db.spool.store import Spool
from switchboard.db.tables import pending_recording, spool_mark
from switchboard.db.task_rows import insert_new
from switchboard.db.tasks.joining import open_new

AT_ONCE = 500
MOST_BATCHES = 20
"""Of one call of `drain`: whoever waits for it goes on, and the rest follows a moment later."""
Numbered = Sequence[tuple[int, Item | None]]


async def continue_after(spool: Spool, database: Database) -> None:
    """What is put from now on is new to the database, also where the file came back from a copy."""
    async with database.read() as tx:
        await spool.number_from(await tx.scalar(select(spool_mark.c.seq).where(spool_mark.c.spool == spool.id)) or 0)


async def drain(spool: Spool, database: Database, log: Log) -> int:
    """From the first on; how many were written. What the database will never take is set aside in the file, with an
    error in the log. Raises what a database raises that is away or full, and sqlite3.Error or OSError."""
    written = 0
    for _ in range(MOST_BATCHES):
        batch = await spool.first(AT_ONCE)
        if not batch:
            break
        written += await _written(spool, database, batch, log)
        await spool.remove_to(batch[-1][0])
    return written


async def _written(spool: Spool, database: Database, batch: Numbered, log: Log) -> int:
    try:
        await _write(spool, database, batch)
    except Exception as error:
        if not is_rows_own(error):
            raise
        if len(batch) > 1:
            return sum([await _written(spool, database, [each], log) for each in batch])
        ((seq, item),) = batch
        log.exception("spooled_not_written", number=seq, kind=type(item).__name__)
        await spool.refuse(seq)
        return 0
    for seq in (seq for seq, item in batch if item is None):
        log.warning("spooled_not_readable", number=seq)
        await spool.refuse(seq)
    return sum(1 for _, item in batch if item is not None)


async def _write(spool: Spool, database: Database, batch: Numbered) -> None:
    """Two services with one file, as one takes over from the other, wait for each other at the mark."""
    mine = spool_mark.c.spool == spool.id
    async with database.write() as tx:
        await insert_new(tx, spool_mark, {"spool": spool.id, "seq": 0})
        done = await tx.scalar(select(spool_mark.c.seq).where(mine).with_for_update()) or 0
        await _write_items(tx, [item for seq, item in batch if seq > done and item is not None])
        await tx.execute(update(spool_mark).where(mine).values(seq=max(done, batch[-1][0])))


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
