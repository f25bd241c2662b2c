"""Reads rows of the configuration, whole tables or single rows, and turns each into a record or a fault.

Values are fetched raw: no driver may refuse a whole table because of one value.
"""

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, Text, cast, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import NullType

from switchboard.db import tables
from switchboard.db.directory_store import desk_rows, organisation_rows, rule_rows
from switchboard.db.directory_store.fields import BrokenRow, Fields
from switchboard.db.tables.columns import Instant, LocalDate, LocalTime
from switchboard.domain.directory_index import Record

Row = Mapping[str, object]
PAGE = 500

READERS: Mapping[str, tuple[Table, Callable[[Fields], Record]]] = {
    "authority": (tables.authority, organisation_rows.authority),
    "policy": (tables.policy, organisation_rows.policy),
    "authority_day_off": (tables.authority_day_off, organisation_rows.day_off),
    "unit": (tables.unit, organisation_rows.unit),
    "person": (tables.person, organisation_rows.person),
    "extension": (tables.extension, organisation_rows.extension),
    "phone_number": (tables.phone_number, organisation_rows.phone_number),
    "device": (tables.device, organisation_rows.device),
    "function_group": (tables.function_group, organisation_rows.function_group),
    "function_member": (tables.function_member, organisation_rows.function_member),
    "absence": (tables.absence, rule_rows.absence),
    "absence_reason_code": (tables.absence_reason_code, rule_rows.absence_code),
    "greeting": (tables.greeting, rule_rows.greeting),
    "routing_rule": (tables.routing_rule, rule_rows.routing_rule),
    "operator_session": (tables.operator_session, desk_rows.operator_session),
    "operator_queue": (tables.operator_queue, desk_rows.operator_queue),
    "overflow_rule": (tables.overflow_rule, desk_rows.overflow_rule),
    "call_class": (tables.call_class, desk_rows.call_class),
    "outgoing_rule": (tables.outgoing_rule, desk_rows.outgoing_rule),
    "mailbox_watcher": (tables.mailbox_watcher, organisation_rows.watcher),
    "unanswered_calls": (tables.unanswered_calls, rule_rows.unanswered_calls),
}
SCHEDULE = "schedule"
RECORD_TABLES = (*READERS, SCHEDULE)
NOT_NEEDED = {"password", "pin_hash", "duties", "keywords", "email", "mail_login", "calendar_series"}
"""Columns of the configuration that no call asks for; secrets among them stay out of memory."""


@dataclass(frozen=True, slots=True)
class ReadRow:
    """What was made of a row. With a problem it is reported; `record` None means that it is left out, too."""

    table: str
    key: str
    record: Record | None
    problem: str | None


async def read_records(tx: AsyncConnection, table: str, ids: Collection[int] | None) -> AsyncIterator[list[ReadRow]]:
    """The rows with these ids, or all of the table, in pages. Rows that are gone are not among them."""
    source = tables.schedule if table == SCHEDULE else READERS[table][0]
    async for rows in _pages(tx, source, source.c.id, ids):
        if table == SCHEDULE:
            yield await _read_schedules(tx, rows)
        else:
            yield [_read_row(table, row, READERS[table][1]) for row in rows]


async def _read_schedules(tx: AsyncConnection, rows: Sequence[Row]) -> list[ReadRow]:
    ids = [row["id"] for row in rows]
    periods = await _children(tx, tables.opening_period, ids)
    exceptions = await _children(tx, tables.schedule_exception, ids)

    def read(fields: Fields) -> Record:
        key = fields.number("id")
        return rule_rows.schedule(fields, periods.get(key, ()), exceptions.get(key, ()))

    return [_read_row(SCHEDULE, row, read) for row in rows]


async def _children(tx: AsyncConnection, table: Table, parents: Iterable[object]) -> Mapping[object, list[Row]]:
    found: dict[object, list[Row]] = {}
    statement = _raw(table).where(table.c.schedule_id.in_(list(parents))).order_by(table.c.id)
    for row in (await tx.execute(statement)).mappings():
        found.setdefault(row["schedule_id"], []).append(dict(row))
    return found


def _read_row(table: str, row: Row, read: Callable[[Fields], Record]) -> ReadRow:
    fields = Fields(row)
    record: Record | None = None
    try:
        record = read(fields)
    except BrokenRow as broken:
        fields.problems.append(str(broken))
    return ReadRow(table, str(row["id"]), record, "; ".join(fields.problems) or None)


async def _pages(
    tx: AsyncConnection, table: Table, key: Column[Any], ids: Collection[int] | None
) -> AsyncIterator[Sequence[Row]]:
    """By ids in groups, or through the whole table in order of its key."""
    if ids is not None:
        wanted = sorted(ids)
        for start in range(0, len(wanted), PAGE):
            statement = _raw(table).where(key.in_(wanted[start : start + PAGE]))
            yield [dict(row) for row in (await tx.execute(statement)).mappings()]
        return
    latest: object = None
    while True:
        statement = _raw(table).order_by(key).limit(PAGE)
        page = await tx.execute(statement if latest is None else statement.where(key > latest))
        rows = [dict(row) for row in page.mappings()]
        if not rows:
            return
        yield rows
        latest = rows[-1]["id"]


def _raw(table: Table) -> Select[Any]:
    return select(*(_raw_column(column) for column in table.c if column.name not in NOT_NEEDED))


def _raw_column(column: Column[Any]) -> ColumnElement[Any]:
    """Text where a driver would make an object of it: PostgreSQL's `infinity` and `24:00` have none in Python."""
    if isinstance(column.type, Instant | LocalDate | LocalTime):
        return cast(column, Text).label(column.name)
    return type_coerce(column, NullType()).label(column.name)
