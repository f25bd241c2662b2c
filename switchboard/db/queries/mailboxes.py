"""For whom a callback task is, found by what somebody wrote."""

from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Table, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.engine import Database
from switchboard.db.queries.names import LONGEST_ID, find_authority, find_person
from switchboard.db.tables import authority, function_group, person, unit
from switchboard.domain.callback import Mailbox
from switchboard.errors import BadValue

Kind = Literal["person", "unit", "group"]


class Mailboxes:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, kind: Kind, text: str, authority: str | None) -> Mailbox:
        """`text` is `#id` or a name, for a person also an extension or a number in E.164; `authority`, an id in digits
        or a name, tells apart units and groups of one name. BadValue names the field."""
        async with self._database.read() as tx:
            home = await find_authority(tx, "authority", authority) if authority else None
            match kind:
                case "person":
                    id = await find_person(tx, "person", text)
                    of = select(person.c.authority_id).where(person.c.id == id)
                    return Mailbox(int((await tx.execute(of)).scalar_one()), person_id=id)
                case "unit":
                    row = await _named(tx, unit, kind, text, home)
                    return Mailbox(row.authority_id, unit_id=row.id)
                case "group":
                    row = await _named(tx, function_group, kind, text, home)
                    return Mailbox(row.authority_id, unit_id=row.unit_id, group_id=row.id)


async def _named(tx: AsyncConnection, table: Table, field: str, text: str, home: int | None) -> Row[Any]:
    wanted = (
        select(table, authority.c.name.label("authority"))
        .join(authority, authority.c.id == table.c.authority_id)
        .where(_means(table, text.strip()))
    )
    if home is not None:
        wanted = wanted.where(table.c.authority_id == home)
    found = (await tx.execute(wanted.order_by(table.c.id).limit(20))).all()
    if len(found) == 1:
        return found[0]
    if not found:
        raise BadValue(field, f"there is no {field} {text}")
    choices = ", ".join(f"#{row.id} {row.name} ({row.authority})" for row in found)
    raise BadValue(field, f"{text} is not one {field}: {choices}")


def _means(table: Table, text: str) -> ColumnElement[bool]:
    id = text.removeprefix("#")
    if text.startswith("#") and id.isascii() and id.isdigit() and len(id) <= LONGEST_ID:
        return table.c.id == int(id)
    return or_(table.c.name == text, func.lower(table.c.name) == text.lower())
