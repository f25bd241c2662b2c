"""People as lists show them: where they work, how they are reached, and the absence in force (R3, R4, R32, R37)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.changes import Act, NewPerson
from switchboard.db.engine import Database
from switchboard.db.queries.absences import absences_of, which_counts
from switchboard.db.queries.audit import note_act
from switchboard.db.queries.names import authority_is, find_authority, find_person, find_unit, led_to, person_is
from switchboard.db.queries.paging import fetch_page_ascending
from switchboard.db.tables import authority, device, extension, person, unit
from switchboard.domain.directory import LANGUAGES
from switchboard.errors import BadValue, Conflict
from switchboard.views import AbsenceView, Filter, Page, PersonView, Slice

_KEY = (person.c.name, person.c.id)
LONGEST_NAME = 200


class People:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, narrow: Filter, part: Slice, now: datetime) -> Page[PersonView]:
        """By name."""
        async with self._database.read() as tx:
            statement = _people().where(*_conditions(narrow))
            if narrow.extension:
                ids = await led_to(tx, extension, extension.c.digits == narrow.extension)
                statement = statement.where(person.c.id.in_(ids))
            rows = await fetch_page_ascending(tx, statement, _KEY, part, lambda row: row)
            return Page(await _views(tx, rows.items, now), rows.next)

    async def one(self, who: str, now: datetime) -> PersonView:
        """The person written as `#id`, extension, number or name. BadValue where it is not one."""
        async with self._database.read() as tx:
            id = await find_person(tx, "person", who)
            row = (await tx.execute(_people().where(person.c.id == id))).one()
            return (await _views(tx, [row], now))[0]

    async def add(self, new: NewPerson, act: Act) -> PersonView:
        """BadValue for a field that cannot be accepted, Conflict where the extension is taken."""
        new = _acceptable(new)
        async with self._database.write() as tx:
            id = await _insert(tx, new)
            await note_act(tx, act, "person.add", ("person", id))
            row = (await tx.execute(_people().where(person.c.id == id))).one()
            return (await _views(tx, [row], act.at))[0]


def _acceptable(new: NewPerson) -> NewPerson:
    """As an import accepts a row. BadValue names the field."""
    name = new.name.strip()
    if not name:
        raise BadValue("name", "is empty")
    if len(name) > LONGEST_NAME:
        raise BadValue("name", f"is longer than {LONGEST_NAME} characters")
    if not all(character.isprintable() for character in name):
        raise BadValue("name", "holds a control character")
    if new.language not in LANGUAGES:
        raise BadValue("language", f"must be one of {', '.join(LANGUAGES)}")
    if new.extension is not None and re.fullmatch(r"[0-9]{1,8}", new.extension) is None:
        raise BadValue("extension", "must be 1 to 8 digits")
    return replace(new, name=name)


async def _insert(tx: AsyncConnection, new: NewPerson) -> int:
    authority_id = await find_authority(tx, "authority", new.authority)
    unit_id = await find_unit(tx, "unit", authority_id, new.unit) if new.unit else None
    values = {"name": new.name, "title": new.title, "email": new.email, "language": new.language}
    row = insert(person).values(authority_id=authority_id, unit_id=unit_id, **values)
    id = int((await tx.execute(row.returning(person.c.id))).scalar_one())
    if new.extension:
        await _give_extension(tx, authority_id, new.extension, id)
    return id


async def _give_extension(tx: AsyncConnection, authority_id: int, digits: str, person_id: int) -> None:
    taken = select(extension.c.id).where(extension.c.authority_id == authority_id, extension.c.digits == digits)
    if (await tx.execute(taken)).first() is not None:
        raise Conflict(f"extension {digits} is taken")
    destination = {"destination_kind": "person", "destination_key": str(person_id)}
    await tx.execute(insert(extension).values(authority_id=authority_id, digits=digits, **destination))


def _people() -> Select[Any]:
    named = person.join(authority, authority.c.id == person.c.authority_id).outerjoin(
        unit, unit.c.id == person.c.unit_id
    )
    return select(
        *(person.c[name] for name in ("id", "name", "title", "email", "authority_id", "unit_id")),
        authority.c.name.label("authority"),
        unit.c.name.label("unit"),
    ).select_from(named)


def _conditions(narrow: Filter) -> list[ColumnElement[bool]]:
    found = [
        authority_is(person.c.authority_id, narrow.authority) if narrow.authority else None,
        person_is(person.c.id, narrow.person) if narrow.person else None,
        _mentions(narrow.text) if narrow.text else None,
    ]
    return [condition for condition in found if condition is not None]


def _mentions(text: str) -> ColumnElement[bool]:
    columns = (person.c.name, person.c.title, person.c.duties, person.c.keywords, unit.c.name)
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


async def _views(tx: AsyncConnection, rows: Sequence[Row[Any]], now: datetime) -> tuple[PersonView, ...]:
    ids = [row.id for row in rows]
    digits = await _extensions(tx, ids)
    accounts = await _accounts(tx, ids)
    away = await absences_of(tx, ids)
    return tuple(
        _view(row, digits.get(row.id), accounts.get(row.id, ()), which_counts(away.get(row.id, ()), now))
        for row in rows
    )


async def _extensions(tx: AsyncConnection, ids: Sequence[int]) -> Mapping[int, str]:
    """The first extension of each."""
    rows = select(extension.c.destination_key, extension.c.digits).where(
        extension.c.destination_kind == "person", extension.c.destination_key.in_([str(id) for id in ids])
    )
    return {int(row.destination_key): row.digits for row in await tx.execute(rows.order_by(extension.c.id.desc()))}


async def _accounts(tx: AsyncConnection, ids: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    rows = select(device.c.person_id, device.c.account).where(device.c.person_id.in_(ids), device.c.enabled)
    for row in await tx.execute(rows.order_by(device.c.id)):
        found[row.person_id] = (*found.get(row.person_id, ()), row.account)
    return found


def _view(row: Row[Any], digits: str | None, accounts: tuple[str, ...], away: AbsenceView | None) -> PersonView:
    return PersonView(
        id=row.id,
        authority=row.authority,
        unit=row.unit,
        name=row.name,
        title=row.title,
        extension=digits,
        email=row.email or None,
        absence=away,
        accounts=accounts,
        authority_id=row.authority_id,
        unit_id=row.unit_id,
    )
