"""Connections and transactions."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from switchboard.db.engine import Database, DatabaseAway
from switchboard.db.engine.patience import is_passing, patiently
from switchboard.db.tables import authority
from tests.db.rows import ALL, AUTHORITY, becomes_writable, fetch, sql


class _Broken(Exception):
    """Our own."""


async def test_a_transaction_is_all_or_nothing(database: Database) -> None:
    async def write() -> None:
        async with database.write() as tx:
            await tx.execute(text(AUTHORITY))
            raise _Broken

    with pytest.raises(_Broken):
        await write()
    assert await fetch(database, "SELECT count(*) FROM authority") == [(0,)]


async def test_a_cancelled_transaction_leaves_nothing_and_no_lock(database: Database) -> None:
    begun = asyncio.Event()

    async def write() -> None:
        async with database.write() as tx:
            await tx.execute(text(AUTHORITY))
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await begun.wait()
    task.cancel()
    await asyncio.wait({task})
    await sql(database, AUTHORITY)
    assert await fetch(database, "SELECT count(*) FROM authority") == [(1,)]


async def test_reading_sees_one_moment(database: Database) -> None:
    async with database.read() as tx:
        assert await tx.scalar(text("SELECT count(*) FROM authority")) == 0
        await sql(database, AUTHORITY)
        assert await tx.scalar(text("SELECT count(*) FROM authority")) == 0
    assert await fetch(database, "SELECT count(*) FROM authority") == [(1,)]


async def test_many_writers_at_once(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.write() as tx:
            await tx.execute(insert(authority).values(name=f"authority {number}", main_number="+46980319200"))

    await asyncio.gather(*(write(number) for number in range(60)))
    assert await fetch(database, "SELECT count(*) FROM authority") == [(60,)]


async def test_foreign_keys_hold(database: Database) -> None:
    with pytest.raises(IntegrityError):
        await sql(database, "INSERT INTO person (authority_id, name) VALUES (7, 'Nobody')")
    await sql(database, *ALL)
    with pytest.raises(IntegrityError):
        await sql(database, "DELETE FROM authority")


async def test_readers_cannot_write_on_sqlite(database: Database) -> None:
    if database.dialect != "sqlite":
        return
    with pytest.raises(DBAPIError, match="readonly"):
        async with database.read() as tx:
            await tx.execute(text(AUTHORITY))


async def test_another_process_may_hold_the_file_for_a_while(database: Database, database_url: str) -> None:
    other = Database(database_url)
    async with other.write() as tx:
        await tx.execute(text(AUTHORITY))
        waiting = asyncio.create_task(sql(database, AUTHORITY.replace("(1,", "(2,").replace("Norrby", "Söderås")))
        await asyncio.wait({waiting}, timeout=0.1)
        assert database.dialect == "postgresql" or not waiting.done()
    await waiting
    await other.close()
    assert await fetch(database, "SELECT count(*) FROM authority") == [(2,)]


async def test_probe(database: Database) -> None:
    probe = database.probe("SELECT seq FROM change_counter")
    assert await probe.ask() == 0
    await sql(database, AUTHORITY)
    assert await asyncio.gather(*(probe.ask() for _ in range(20))) == [1] * 20
    await probe.close()
    assert await probe.ask() == 1
    await probe.close()


async def test_probe_of_what_is_not_there(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    probe = database.probe("SELECT seq FROM change_counter")
    with pytest.raises(DatabaseAway):
        await probe.ask()
    await probe.close()
    await database.close()


async def test_ping(database: Database) -> None:
    assert await database.ping()
    missing = "sqlite:////proc/nowhere.sqlite3" if database.dialect == "sqlite" else "postgresql://nobody@127.0.0.1:1/x"
    before = set(threading.enumerate())
    away = Database(missing)
    assert not await away.ping()
    await away.close()
    # A driver's thread that tells of its end after the loop has closed would be the next test's fault.
    for thread in set(threading.enumerate()) - before:
        await asyncio.to_thread(thread.join, 5)


async def test_writable(database: Database, database_url: str) -> None:
    assert await database.writable()
    other = Database(database_url)
    async with other.write() as tx:
        await tx.execute(text(AUTHORITY))
        assert await database.writable(0.1) is (database.dialect == "postgresql")
    await becomes_writable(database)
    await other.close()
    assert await fetch(database, "SELECT seq FROM change_counter") == [(1,)]


async def test_writing_while_our_own_writer_is_stuck(database: Database) -> None:
    if database.dialect != "sqlite":
        return
    async with database.write():
        assert not await database.writable(0.05)
        assert not await database.writable(0.05)
    await becomes_writable(database)


async def test_the_trial_of_writing_needs_room_on_the_disk(database: Database, tmp_path: Path) -> None:
    """Taking the lock alone would succeed on a full disk."""
    if database.dialect != "sqlite":
        return
    await sql(database, AUTHORITY)
    async with database.read():
        with closing(sqlite3.connect(tmp_path / "switchboard.sqlite3")) as administrator:
            administrator.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        log = tmp_path / "switchboard.sqlite3-wal"
        assert log.stat().st_size == 0
        assert await database.writable()
        assert log.stat().st_size > 0


async def test_what_is_not_there_is_not_writable(empty_database_url: str, tmp_path: Path) -> None:
    database = Database(empty_database_url)
    assert not await database.writable()
    await database.close()
    assert not await asyncio.to_thread(lambda: [*tmp_path.rglob("*.sqlite3")])


async def test_a_standby_is_not_writable(database: Database) -> None:
    if database.dialect != "postgresql":
        return
    name = (await fetch(database, "SELECT current_database()"))[0][0]
    await sql(database, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    await sql(database, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")  # noqa: S608
    await database.close()
    assert not await database.writable()


async def test_the_probe_survives_a_restart_of_the_server(database: Database) -> None:
    if database.dialect != "postgresql":
        return
    probe = database.probe("SELECT seq FROM change_counter")
    assert await probe.ask() == 0
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    await sql(database, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")  # noqa: S608
    assert await probe.ask() == 0
    assert await fetch(database, "SELECT seq FROM change_counter") == [(0,)]
    await probe.close()


async def test_closing_leaves_no_thread(database_url: str) -> None:
    before = set(threading.enumerate())
    database = Database(database_url)
    await sql(database, AUTHORITY)
    await fetch(database, "SELECT 1")
    await database.close()
    assert not [thread for thread in set(threading.enumerate()) - before if not thread.daemon]


def test_a_database_of_another_kind_is_refused() -> None:
    for url in ("mysql://user@host/name", "sqlite://", "sqlite:///:memory:"):
        with pytest.raises(ValueError, match="sqlite:"):
            Database(url)


def test_options_that_would_count_for_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="no options") as refused:
        Database("sqlite:///file.sqlite3?timeout=3&secret=word")
    assert "word" not in str(refused.value)


async def test_what_stands_in_a_row_stays_out_of_errors(database: Database) -> None:
    await sql(database, *ALL)
    with pytest.raises(IntegrityError) as raised:
        async with database.write() as tx:
            await tx.execute(insert(authority).values(id=1, name="secret words", main_number="+46980319200"))
    assert "secret words" not in str(raised.value)


async def test_patience_ends() -> None:
    tries = 0

    async def fail() -> None:
        nonlocal tries
        tries += 1
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await patiently(0.2)(fail)
    assert tries > 1
    assert not is_passing(ValueError())


async def test_a_fault_of_the_row_is_not_tried_again() -> None:
    tries = 0

    async def fail() -> None:
        nonlocal tries
        tries += 1
        raise IntegrityError("INSERT", {}, Exception("duplicate"))

    with pytest.raises(IntegrityError):
        await patiently(5)(fail)
    assert tries == 1
