"""From SQLite to PostgreSQL: every row as it was, or none."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import insert

from switchboard.db.copies.moving import move_rows
from switchboard.db.copies.readable import unreadable
from switchboard.db.engine import Database, schema_is_current, upgrade
from switchboard.db.tables import metadata, person, unit
from switchboard.errors import Conflict
from tests.db.copies.full_house import everything, fill
from tests.db.rows import fetch, sql

NewUrl = Callable[[str], str]


@pytest.fixture
async def full_file(new_database_url: NewUrl, tmp_path: Path) -> Path:
    database = Database(new_database_url("sqlite"))
    await fill(database)
    await database.close()
    return tmp_path / "switchboard.sqlite3"


@pytest.fixture
async def target(postgres_database: Callable[[str], str]) -> AsyncIterator[Database]:
    """Without any table."""
    database = Database(postgres_database("template0"))
    yield database
    await database.close()


async def all_of(file: Path) -> object:
    database = Database(f"sqlite:///{file}")
    try:
        return await everything(database)
    finally:
        await database.close()


@pytest.mark.postgres
async def test_every_row_of_every_table_arrives_as_it_was(full_file: Path, target: Database) -> None:
    told: list[tuple[str, int]] = []
    before = await all_of(full_file)
    counts = await move_rows(full_file, target, lambda table, rows: told.append((table, rows)))
    after = await everything(target)
    assert after == before
    assert all(after.values()), [name for name, rows in after.items() if not rows]
    assert dict(told) == counts == {name: len(rows) for name, rows in after.items()}
    assert list(dict(told)) == [table.name for table in metadata.sorted_tables]
    assert await schema_is_current(target)
    assert await all_of(full_file) == before


@pytest.mark.postgres
async def test_the_service_goes_on_there_with_new_numbers_and_a_feed_of_changes(
    full_file: Path, target: Database
) -> None:
    await move_rows(full_file, target)
    (seq,) = (await fetch(target, "SELECT seq FROM change_counter"))[0]
    async with target.write() as tx:
        given = await tx.scalar(insert(person).values(authority_id=1, name="Ny").returning(person.c.id))
        later = await tx.scalar(insert(unit).values(authority_id=1, name="Ny").returning(unit.c.id))
    assert (given, later) == (5001, 903)
    listed = await fetch(target, f"SELECT table_name, row_key FROM change_log WHERE seq > {seq} ORDER BY 1")  # noqa: S608
    assert listed == [("person", "5001"), ("unit", "903")]
    with pytest.raises(Exception, match="only ever added"):
        await sql(target, "DELETE FROM callback_event")


@pytest.mark.postgres
async def test_a_database_with_rows_is_left_alone(full_file: Path, target: Database) -> None:
    await move_rows(full_file, target)
    await sql(target, "UPDATE person SET name = 'Nytt Namn' WHERE id = 1")
    before = await everything(target)
    with pytest.raises(Conflict, match="must be empty"):
        await move_rows(full_file, target)
    assert await everything(target) == before
    await move_rows(full_file, target, replace=True)
    assert await everything(target) == await all_of(full_file)


@pytest.mark.postgres
async def test_what_postgresql_does_not_take_leaves_nothing_behind(full_file: Path, target: Database) -> None:
    source = Database(f"sqlite:///{full_file}")
    await sql(source, "UPDATE person SET ring_seconds = 3000000000 WHERE id = 2")
    await source.close()
    with pytest.raises(Conflict, match="table person: "):
        await move_rows(full_file, target)
    left = await everything(target)
    assert not any(left[table] for table in ("authority", "call", "person", "unit"))


@pytest.mark.postgres
async def test_rows_that_do_not_arrive_are_noticed_and_all_is_taken_back(full_file: Path, target: Database) -> None:
    await upgrade(target)
    await sql(target, "CREATE RULE lost AS ON INSERT TO call_event DO INSTEAD NOTHING")
    with pytest.raises(Conflict, match=r"differs from what was copied: call_event$"):
        await move_rows(full_file, target)
    assert await fetch(target, "SELECT count(*) FROM call") == [(0,)]


@pytest.mark.postgres
async def test_a_service_that_runs_on_either_side_is_noticed(full_file: Path, target: Database) -> None:
    service = Database(f"sqlite:///{full_file}")
    assert await service.ping()
    with pytest.raises(Conflict, match="is in use"):
        await move_rows(full_file, target)
    await service.close()
    await move_rows(full_file, target)
    other = Database(target_url(target))
    assert await other.ping()
    with pytest.raises(Conflict, match="a service uses that database"):
        await move_rows(full_file, target, replace=True)
    await other.close()


def target_url(database: Database) -> str:
    return database._url.render_as_string(hide_password=False)


async def test_values_of_another_kind_are_named_by_row(full_file: Path) -> None:
    database = Database(f"sqlite:///{full_file}")
    async with database.read() as tx:
        assert await unreadable(tx) == []
    await sql(
        database,
        "UPDATE person SET ring_seconds = 'tjugo' WHERE id = 2",
        "UPDATE person SET mailbox = 7 WHERE id = 3",
        "UPDATE absence SET until = 'i morgon' WHERE id = 1",
        "UPDATE call_event SET detail = 'no json' WHERE id = 1",
        "UPDATE unit SET name = 'a' || char(0) WHERE id = 900",
    )
    async with database.read() as tx:
        found = await unreadable(tx)
    assert sorted(found) == [
        "absence, row 1: until cannot be read",
        "call_event, row 1: detail cannot be read",
        "person, row 2: ring_seconds cannot be read",
        "person, row 3: mailbox cannot be read",
        "unit, row 900: name cannot be read",
    ]
    await database.close()


async def test_rows_that_name_nothing_are_told(full_file: Path) -> None:
    database = Database(f"sqlite:///{full_file}")
    async with database.write() as tx:
        await tx.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        await tx.exec_driver_sql("UPDATE unit SET parent_id = 77 WHERE id = 900")
        assert await unreadable(tx) == ["unit, row 900: names a row of unit that does not exist"]
        await tx.rollback()
    await database.close()
