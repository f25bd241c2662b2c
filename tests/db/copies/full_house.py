"""A database in which every table has rows, and all of its rows for comparison."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Float, Integer, Text, delete, insert, select

from switchboard.db.engine import Database
from switchboard.db.tables import Instant, LocalDate, LocalTime, call_event, metadata, person, unit
from switchboard.domain.working_days import STOCKHOLM
from tests.demo_house import furnish, leave_messages, put

MOMENT = datetime(2026, 10, 25, 2, 30, 0, 123456, tzinfo=STOCKHOLM, fold=1)
VALUES: Sequence[tuple[type, object]] = (
    (Boolean, True),
    (Instant, MOMENT),
    (LocalDate, date(2026, 8, 3)),
    (LocalTime, time(8, 15)),
    (JSON, {"ord": "Åsa Öberg", "list": [1, 2.5, None]}),
    (Float, 0.1),
    (Integer, 1),
    (Text, "1"),
)
Rows = Mapping[str, Sequence[tuple[Any, ...]]]


async def fill(database: Database) -> None:
    """The demo with its messages, units whose parents come after them, a number that was given and is free again, and
    a row in each table that had none."""
    await furnish(database)
    await leave_messages(database, 3)
    await put(database, unit, _unit(900, None), _unit(901, None), _unit(902, 901))
    async with database.write() as tx:
        await tx.execute(unit.update().where(unit.c.id == 900).values(parent_id=902))
        await tx.execute(insert(person).values(id=5000, authority_id=1, name="Kort Tid"))
        await tx.execute(delete(person).where(person.c.id == 5000))
    await put(database, call_event, *(_event(number) for number in range(1200)))
    rows = await everything(database)
    for table in metadata.sorted_tables:
        if not rows[table.name]:
            await put(database, table, {column.name: _value(column) for column in table.c if not column.identity})


def _unit(id: int, parent: int | None) -> dict[str, Any]:
    return {"id": id, "authority_id": 1, "name": f"Enhet {id}", "parent_id": parent}


def _event(number: int) -> dict[str, Any]:
    return {"call_id": "call-1", "at": MOMENT, "kind": "note", "detail": {"number": number}}


def _value(column: Column[Any]) -> object:
    if any(key.column.name == "id" and key.column.table.name == "callback_task" for key in column.foreign_keys):
        return "task-1"
    return next(value for kind, value in VALUES if isinstance(column.type, kind))


async def everything(database: Database) -> Rows:
    async with database.read() as tx:
        return {
            table.name: sorted((tuple(row) for row in await tx.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }
