"""Reads what can be searched from the database: all people, or those whom a change touches."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.people_search.cards import Card
from switchboard.db.tables import change_counter, change_log, extension, person, unit

PAGE = 200
SEARCHED = ("person", "unit", "extension")
"""Tables whose rows are on the cards."""
MOST_CHANGES = 10_000

Changes = Mapping[str, set[int]]
Leads = Mapping[str, Sequence[tuple[int, str]]]
"""Extensions, id and digits, by the key of the person to whom they lead."""


async def read_position(tx: AsyncConnection) -> tuple[int, int]:
    """The number of the latest change, and up to which they are no longer listed."""
    row = (await tx.execute(select(change_counter.c.seq, change_counter.c.pruned))).one()
    return int(row.seq), int(row.pruned)


async def read_changes(tx: AsyncConnection, after: int) -> Changes | None:
    """Ids of changed rows by table. None where all must be read: too many, or a whole table."""
    listed = (
        select(change_log.c.table_name, change_log.c.row_key)
        .where(change_log.c.seq > after, change_log.c.table_name.in_(SEARCHED))
        .limit(MOST_CHANGES + 1)
    )
    rows = (await tx.execute(listed)).all()
    if len(rows) > MOST_CHANGES or not all(row.row_key.isdigit() for row in rows):
        return None
    changes: dict[str, set[int]] = {table: set() for table in SEARCHED}
    for row in rows:
        changes[row.table_name].add(int(row.row_key))
    return changes


async def read_touched(tx: AsyncConnection, changes: Changes) -> set[int]:
    """The people whose cards show a changed row: themselves, of a unit, and to whom an extension leads now."""
    people = set(changes["person"])
    for ids in _portions(changes["unit"]):
        people.update(await tx.scalars(select(person.c.id).where(person.c.unit_id.in_(ids))))
    for ids in _portions(changes["extension"]):
        keys = select(extension.c.destination_key).where(extension.c.id.in_(ids), *_TO_PEOPLE)
        people.update(int(key) for key in await tx.scalars(keys) if _is_id(key))
    return people


async def read_cards(tx: AsyncConnection, ids: Collection[int] | None) -> AsyncIterator[list[Card]]:
    """Of these people or of all, in pages. Who is gone is not among them."""
    if ids is not None:
        for some in _portions(ids):
            leads = await _leads(tx, extension.c.destination_key.in_([str(id) for id in some]))
            yield _cards((await tx.execute(_people().where(person.c.id.in_(some)))).all(), leads)
        return
    leads, latest = await _leads(tx), 0
    while rows := (await tx.execute(_people().where(person.c.id > latest).order_by(person.c.id).limit(PAGE))).all():
        yield _cards(rows, leads)
        latest = rows[-1].id


_TO_PEOPLE = (extension.c.destination_kind == "person", extension.c.destination_key.is_not(None))


def _people() -> Select[Any]:
    columns = (person.c[name] for name in ("id", "authority_id", "name", "title", "duties", "keywords"))
    return select(*columns, unit.c.name.label("unit")).select_from(
        person.outerjoin(unit, unit.c.id == person.c.unit_id)
    )


async def _leads(tx: AsyncConnection, *which: ColumnElement[bool]) -> Leads:
    """Page by page: the loop makes objects of the rows, and has other things to do between."""
    found: dict[str, list[tuple[int, str]]] = {}
    columns = select(extension.c.id, extension.c.digits, extension.c.destination_key).where(*_TO_PEOPLE, *which)
    latest = 0
    while rows := (await tx.execute(columns.where(extension.c.id > latest).order_by(extension.c.id).limit(PAGE))).all():
        for row in rows:
            found.setdefault(row.destination_key, []).append((row.id, str(row.digits)))
        latest = rows[-1].id
    return found


def _cards(rows: Sequence[Row[Any]], leads: Leads) -> list[Card]:
    return [_card(row, tuple(leads.get(str(row.id), ()))) for row in rows]


def _card(row: Row[Any], extensions: tuple[tuple[int, str], ...]) -> Card:
    name, title, unit_name, duties, keywords = (
        str(text or "") for text in (row.name, row.title, row.unit, row.duties, row.keywords)
    )
    return Card(row.id, row.authority_id, name, title, unit_name, duties, keywords, extensions)


def _portions(ids: Iterable[int]) -> Iterable[list[int]]:
    wanted = sorted(ids)
    return (wanted[start : start + PAGE] for start in range(0, len(wanted), PAGE))


def _is_id(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) <= 18
