"""The steps from nothing to the tables, and back."""

import asyncio
from collections.abc import Awaitable, Callable
from importlib.resources import files

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from switchboard.db.engine import Database, current_revision, downgrade, latest_revision, schema_is_current, upgrade
from switchboard.db.engine.schema import MIGRATION_LOCK
from switchboard.db.tables import metadata
from tests.db.rows import ALL, fetch, sql


def _differences(connection: Connection) -> object:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": False})
    return compare_metadata(context, metadata)


def _names(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


async def test_up_compare_down(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    assert not await schema_is_current(database)
    await upgrade(database)
    assert await schema_is_current(database)
    assert await current_revision(database) == latest_revision()
    async with database.read() as tx:
        assert await tx.run_sync(_differences) == []
        assert await tx.run_sync(_names) == {*metadata.tables, "alembic_version"}
    await downgrade(database, "base")
    async with database.read() as tx:
        assert await tx.run_sync(_names) == {"alembic_version"}
    assert not await schema_is_current(database)
    await upgrade(database)
    assert await schema_is_current(database)
    await database.close()


async def test_up_twice_changes_nothing(database: Database) -> None:
    await sql(database, *ALL)
    await upgrade(database)
    assert await fetch(database, "SELECT name FROM authority") == [("Norrby kommun",)]


async def test_a_step_that_breaks_leaves_nothing_behind(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    await sql(database, "CREATE TABLE operator_session (mine integer)")
    with pytest.raises(DBAPIError):
        await upgrade(database)
    async with database.read() as tx:
        assert await tx.run_sync(_names) == {"operator_session"}
    await database.close()


def test_every_table_and_column_is_explained() -> None:
    unexplained = [table.name for table in metadata.tables.values() if not table.comment]
    unexplained += [
        f"{column.table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.c
        if not column.comment or "\n" in column.comment
    ]
    assert unexplained == []


@pytest.mark.parametrize("event", ["UPDATE callback_event SET kind = 'done'", "DELETE FROM callback_event"])
async def test_what_happened_to_a_task_cannot_be_rewritten(database: Database, event: str) -> None:
    await sql(
        database,
        "INSERT INTO callback_task (id, authority_id, source, received_at, rule) "
        "VALUES ('t', 1, 'voicemail', '2026-08-03T06:00:00.000000+00:00', 'next working day')",
        "INSERT INTO callback_event (task_id, at, kind, actor, detail) "
        "VALUES ('t', '2026-08-03T06:00:00.000000+00:00', 'opened', 'service', '{}')",
    )
    with pytest.raises(DBAPIError, match="only ever added"):
        await sql(database, event)
    assert await fetch(database, "SELECT kind FROM callback_event") == [("opened",)]


@pytest.mark.postgres
async def test_times_typed_in_psql_are_local_time(postgres_database: Callable[[str], str]) -> None:
    url = postgres_database("template0")
    database = Database(url)
    await upgrade(database)
    await database.close()
    session = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"))
    async with session.connect() as connection:
        assert await connection.scalar(text("SHOW timezone")) == "Europe/Stockholm"
    await session.dispose()


@pytest.mark.postgres
async def test_a_step_may_take_longer_than_any_other_statement(
    postgres_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("switchboard.db.engine.database.LONGEST_STATEMENT_S", 0.2)
    url = postgres_database("template0")
    database, other = Database(url), Database(url)

    async def held_up(step: Awaitable[None]) -> None:
        async with other.write() as tx:
            await tx.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
            task = asyncio.ensure_future(step)
            assert not (await asyncio.wait({task}, timeout=1))[0]
        await task

    await held_up(upgrade(database))
    assert await schema_is_current(database)
    await held_up(downgrade(database, "base"))
    assert await current_revision(database) is None
    with pytest.raises(TimeoutError):
        await sql(database, "SELECT pg_sleep(5)")
    await database.close()
    await other.close()


def test_the_steps_travel_with_the_package() -> None:
    assert files("migrations").joinpath("env.py").is_file()
