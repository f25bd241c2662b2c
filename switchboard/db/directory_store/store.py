"""The directory in memory, kept equal to the database: each call asks one number and reads again only what changed."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports import Log
from switchboard.db.directory_store.reading import RECORD_TABLES, ReadRow, read_records
from switchboard.db.engine import Database, DatabaseAway
from switchboard.db.tables import change_counter, change_log
from switchboard.domain.directory_index import DirectoryIndex

LATEST = "SELECT seq FROM change_counter"
MOST_CHANGES = 10_000
"""Above this many changed rows everything is read into a new index, page by page, while calls use the old one."""
MOST_EXPECTED = 1_000
KEPT_CHANGES = 10_000
"""How many numbers of the change feed stay listed for other services that read it."""
_Changes = Mapping[str, Collection[int]]


@dataclass(slots=True)
class Loaded:
    """The index holds every change up to `seq`."""

    index: DirectoryIndex
    seq: int


class DirectoryStore:
    """The port `calls.ports.DirectorySource`.

    Callers that come at the same time share one question to the database, but never one that was asked before they
    came: what was committed before a call is seen by it. A caller waits `patience_s` for the answer; then, and when
    the database is away, the last directory serves. `checked_at` tells when it was last known to be true.
    """

    def __init__(self, database: Database, now: Callable[[], datetime], log: Log, patience_s: float = 1.0) -> None:
        self._database = database
        self._now = now
        self._log = log
        self._patience_s = patience_s
        self._probe = database.probe(LATEST)
        self._loaded: Loaded | None = None
        self._asking: asyncio.Task[None] | None = None
        self._pruning: asyncio.Task[None] | None = None
        self._asked = self._answered = 0
        self._expected: dict[str, int] = {}
        self._heard_at = 0.0
        self._away: Exception | None = None
        self.checked_at: datetime | None = None

    @property
    def latest(self) -> DirectoryIndex:
        """What is in memory now, without asking; empty before the first load."""
        return self._loaded.index if self._loaded else DirectoryIndex()

    @property
    def version(self) -> int | None:
        """The number of the latest change that is in memory."""
        return self._loaded.seq if self._loaded else None

    @property
    def answering(self) -> bool:
        """Whether the database answered when it was last asked; a question that hangs has no answer."""
        return self._away is None and not self._overdue()

    def expect(self, call_id: str) -> DirectoryIndex | None:
        """Where the answer cannot be had at once it is asked for now, while the call is being claimed, and
        `current(call_id)` waits for that."""
        if self._loaded is not None and self._known_to_be_current():
            return self._loaded.index
        running = self._asking is not None and not self._asking.done()
        self._asking = self._question()
        while len(self._expected) >= MOST_EXPECTED:
            del self._expected[next(iter(self._expected))]
        self._expected[call_id] = self._asked + 1 if running else self._asked
        return None

    async def current(self, call_id: str | None = None) -> DirectoryIndex:
        """DatabaseAway only where nothing was ever loaded."""
        mine = self._expected.pop(call_id or "", self._asked + 1)
        if self._loaded is not None and self._known_to_be_current():
            return self._loaded.index
        loop = asyncio.get_running_loop()
        given_up_at = loop.time() + self._patience_s
        while self._answered < mine:
            left = None if self._loaded is None else given_up_at - loop.time()
            if left is not None and left <= 0:
                self._give_up()
                break
            await asyncio.wait({self._question()}, timeout=left)
        if self._loaded is None:
            raise DatabaseAway("the directory was never loaded") from self._away
        return self._loaded.index

    async def close(self) -> None:
        tasks = {task for task in (self._asking, self._pruning) if task is not None}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await self._probe.close()

    def _question(self) -> asyncio.Task[None]:
        """The one that is being asked, or a new one."""
        if self._asking is None or self._asking.done():
            self._asked += 1
            self._heard()
            self._asking = asyncio.create_task(self._ask(self._asked), name="directory refresh")
        return self._asking

    async def _ask(self, number: int) -> None:
        try:
            await self._catch_up()
        except Exception as error:  # noqa: BLE001 - whatever broke, calls go on with the directory they have
            self._note_away(error)
        else:
            self._note_answer()
        finally:
            self._answered = number

    def _known_to_be_current(self) -> bool:
        """At a glance. A question that hangs meanwhile is no silence of the database."""
        if self._loaded is None or self._probe.peek() != self._loaded.seq:
            return False
        self._heard()
        self._note_answer()
        return True

    def _note_answer(self) -> None:
        if self._away is not None:
            self._log.info("directory_refreshed_again")
        self._away = None
        self.checked_at = self._now()

    def _heard(self) -> None:
        """A long read into a new index is no silence: each page is heard."""
        self._heard_at = asyncio.get_running_loop().time()

    def _overdue(self) -> bool:
        if self._asking is None or self._asking.done():
            return False
        return asyncio.get_running_loop().time() - self._heard_at >= self._patience_s

    def _give_up(self) -> None:
        """Counts as no answer until one comes."""
        if self._overdue():
            self._note_away(TimeoutError("no answer"))

    def _note_away(self, error: Exception) -> None:
        if self._away is None:
            self._log.warning("directory_not_refreshed", error=type(error).__name__, loaded=self._loaded is not None)
        self._away = error

    async def _catch_up(self) -> None:
        if self._loaded is not None and await self._probe.ask() == self._loaded.seq:
            return
        async with self._database.read() as tx:
            seq, pruned = (await tx.execute(select(change_counter.c.seq, change_counter.c.pruned))).one()
            changes = await self._changes(tx, seq, pruned)
            if self._loaded is None or changes is None:
                self._loaded = Loaded(await _read_all(tx, self._heard), seq)
            else:
                rows = await _read_changed(tx, changes)
                _apply_changes(self._loaded.index, changes, rows)
                self._loaded.seq = seq
        if seq - pruned > 2 * KEPT_CHANGES:
            self._prune_below(seq - KEPT_CHANGES)

    async def _changes(self, tx: AsyncConnection, seq: int, pruned: int) -> _Changes | None:
        """What changed since the index was loaded; None where everything must be read."""
        if self._loaded is None or not pruned <= self._loaded.seq <= seq:
            return None
        listed = (
            select(change_log.c.table_name, change_log.c.row_key)
            .where(change_log.c.seq > self._loaded.seq)
            .order_by(change_log.c.seq)
            .limit(MOST_CHANGES + 1)
        )
        rows = (await tx.execute(listed)).all()
        if len(rows) > MOST_CHANGES or not all(row.row_key.isdigit() for row in rows):
            return None
        changes: dict[str, set[int]] = {}
        for row in rows:
            changes.setdefault(row.table_name, set()).add(int(row.row_key))
        return {table: ids for table, ids in changes.items() if table in RECORD_TABLES}

    def _prune_below(self, seq: int) -> None:
        if self._pruning is None or self._pruning.done():
            self._pruning = asyncio.create_task(self._prune(seq), name="change feed pruning")

    async def _prune(self, seq: int) -> None:
        try:
            async with self._database.write() as tx:
                await tx.execute(update(change_counter).values(pruned=seq))
                await tx.execute(delete(change_log).where(change_log.c.seq <= seq))
        except (SQLAlchemyError, OSError) as error:
            self._log.warning("change_feed_not_pruned", error=type(error).__name__)


async def _read_all(tx: AsyncConnection, heard: Callable[[], None]) -> DirectoryIndex:
    index = DirectoryIndex()
    for table in RECORD_TABLES:
        async for page in read_records(tx, table, None):
            heard()
            for row in page:
                _apply(index, row)
            await asyncio.sleep(0)
    return index


async def _read_changed(tx: AsyncConnection, changes: _Changes) -> list[ReadRow]:
    rows: list[ReadRow] = []
    for table, ids in changes.items():
        async for page in read_records(tx, table, ids):
            rows += page
    return rows


def _apply_changes(index: DirectoryIndex, changes: _Changes, rows: list[ReadRow]) -> None:
    """In one step, without a pause in which a call could see half of it."""
    there = {(row.table, int(row.key)) for row in rows}
    for table, ids in changes.items():
        for gone in (id_ for id_ in ids if (table, id_) not in there):
            index.remove(table, gone)
    for row in rows:
        _apply(index, row)


def _apply(index: DirectoryIndex, row: ReadRow) -> None:
    if row.record is not None:
        index.put(row.record)
    else:
        index.remove(row.table, int(row.key))
    if row.problem is not None:
        index.record_fault(row.table, row.key, row.problem)
