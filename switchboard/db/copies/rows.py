"""Every row of one database into another of the same schema, SQLite or PostgreSQL, in one transaction."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Table, bindparam, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.copies.sequences import read_given, write_given
from switchboard.db.tables import change_counter, change_log, metadata
from switchboard.errors import Conflict

BATCH = 500
OF_EVERY_DATABASE = frozenset({change_counter.name, change_log.name})
"""Migrations write into them: they say nothing about whether a database is used."""
Tell = Callable[[str, int], None]
"""Told of each table when all its rows are copied, and how many they are."""


def silently(_table: str, _rows: int) -> None:
    """Who wants to hear nothing."""


async def count_rows(tx: AsyncConnection) -> Mapping[str, int]:
    """By table, all of them."""
    return {
        table.name: int(await tx.scalar(select(func.count()).select_from(table)) or 0)
        for table in metadata.sorted_tables
    }


async def is_empty(tx: AsyncConnection) -> bool:
    """No table holds anything that somebody would miss."""
    counts = await count_rows(tx)
    return not any(number for name, number in counts.items() if name not in OF_EVERY_DATABASE)


async def copy_rows(source: AsyncConnection, target: AsyncConnection, tell: Tell = silently) -> Mapping[str, int]:
    """What was in the target goes. The rows by table, as counted in both. Raises Conflict, naming the table, for what
    the target does not take."""
    async with _as_they_are(target):
        for table in reversed(metadata.sorted_tables):
            await target.execute(table.delete())
        for table in metadata.sorted_tables:
            tell(table.name, await _copy_table(table, source, target))
        given = await read_given(source)
        await write_given(target, given)
    there, here = await count_rows(target), await count_rows(source)
    if there != here or await read_given(target) != given:
        differing = [name for name in here if here[name] != there[name]] or ["numbers of rows to come"]
        raise Conflict(f"the copy differs from what was copied: {', '.join(differing)}")
    return there


async def _copy_table(table: Table, source: AsyncConnection, target: AsyncConnection) -> int:
    """A row that names another one of its own table is joined to it when all are there."""
    inward = [column.name for column in table.c if any(key.column.table is table for key in column.foreign_keys)]
    later: list[dict[str, Any]] = []
    copied = 0
    rows = await source.stream(select(table))
    async for part in rows.mappings().partitions(BATCH):
        batch = [dict(row) for row in part]
        for row in batch:
            named = {name: row[name] for name in inward if row[name] is not None}
            if named:
                later.append({"of": row["id"], **named})
            row.update(dict.fromkeys(named))
        await _execute(table, target, insert(table), batch)
        copied += len(batch)
    for each in later:
        key = each.pop("of")
        await _execute(table, target, update(table).where(table.c.id == bindparam("of")).values(each), [{"of": key}])
    return copied


async def _execute(table: Table, target: AsyncConnection, statement: Any, rows: list[dict[str, Any]]) -> None:  # noqa: ANN401
    try:
        await target.execute(statement, rows)
    except (DBAPIError, StatementError) as error:
        words = str(error.orig or error).strip().splitlines() or [type(error).__name__]
        raise Conflict(f"table {table.name}: {words[0]}") from error


@asynccontextmanager
async def _as_they_are(target: AsyncConnection) -> AsyncIterator[None]:
    """No trigger notes the rows as changes, or protects those that were there. All in the caller's transaction."""
    if target.dialect.name == "postgresql":
        await _switch_triggers(target, "DISABLE")
        yield
        await _switch_triggers(target, "ENABLE")
        return
    await target.execute(text("PRAGMA defer_foreign_keys=ON"))
    triggers = (await target.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))).all()
    for trigger in triggers:
        await target.exec_driver_sql(f'DROP TRIGGER "{trigger.name}"')
    yield
    for trigger in triggers:
        await target.exec_driver_sql(trigger.sql)


async def _switch_triggers(target: AsyncConnection, switch: str) -> None:
    """Foreign keys go on being checked."""
    for table in metadata.sorted_tables:
        await target.exec_driver_sql(f'ALTER TABLE "{table.name}" {switch} TRIGGER USER')
