"""Who and what has no recorded name in any language, so that callers do not hear it (R6)."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Select, Table, Text, cast, func, literal, null, select, union_all

from switchboard.db.queries.names import authority_is
from switchboard.db.tables import authority, extension, function_group, greeting, person, unit
from switchboard.views import LackingNameView

_DIGITS = (
    select(func.min(extension.c.digits))
    .where(extension.c.destination_kind == "person", extension.c.destination_key == cast(person.c.id, Text))
    .scalar_subquery()
)


def _without(rank: int, kind: str, table: Table, authority_id: ColumnElement[Any], *more: ColumnElement[bool]) -> Any:  # noqa: ANN401
    named = (
        select(greeting.c.id)
        .where(greeting.c.owner_kind == kind, greeting.c.owner_id == table.c.id, greeting.c.kind == "name")
        .exists()
    )
    return select(
        literal(rank, Integer).label("rank"),
        table.c.id.label("owner_id"),
        literal(kind, Text).label("owner_kind"),
        table.c.name.label("name"),
        authority_id.label("authority_id"),
        (_DIGITS if table is person else cast(null(), Text)).label("digits"),
    ).where(~named, *more)


_ALL = union_all(
    _without(1, "authority", authority, authority.c.id),
    _without(2, "unit", unit, unit.c.authority_id),
    _without(3, "function_group", function_group, function_group.c.authority_id, function_group.c.operators.is_(False)),
    _without(4, "person", person, person.c.authority_id),
).subquery("nameless")

NAMELESS_KEY = (_ALL.c.rank, _ALL.c.owner_id)


def nameless(of_authority: str | None) -> Select[Any]:
    """`of_authority`: an id in digits or a name."""
    statement = select(_ALL, authority.c.name.label("authority")).join(authority, authority.c.id == _ALL.c.authority_id)
    return statement.where(authority_is(_ALL.c.authority_id, of_authority)) if of_authority else statement


def nameless_view(row: Row[Any]) -> LackingNameView:
    return LackingNameView(row.owner_kind, row.owner_id, row.name, row.authority, row.digits)
