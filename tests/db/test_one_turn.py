"""Cursors that take one turn of SQLite's thread for a statement and its rows."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.engine import Database
from switchboard.db.engine.connections import READERS
from switchboard.db.engine.one_turn import FIRST_ROWS, OneTurnConnection, connect
from switchboard.db.engine.patience import is_passing

MANY = 2 * FIRST_ROWS + 1
T = TypeVar("T")


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[OneTurnConnection]:
    connection = await connect(str(tmp_path / "one_turn.sqlite3"))
    cursor = connection.cursor()
    await cursor.execute("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT UNIQUE)")
    await cursor.execute("BEGIN")
    await cursor.executemany("INSERT INTO person (name) VALUES (?)", [(f"Anna {number}",) for number in range(MANY)])
    await cursor.execute("COMMIT")
    yield connection
    await connection.close()


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """One entry for each turn from now on."""
    taken: list[object] = []
    in_turn = OneTurnConnection.in_turn

    async def counted(self: OneTurnConnection, work: Callable[[sqlite3.Connection], T]) -> T:
        taken.append(work)
        return await in_turn(self, work)

    monkeypatch.setattr(OneTurnConnection, "in_turn", counted)
    return taken


async def test_a_statement_its_rows_and_its_end_are_one_turn(
    connection: OneTurnConnection, turns: list[object]
) -> None:
    cursor = connection.cursor()
    await cursor.execute("SELECT id, name FROM person WHERE id < ?", (3,))
    assert await cursor.fetchall() == [(1, "Anna 0"), (2, "Anna 1")]
    assert [column[0] for column in cursor.description] == ["id", "name"]
    await cursor.close()
    assert len(turns) == 1


@pytest.mark.parametrize("rows", [0, 1, FIRST_ROWS - 1, FIRST_ROWS, FIRST_ROWS + 1, MANY])
async def test_every_row_comes_however_many_there_are(connection: OneTurnConnection, rows: int) -> None:
    statement = "SELECT id FROM person ORDER BY id LIMIT ?"
    wanted = [(number + 1,) for number in range(rows)]
    cursor = connection.cursor()
    await cursor.execute(statement, (rows,))
    assert await cursor.fetchall() == wanted
    await cursor.execute(statement, (rows,))
    assert [row async for row in cursor] == wanted
    await cursor.execute(statement, (rows,))
    pieces = [await cursor.fetchmany(FIRST_ROWS + 7) for _ in range(4)]
    assert [row for piece in pieces for row in piece] == wanted
    assert await cursor.fetchone() is None


async def test_what_a_change_did_is_told(connection: OneTurnConnection) -> None:
    cursor = connection.cursor()
    await cursor.execute("INSERT INTO person (name) VALUES ('Maria')")
    assert (cursor.lastrowid, cursor.rowcount, cursor.description) == (MANY + 1, 1, None)
    await cursor.execute("UPDATE person SET name = name || '!' WHERE id <= 5")
    assert cursor.rowcount == 5
    await cursor.executemany("DELETE FROM person WHERE id = ?", [(1,), (2,), (3,)])
    assert cursor.rowcount == 3


@pytest.mark.parametrize("rows", [1, FIRST_ROWS - 1, FIRST_ROWS, FIRST_ROWS + 1, MANY])
async def test_a_change_that_answers_with_rows_tells_how_many(connection: OneTurnConnection, rows: int) -> None:
    cursor = connection.cursor()
    await cursor.execute("UPDATE person SET name = name || '!' WHERE id <= ? RETURNING id", (rows,))
    assert len(await cursor.fetchall()) == rows
    assert cursor.rowcount == rows


async def test_a_long_answer_that_is_left_half_read_holds_nothing(connection: OneTurnConnection) -> None:
    cursor = connection.cursor()
    await cursor.execute("SELECT id FROM person")
    assert len(await cursor.fetchmany(10)) == 10
    await cursor.close()
    await connection.cursor().execute("DROP TABLE person")  # SQLite refuses it while anybody reads


async def test_a_statement_that_fails_leaves_the_cursor_usable(connection: OneTurnConnection) -> None:
    cursor = connection.cursor()
    with pytest.raises(sqlite3.IntegrityError):
        await cursor.execute("INSERT INTO person (name) VALUES ('Anna 1')")
    await cursor.execute("SELECT count(*) FROM person")
    assert await cursor.fetchone() == (MANY,)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'switchboard.sqlite3'}")
    yield opened
    await opened.close()


ENDLESS = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
FIRST_ROWS_OF_AN_ENDLESS_ANSWER = text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i <= :many"
)


@pytest.fixture
async def begun(monkeypatch: pytest.MonkeyPatch) -> asyncio.Queue[None]:
    """One entry for each turn that the thread has begun from now on."""
    told: asyncio.Queue[None] = asyncio.Queue()
    loop, in_turn = asyncio.get_running_loop(), OneTurnConnection.in_turn

    async def telling(self: OneTurnConnection, work: Callable[[sqlite3.Connection], T]) -> T:
        def tell(connection: sqlite3.Connection) -> T:
            loop.call_soon_threadsafe(told.put_nowait, None)
            return work(connection)

        return await in_turn(self, tell)

    monkeypatch.setattr(OneTurnConnection, "in_turn", telling)
    return told


async def cancelled_in(turn: asyncio.Queue[None], work: Coroutine[None, None, None], turns: int) -> None:
    """`work`, cancelled once the thread is at the last of so many turns."""
    task = asyncio.create_task(work)
    for _ in range(turns):
        await turn.get()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    while not turn.empty():
        turn.get_nowait()


async def test_who_is_cancelled_in_a_statement_waits_for_nothing_and_leaves_the_place(
    database: Database, begun: asyncio.Queue[None]
) -> None:
    async def ask() -> None:
        async with database.read() as tx:
            await tx.execute(ENDLESS)

    async with asyncio.timeout(20):
        for _ in range(READERS + 1):
            await cancelled_in(begun, ask(), len(["BEGIN", "SELECT"]))
            async with database.read() as tx:
                assert await tx.scalar(text("SELECT 7")) == 7
            while not begun.empty():
                begun.get_nowait()


async def test_a_write_that_is_cancelled_in_a_statement_leaves_nothing(
    database: Database, begun: asyncio.Queue[None]
) -> None:
    async with database.write() as tx:
        await tx.execute(text("CREATE TABLE person (id INTEGER)"))

    async def write() -> None:
        async with database.write() as tx:
            await tx.execute(text("INSERT INTO person VALUES (1)"))
            await tx.execute(ENDLESS)

    while not begun.empty():
        begun.get_nowait()
    async with asyncio.timeout(20):
        await cancelled_in(begun, write(), len(["BEGIN", "INSERT", "SELECT"]))
        async with database.write() as tx:
            assert await tx.scalar(text("SELECT count(*) FROM person")) == 0


async def test_who_is_cancelled_while_more_rows_come_leaves_the_place(
    database: Database, begun: asyncio.Queue[None]
) -> None:
    async def read() -> None:
        async with database.read() as tx:
            rows = await tx.stream(FIRST_ROWS_OF_AN_ENDLESS_ANSWER, {"many": FIRST_ROWS + 5})
            async for _ in rows:
                pass

    async with asyncio.timeout(20):
        for _ in range(READERS + 1):
            await cancelled_in(begun, read(), len(["BEGIN", "SELECT", "the rest of it"]))
        async with database.read() as tx:
            assert await tx.scalar(text("SELECT 7")) == 7


async def test_a_cursor_closed_while_more_rows_come_holds_nothing(
    connection: OneTurnConnection, begun: asyncio.Queue[None]
) -> None:
    cursor = connection.cursor()
    await cursor.execute("SELECT id FROM person")
    await begun.get()
    fetching = asyncio.create_task(cursor.fetchall())
    await begun.get()
    await cursor.close()
    await asyncio.wait({fetching})
    assert await cursor.fetchall() == []
    await connection.cursor().execute("DROP TABLE person")


async def close_beneath(tx: AsyncConnection) -> None:
    driver = (await tx.get_raw_connection()).driver_connection
    assert isinstance(driver, OneTurnConnection)
    await driver.close()


async def test_a_statement_that_is_only_about_to_begin_ends_too(connection: OneTurnConnection) -> None:
    loop, there, begin = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def count(late: sqlite3.Connection) -> object:
        loop.call_soon_threadsafe(there.set)
        begin.wait(10)
        return late.execute(ENDLESS.text).fetchone()

    task = asyncio.create_task(connection.in_turn(count))
    await there.wait()
    task.cancel()
    await asyncio.wait({task})
    begin.set()
    async with asyncio.timeout(10):
        await connection.cursor().execute("SELECT 7")


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_connection_that_was_closed_is_known_as_gone(database: Database, streamed: bool) -> None:
    async def read() -> None:
        async with database.read() as tx:
            rows = await tx.stream(FIRST_ROWS_OF_AN_ENDLESS_ANSWER, {"many": FIRST_ROWS + 1}) if streamed else None
            await close_beneath(tx)
            if rows is None:
                await tx.execute(text("SELECT 7"))
            else:
                await rows.all()

    with pytest.raises(OperationalError, match="Connection closed") as raised:
        await read()
    assert raised.value.connection_invalidated
    assert is_passing(raised.value)
    async with database.read() as tx:
        assert await tx.scalar(text("SELECT 7")) == 7


async def test_a_stream_through_the_engine_comes_in_pieces(tmp_path: Path, turns: list[object]) -> None:
    database = Database(f"sqlite:///{tmp_path / 'streamed.sqlite3'}")
    count = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many) SELECT i FROM n")
    async with database.read() as tx:
        before = len(turns)
        rows = await tx.stream(count, {"many": MANY})
        assert [row.i async for row in rows] == list(range(1, MANY + 1))
        assert 3 <= len(turns) - before <= 5
    await database.close()
