"""SQLite's statements, each with its rows, in one turn of the connection's thread.

aiosqlite takes a turn for each of cursor, statement, rows and close, and SQLAlchemy asks for all four. A turn wakes
the thread, waits for the interpreter's lock twice and wakes the loop: 0.07 ms of processor time, more than most
statements of a call.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

import aiosqlite

T = TypeVar("T")

FIRST_ROWS = 1_000
"""What comes with the statement; of a longer answer the rest is fetched as it is read."""
INTERRUPTED_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class _Came:
    """What one turn brought. A change knows how many rows it touched once they have all been read."""

    rows: Sequence[Any]
    rest: sqlite3.Cursor | None
    description: Any
    rowcount: int
    lastrowid: int | None


def _come(cursor: sqlite3.Cursor, rows: int) -> _Came:
    """In the connection's thread. An answer that is read to its end leaves nothing open."""
    came = cursor.fetchmany(rows) if cursor.description else []
    rest = cursor if len(came) == rows else None
    answer = _Came(came, rest, cursor.description, cursor.rowcount, cursor.lastrowid)
    if rest is None:
        cursor.close()
    return answer


class _Turn(Generic[T]):
    def __init__(self, connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> None:
        self._connection = connection
        self._work = work
        self._wanted = True
        self._over = False

    def take(self) -> T | None:
        """In the connection's thread."""
        try:
            return self._work(self._connection) if self._wanted else None
        finally:
            self._over = True

    def give_up(self) -> None:
        """Until it is over: what SQLite is only about to begin no interruption reaches."""
        self._wanted = False
        with suppress(sqlite3.ProgrammingError):  # it is closed, and so over
            if not self._over:
                self._connection.interrupt()
                asyncio.get_running_loop().call_later(INTERRUPTED_EVERY_S, self.give_up)


class OneTurnConnection(aiosqlite.Connection):
    """What SQLAlchemy asks of a connection, with cursors of our own."""

    def cursor(self) -> "OneTurnCursor":  # type: ignore[override]
        return OneTurnCursor(self)

    async def in_turn(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """`work` in the connection's thread. Who is cancelled waits for nothing: what the thread is at ends there."""
        connection = self._connection
        if connection is None or not self._running:
            raise sqlite3.OperationalError("Connection closed")  # by which SQLAlchemy knows that it is gone
        turn = _Turn(connection, work)
        try:
            done: T = await self._execute(turn.take)  # type: ignore[no-untyped-call]
        except asyncio.CancelledError:
            turn.give_up()
            raise
        return done


class OneTurnCursor:
    """SQLAlchemy's `AsyncIODBAPICursor`. The thread changes nothing of it: of who is cancelled nothing stays behind."""

    def __init__(self, connection: OneTurnConnection) -> None:
        self._connection = connection
        self._open: sqlite3.Cursor | None = None
        self._rows: deque[Any] = deque()
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, operation: str, parameters: Sequence[Any] = ()) -> Self:
        return await self._run(lambda cursor: cursor.execute(operation, parameters))

    async def executemany(self, operation: str, parameters: Iterable[Sequence[Any]]) -> Self:
        return await self._run(lambda cursor: cursor.executemany(operation, parameters))

    async def _run(self, statement: Callable[[sqlite3.Cursor], object]) -> Self:
        await self.close()

        def work(connection: sqlite3.Connection) -> _Came:
            cursor = connection.cursor()
            statement(cursor)
            return _come(cursor, FIRST_ROWS)

        self._take(await self._connection.in_turn(work))
        return self

    def _take(self, came: _Came) -> None:
        self._rows.extend(came.rows)
        self._open = came.rest
        self.description, self.rowcount, self.lastrowid = came.description, came.rowcount, came.lastrowid

    async def _fill(self, rows: int) -> None:
        """Until there are so many, or no more."""
        if (cursor := self._open) is not None and (lacking := rows - len(self._rows)) > 0:
            wanted = max(lacking, FIRST_ROWS)
            came = await self._connection.in_turn(lambda _: _come(cursor, wanted))
            if self._open is cursor:  # and nobody has closed it meanwhile
                self._take(came)

    async def fetchall(self) -> list[Any]:
        while self._open is not None:
            await self._fill(len(self._rows) + FIRST_ROWS)
        rows = list(self._rows)
        self._rows.clear()
        return rows

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        wanted = size or self.arraysize
        await self._fill(wanted)
        return [self._rows.popleft() for _ in range(min(wanted, len(self._rows)))]

    async def fetchone(self) -> Any:  # noqa: ANN401 - a row, or None
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def __aiter__(self) -> AsyncIterator[Any]:
        while (row := await self.fetchone()) is not None:
            yield row

    async def close(self) -> None:
        self._rows.clear()
        if (cursor := self._open) is not None:
            self._open = None
            await self._connection.in_turn(lambda _: cursor.close())


async def connect(path: str) -> OneTurnConnection:
    """SQLAlchemy begins and commits by itself. Its thread does not keep the process from ending."""
    connection = OneTurnConnection(
        lambda: sqlite3.connect(path, isolation_level=None, check_same_thread=False), iter_chunk_size=64
    )
    connection._thread.daemon = True  # as SQLAlchemy does where it connects itself
    _opened = await connection
    return connection
