"""Cursors that take one turn of SQLite's thread for a statement and its rows."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import text

from switchboard.db.engine import Database
from switchboard.db.engine.one_turn import FIRST_ROWS, OneTurnConnection, connect

MANY = 2 * FIRST_ROWS + 1
T = TypeVar("T")


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[OneTurnConnection]:
    connection = await connect(str(tmp_path / "one_turn.sqlite3"))
    cursor = connection.cursor()
    await cursor.execute("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT UNIQUE)")
    await cursor.executemany("INSERT INTO person (name) VALUES (?)", [(f"Anna {number}",) for number in range(MANY)])
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


async def test_a_stream_through_the_engine_comes_in_pieces(tmp_path: Path, turns: list[object]) -> None:
    database = Database(f"sqlite:///{tmp_path / 'streamed.sqlite3'}")
    count = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many) SELECT i FROM n")
    async with database.read() as tx:
        before = len(turns)
        rows = await tx.stream(count, {"many": MANY})
        assert [row.i async for row in rows] == list(range(1, MANY + 1))
        assert 3 <= len(turns) - before <= 5
    await database.close()
