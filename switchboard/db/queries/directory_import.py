"""A directory from outside written into ours: every row, or none."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.changes import Act, ImportedRow, ImportSummary, RowProblem
from switchboard.db.engine import Database
from switchboard.db.queries.audit import note_act
from switchboard.db.queries.names import find_authority, find_unit, led_to
from switchboard.db.tables import authority, extension, person, phone_number, unit
from switchboard.domain.numbers import parse_number
from switchboard.errors import BadValue

_PERSON_COLUMNS = ("title", "email", "language", "duties", "keywords")


class _NothingKept(Exception):
    """Rolls the transaction back."""


def _roll_back_unless(kept: bool) -> None:
    if not kept:
        raise _NothingKept


@dataclass(slots=True)
class _Tally:
    added: int = 0
    updated: int = 0
    problems: list[RowProblem] = field(default_factory=list)


class DirectoryImport:
    """`create_units`: a unit that the authority does not have is made instead of refused."""

    def __init__(self, database: Database, create_units: bool = False) -> None:
        self._database = database
        self._create_units = create_units

    async def run(self, rows: Sequence[ImportedRow], act: Act, dry_run: bool = False) -> ImportSummary:
        """Nothing is kept where there is any problem, or in a dry run."""
        tally = _Tally()
        try:
            async with self._database.write() as tx:
                for row in rows:
                    await self._try(tx, row, tally)
                _roll_back_unless(kept := not tally.problems and not dry_run)
                await note_act(tx, act, "directory.import", ("person", "*"), {"rows": len(rows)})
        except _NothingKept:
            kept = False
        return ImportSummary(tally.added, tally.updated, kept, tuple(tally.problems))

    async def _try(self, tx: AsyncConnection, row: ImportedRow, tally: _Tally) -> None:
        try:
            if await self._write(tx, row):
                tally.added += 1
            else:
                tally.updated += 1
        except BadValue as error:
            tally.problems.append(RowProblem(row.line, error.field, error.message))

    async def _write(self, tx: AsyncConnection, row: ImportedRow) -> bool:
        """True for a new person. Somebody is known by the extension, else by a name that is one person's."""
        authority_id = await find_authority(tx, "authority", row.authority)
        values = {name: getattr(row, name) for name in _PERSON_COLUMNS if getattr(row, name)} | {"name": row.name}
        if row.unit:
            values["unit_id"] = await self._unit(tx, authority_id, row.unit)
        known = await _known_person(tx, authority_id, row)
        if known is None:
            added = insert(person).values(authority_id=authority_id, **values).returning(person.c.id)
            person_id = int((await tx.execute(added)).scalar_one())
        else:
            person_id = known
            await tx.execute(update(person).where(person.c.id == known).values(**values))
        await _lead_numbers(tx, authority_id, row, person_id)
        return known is None

    async def _unit(self, tx: AsyncConnection, authority_id: int, name: str) -> int:
        try:
            return await find_unit(tx, "unit", authority_id, name)
        except BadValue:
            if not self._create_units:
                raise
        made = insert(unit).values(authority_id=authority_id, name=name).returning(unit.c.id)
        return int((await tx.execute(made)).scalar_one())


async def _known_person(tx: AsyncConnection, authority_id: int, row: ImportedRow) -> int | None:
    if row.extension:
        ours = (extension.c.authority_id == authority_id) & (extension.c.digits == row.extension)
        found = await led_to(tx, extension, ours)
        if found:
            return found[0]
    named = select(person.c.id).where(person.c.authority_id == authority_id, person.c.name == row.name).limit(2)
    ids = (await tx.execute(named)).scalars().all()
    if len(ids) > 1:
        raise BadValue("name", "several people have this name: give the extension of the one that is meant")
    return int(ids[0]) if ids else None


async def _lead_numbers(tx: AsyncConnection, authority_id: int, row: ImportedRow, person_id: int) -> None:
    if row.extension:
        ours = {"authority_id": authority_id, "digits": row.extension}
        await _lead(tx, (extension, "extension"), ours, person_id)
    if row.number:
        e164 = await _e164(tx, authority_id, row.number)
        await _lead(tx, (phone_number, "number"), {"authority_id": authority_id, "e164": e164}, person_id)


async def _e164(tx: AsyncConnection, authority_id: int, raw: str) -> str:
    home = (await tx.execute(select(authority).where(authority.c.id == authority_id))).one()
    e164 = parse_number(raw, home.country_code, home.area_code)
    if e164 is None:
        raise BadValue("number", "is not a telephone number")
    return e164


async def _lead(tx: AsyncConnection, into: tuple[Table, str], row: dict[str, Any], person_id: int) -> None:
    """A number that leads elsewhere is not taken away from there."""
    table, field_name = into
    own = {name: value for name, value in row.items() if table is not phone_number or name != "authority_id"}
    found = (await tx.execute(select(table).where(*(table.c[name] == value for name, value in own.items())))).first()
    if found is None:
        destination = {"destination_kind": "person", "destination_key": str(person_id)}
        await tx.execute(insert(table).values(**row, **destination))
    elif (found.destination_kind, found.destination_key) != ("person", str(person_id)):
        where = f"{found.destination_kind} {found.destination_key or ''}".strip()
        raise BadValue(field_name, f"leads to {where} already ({table.name} {found.id})")
