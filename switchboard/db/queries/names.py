"""Finding the row that somebody means by what they wrote."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.tables import authority, device, extension, function_group, person, phone_number, unit
from switchboard.errors import BadValue

LONGEST_ID = 9


def authority_is(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """The condition that `column` is the id of the authority written as an id in digits or a name."""
    return _row_is(column, authority.c.id, authority.c.name, text)


def person_is(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """The condition that `column` is the id of the person written as an id in digits or a name."""
    return _row_is(column, person.c.id, person.c.name, text)


def _row_is(
    column: ColumnElement[Any], id: ColumnElement[Any], name: ColumnElement[Any], text: str
) -> ColumnElement[bool]:
    if text.isascii() and text.isdigit():
        return column == int(text) if len(text) <= LONGEST_ID else false()
    return column.in_(select(id).where(_same_name(name, text)))


def _same_name(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    return or_(column == text, func.lower(column) == text.lower())


async def find_authority(tx: AsyncConnection, field: str, text: str) -> int:
    """The id of the authority of that id in digits or name. BadValue names `field`."""
    found = (await tx.execute(select(authority.c.id).where(authority_is(authority.c.id, text)))).scalars().all()
    if not found:
        names = (await tx.execute(select(authority.c.name).order_by(authority.c.name).limit(20))).scalars().all()
        raise BadValue(field, f"there is no authority {text}; there are: {', '.join(names) or 'none'}")
    return int(found[0])


async def find_person(tx: AsyncConnection, field: str, text: str) -> int:
    """The id of the person written as `#id`, extension digits, an E.164 number or a name. BadValue names `field` and,
    where several are meant, all of them."""
    text = text.strip()
    found = (
        await tx.execute(
            select(person.c.id, person.c.name, unit.c.name.label("unit"))
            .select_from(person.outerjoin(unit, unit.c.id == person.c.unit_id))
            .where(await _means(tx, text))
            .order_by(person.c.id)
            .limit(20)
        )
    ).all()
    if len(found) == 1:
        return int(found[0].id)
    if not found:
        raise BadValue(field, f"nobody is meant by {text}: write #id, an extension, a number or a whole name")
    raise BadValue(field, f"{text} is not one person: {_choices([(row.id, row.name, row.unit) for row in found])}")


def _choices(found: Sequence[tuple[int, str, str | None]]) -> str:
    return ", ".join(f"#{id} {name}" + (f" ({unit_name})" if unit_name else "") for id, name, unit_name in found)


async def _means(tx: AsyncConnection, text: str) -> ColumnElement[bool]:
    if text.startswith("#"):
        return person.c.id.in_(_ids([text[1:]]))
    if text.startswith("+"):
        return person.c.id.in_(await led_to(tx, phone_number, phone_number.c.e164 == text))
    if text.isascii() and text.isdigit():
        return person.c.id.in_(await led_to(tx, extension, extension.c.digits == text))
    return _same_name(person.c.name, text)


async def led_to(tx: AsyncConnection, table: Table, condition: ColumnElement[bool]) -> Sequence[int]:
    """Ids of the people to whom extensions or numbers of a condition lead; a key that somebody typed may be no id."""
    keys = select(table.c.destination_key).where(condition, table.c.destination_kind == "person")
    return _ids((await tx.execute(keys)).scalars().all())


def _ids(keys: Sequence[str | None]) -> Sequence[int]:
    return [int(key) for key in keys if key and key.isascii() and key.isdigit() and len(key) <= LONGEST_ID]


async def find_unit(tx: AsyncConnection, field: str, authority_id: int, name: str) -> int:
    """The id of the authority's unit of that name. BadValue names `field`."""
    statement = select(unit.c.id).where(unit.c.authority_id == authority_id, _same_name(unit.c.name, name))
    found = (await tx.execute(statement)).scalars().first()
    if found is None:
        raise BadValue(field, f"the authority has no unit {name}")
    return int(found)


async def calling_account(tx: AsyncConnection, called: str, caller: str | None) -> str | None:
    """A phone that an extension could be called from: the one of `caller` (an account or an extension), or where none
    is given the first of an authority that has the extension `called`."""
    enabled = select(device.c.account).join(person, person.c.id == device.c.person_id).where(device.c.enabled)
    if caller is None:
        of = select(extension.c.authority_id).where(extension.c.digits == called)
        enabled = enabled.where(person.c.authority_id.in_(of))
    else:
        owners = await led_to(tx, extension, extension.c.digits == caller)
        enabled = enabled.where(or_(device.c.account == caller, person.c.id.in_(owners)))
    found = (await tx.execute(enabled.order_by(device.c.id).limit(1))).scalar()
    return None if found is None else str(found)


def with_owner_names(kept: Table) -> Select[Any]:
    """The rows of a table with mailbox columns, and beside them the names of whom each is for."""
    named = (
        kept.outerjoin(authority, authority.c.id == kept.c.authority_id)
        .outerjoin(unit, unit.c.id == kept.c.unit_id)
        .outerjoin(person, person.c.id == kept.c.person_id)
        .outerjoin(function_group, function_group.c.id == kept.c.group_id)
    )
    return select(
        kept,
        authority.c.name.label("authority"),
        unit.c.name.label("unit"),
        person.c.name.label("person"),
        function_group.c.name.label("group"),
    ).select_from(named)
