"""A file of SQLite's own, which is made where it is missing: what is put is on disk when `put` returns."""

import asyncio
import contextlib
import sqlite3
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from switchboard.db.spool.items import Item, from_text, to_text

MOST_ITEMS = 1_000_000
"""Some days of a large switchboard; then nothing more is taken."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS spool (id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS item (seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refused (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL);
"""

T = TypeVar("T")


class SpoolFull(Exception):
    """Nothing more is taken."""


class Spool:
    """`told_away` says that the database is away, as far as is known; whoever writes then need not try first.

    `id` is the file's own: with it and a number the database remembers what it has got. Methods raise sqlite3.Error
    or OSError where the disk does not take or give it.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._connection: sqlite3.Connection | None = None
        self._lock = asyncio.Lock()
        self._count = 0
        self.id = ""
        self.told_away = False

    def __len__(self) -> int:
        """How many wait, as last known."""
        return self._count

    @property
    def comes_first(self) -> bool:
        """Also what could be written now goes through the spool, so that the order is kept."""
        return self.told_away or self._count > 0

    async def open(self) -> None:
        await self._do(lambda connection: None)

    async def put(self, items: Sequence[Item]) -> None:
        """SpoolFull, too."""
        if self._count + len(items) > MOST_ITEMS:
            raise SpoolFull(f"{self._count} wait already")
        rows = [to_text(each) for each in items]

        def insert(connection: sqlite3.Connection) -> int:
            connection.executemany("INSERT INTO item (kind, body) VALUES (?, ?)", rows)
            return len(rows)

        added = await self._do(insert)
        self._count += added

    async def first(self, most: int) -> Sequence[tuple[int, Item | None]]:
        """In the order in which they were put, with their numbers; None for what cannot be read."""
        query = "SELECT seq, kind, body FROM item ORDER BY seq LIMIT ?"
        rows = await self._do(lambda connection: connection.execute(query, (most,)).fetchall())
        return [(seq, _read(kind, body)) for seq, kind, body in rows]

    async def remove_to(self, seq: int) -> None:
        delete = "DELETE FROM item WHERE seq <= ?"
        removed = await self._do(lambda connection: connection.execute(delete, (seq,)).rowcount)
        self._count -= removed

    async def refuse(self, seq: int) -> None:
        """The database will never take it: it stays in the file, for somebody to look at, and counts no more as
        waiting once `remove_to` has gone past it."""
        copy = "INSERT OR IGNORE INTO refused SELECT seq, kind, body FROM item WHERE seq = ?"
        await self._do(lambda connection: connection.execute(copy, (seq,)))

    async def number_from(self, seq: int) -> None:
        """Give no number up to `seq` any more: a file that came back from a copy would give them again."""

        def advance(connection: sqlite3.Connection) -> None:
            connection.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'item'", (seq,))
            new = "INSERT INTO sqlite_sequence SELECT 'item', ? WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence)"
            connection.execute(new, (seq,))

        await self._do(advance)

    async def takes(self) -> bool:
        """Whether something put now would be kept."""

        def attempt(connection: sqlite3.Connection) -> None:
            tried = connection.execute("INSERT INTO item (kind, body) VALUES ('trial', '')").lastrowid
            connection.execute("DELETE FROM item WHERE seq = ?", (tried,))

        if self._count >= MOST_ITEMS:
            return False
        try:
            await self._do(attempt)
        except (sqlite3.Error, OSError):
            return False
        return True

    async def close(self) -> None:
        async with self._lock:
            if self._connection is not None:
                await asyncio.to_thread(self._connection.close)
                self._connection = None

    async def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """In one transaction. Cancelled, it still holds the connection until the thread is done with it."""
        async with self._lock:
            working = asyncio.ensure_future(asyncio.to_thread(self._transact, work))
            try:
                return await asyncio.shield(working)
            except asyncio.CancelledError:
                await asyncio.wait({working})
                raise

    def _transact(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._connection is None:
            self._connection = self._opened()
        with self._connection as connection:
            return work(connection)

    def _opened(self) -> sqlite3.Connection:
        """Only one thread at a time has it."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._file, timeout=5, check_same_thread=False)
        with contextlib.ExitStack() as undo:
            undo.callback(connection.close)
            self._file.chmod(0o600)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA secure_delete=ON")
            connection.executescript(_SCHEMA)
            with connection:
                connection.execute(
                    "INSERT INTO spool SELECT ? WHERE NOT EXISTS (SELECT 1 FROM spool)", (uuid.uuid4().hex,)
                )
            (self.id,) = connection.execute("SELECT id FROM spool").fetchone()
            (self._count,) = connection.execute("SELECT count(*) FROM item").fetchone()
            undo.pop_all()
        return connection


def _read(kind: str, body: str) -> Item | None:
    try:
        return from_text(kind, body)
    except (ValueError, LookupError, TypeError):
        return None
