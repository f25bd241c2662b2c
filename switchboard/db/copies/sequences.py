"""The highest row number that each table ever gave: also one whose row is gone is never given again."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Table, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.tables import metadata


async def read_given(tx: AsyncConnection) -> Mapping[str, int]:
    """By table; 0 where none was given."""
    noted = await (_in_postgresql(tx) if tx.dialect.name == "postgresql" else _in_sqlite(tx))
    highest = {table.name: int(await tx.scalar(select(func.max(table.c.id))) or 0) for table in _numbering()}
    return {name: max(number, noted.get(name, 0)) for name, number in highest.items()}


async def write_given(tx: AsyncConnection, given: Mapping[str, int]) -> None:
    for name, number in given.items():
        if tx.dialect.name == "postgresql":
            statement = "SELECT setval(pg_get_serial_sequence(:name, 'id'), greatest(:number, 1), :number > 0)"
            await tx.execute(text(statement), {"name": name, "number": number})
        else:
            await tx.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": name})
            statement = "INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)"
            await tx.execute(text(statement), {"name": name, "number": number})


def _numbering() -> Iterator[Table]:
    return (table for table in metadata.sorted_tables if any(column.identity for column in table.c))


async def _in_sqlite(tx: AsyncConnection) -> Mapping[str, int]:
    return {row.name: int(row.seq) for row in await tx.execute(text("SELECT name, seq FROM sqlite_sequence"))}


async def _in_postgresql(tx: AsyncConnection) -> Mapping[str, int]:
    """Read from the sequence itself: what this transaction has set is seen there."""
    given = dict[str, int]()
    for table in _numbering():
        sequence = await tx.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name})
        state = (await tx.execute(text(f"SELECT last_value, is_called FROM {sequence}"))).one()  # noqa: S608  its own name
        given[table.name] = int(state.last_value) if state.is_called else 0
    return given
