"""What SQLite keeps in a column whatever it is, and PostgreSQL would not take: found before anything is moved."""

from collections.abc import AsyncIterator, Callable, Sequence

from sqlalchemy import JSON, Boolean, Column, Float, Integer, Table, Text, select, text, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.tables import Instant, LocalDate, LocalTime, metadata
from switchboard.db.tables.columns import Unreadable, read_date, read_instant, read_time

MOST = 20
_READERS: Sequence[tuple[type, Callable[[object], object]]] = (
    (Instant, read_instant),
    (LocalDate, read_date),
    (LocalTime, read_time),
)
_WRONG: Sequence[tuple[type, str]] = (
    (Boolean, "{} NOT IN (0, 1)"),
    (Integer, "typeof({}) NOT IN ('integer', 'null')"),
    (Float, "typeof({}) NOT IN ('real', 'integer', 'null')"),
    (JSON, "{0} IS NOT NULL AND NOT json_valid({0})"),
    (Text, "typeof({0}) NOT IN ('text', 'null') OR instr({0}, char(0))"),
)
"""Which values of a column are not of its type, in SQLite's words."""


async def unreadable(tx: AsyncConnection) -> Sequence[str]:
    """A sentence for each of the first values, naming table, row and column; the value itself may be personal."""
    found = list[str]()
    async for sentence in _all_unreadable(tx):
        found.append(sentence)
        if len(found) == MOST:
            break
    return found


async def _all_unreadable(tx: AsyncConnection) -> AsyncIterator[str]:
    for row in await tx.execute(text("PRAGMA foreign_key_check")):
        yield f"{row.table}, row {row.rowid}: names a row of {row.parent} that does not exist"
    for table in metadata.sorted_tables:
        for column in table.c:
            for key in await _keys_of_wrong(tx, table, column):
                yield f"{table.name}, row {key}: {column.name} cannot be read"


async def _keys_of_wrong(tx: AsyncConnection, table: Table, column: Column[object]) -> Sequence[str]:
    reader = next((read for kind, read in _READERS if isinstance(column.type, kind)), None)
    keys = [type_coerce(key, Text) for key in table.primary_key]
    if reader is None:
        wrong = next(words for kind, words in _WRONG if isinstance(column.type, kind))
        rows = await tx.execute(select(*keys).where(text(wrong.format(f'"{column.name}"'))))
        return [_key(row) for row in rows]
    written = await tx.execute(select(*keys, type_coerce(column, Text)).where(column.is_not(None)))
    return [_key(row[:-1]) for row in written if not _can_be_read(reader, row[-1])]


def _can_be_read(reader: Callable[[object], object], value: object) -> bool:
    try:
        reader(value)
    except Unreadable:
        return False
    return True


def _key(parts: Sequence[object]) -> str:
    return "/".join(str(part) for part in parts)
