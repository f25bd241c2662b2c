"""The journal of calls, written by one task in batches: a call never waits for a commit.

What happened is queued and committed within some 0.1 s: a killed process loses at most the last tenth of a second of
the journal, and what waits for a database that went away just then. Messages and tasks do not pass through here.
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import select

from switchboard.calls.ports import Log
from switchboard.db.engine import Database
from switchboard.db.engine.patience import is_rows_own, patiently
from switchboard.db.journal_entries import Entry, arrival, consequence, ending, event, routing, write_entries
from switchboard.db.spool.store import Spool, SpoolFull
from switchboard.db.tables import call as call_table
from switchboard.domain.call import CallEvent, CallOutcome, IncomingCall

QUEUE_LENGTH = 20_000
BATCH = 500
GATHER_SECONDS = 0.1
"""A commit costs more CPU than the entries in it: ten commits a second are cheap at any number of calls."""
ROOM_SECONDS = 2.0
PATIENCE_SECONDS = 30.0


class DatabaseJournal:
    """The port `calls.ports.Journal`. `start` before use, `close` writes what is queued.

    A database that stays away costs nobody a call: after `patience_s` a batch goes to the spool; where there is none,
    or the disk does not take it, it is given up. When the queue is full an entry waits `ROOM_SECONDS` for room, later
    ones not at all. `lost` counts what was given up.
    """

    def __init__(
        self, database: Database, log: Log, patience_s: float = PATIENCE_SECONDS, spool: Spool | None = None
    ) -> None:
        self._database = database
        self._spool = spool
        self._log = log
        self._patience_s = patience_s
        self._queue: asyncio.Queue[Entry | asyncio.Future[None]] = asyncio.Queue(QUEUE_LENGTH)
        self._writer: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()
        self._overflowing = False
        self.lost = 0

    @property
    def spooled(self) -> int:
        """How many wait beside the database."""
        return len(self._spool) if self._spool is not None else 0

    def start(self) -> None:
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_batches(), name="journal writer")

    async def arrived(self, call: IncomingCall, authority_id: int | None) -> None:
        await self._enqueue(arrival(call, authority_id))

    async def note(self, happened: CallEvent) -> None:
        await self._enqueue(event(happened))
        changed = consequence(happened)
        if changed is not None:
            await self._enqueue(changed)

    async def routed(self, call_id: str, authority_id: int, reason: str) -> None:
        await self._enqueue(routing(call_id, authority_id, reason))

    async def ended(self, call_id: str, at: datetime, outcome: CallOutcome) -> None:
        await self._enqueue(ending(call_id, at, outcome))

    async def unended(self) -> Sequence[str]:
        await self.flush()
        going_on = select(call_table.c.id).where(call_table.c.ended_at.is_(None)).order_by(call_table.c.arrived_at)
        async with self._database.read() as tx:
            return (await tx.scalars(going_on)).all()

    async def flush(self) -> None:
        """Returns when everything noted before is committed or given up."""
        if self._writer is None:
            return
        written = asyncio.get_running_loop().create_future()
        self._hurry.set()
        await self._queue.put(written)
        await written

    async def close(self) -> None:
        if self._writer is None:
            return
        await self.flush()
        self._writer.cancel()
        await asyncio.wait({self._writer})
        self._writer = None

    async def _enqueue(self, entry: Entry) -> None:
        try:
            self._queue.put_nowait(entry)
        except asyncio.QueueFull:
            if not await self._found_room(entry):
                return
        self._overflowing = False

    async def _found_room(self, entry: Entry) -> bool:
        if not self._overflowing:
            with suppress(TimeoutError):
                async with asyncio.timeout(ROOM_SECONDS):
                    await self._queue.put(entry)
                    return True
        self.lost += 1
        if not self._overflowing:
            self._log.warning("journal_queue_full", call_id=entry.call_id, lost=self.lost)
        self._overflowing = True
        return False

    async def _write_batches(self) -> None:
        while True:
            batch = [await self._queue.get()]
            await self._gather()
            while len(batch) < BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await self._write([each for each in batch if isinstance(each, Entry)])
            for each in batch:
                if isinstance(each, asyncio.Future) and not each.done():
                    each.set_result(None)

    async def _gather(self) -> None:
        """Until there is a batch worth a commit. What piled up, and whoever flushes, does not wait."""
        if self._queue.qsize() < BATCH - 1:
            with suppress(TimeoutError):
                async with asyncio.timeout(GATHER_SECONDS):
                    await self._hurry.wait()
        if self._queue.qsize() < BATCH:
            self._hurry.clear()

    async def _write(self, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        if self._spool is not None and self._spool.comes_first:
            await self._put_aside(self._spool, entries)
            return
        try:
            async for attempt in patiently(self._patience_s):
                with attempt:
                    await self._commit(entries)
        except Exception as error:  # noqa: BLE001 - one entry that cannot be written must not end the writer
            await self._write_otherwise(entries, error)

    async def _write_otherwise(self, entries: Sequence[Entry], error: Exception) -> None:
        if is_rows_own(error) and len(entries) > 1:
            for entry in entries:
                await self._write([entry])
        elif self._spool is not None and not is_rows_own(error):
            await self._put_aside(self._spool, entries)
        else:
            self._lose(entries)

    async def _put_aside(self, spool: Spool, entries: Sequence[Entry]) -> None:
        """Nothing is written past what waits there: an end before its beginning would find no call."""
        try:
            await spool.put(entries)
        except (SpoolFull, sqlite3.Error, OSError):
            self._lose(entries)

    def _lose(self, entries: Sequence[Entry]) -> None:
        self.lost += len(entries)
        self._log.exception("journal_entries_lost", count=len(entries), call_id=entries[0].call_id)

    async def _commit(self, entries: Sequence[Entry]) -> None:
        async with self._database.write() as tx:
            await write_entries(tx, entries)
