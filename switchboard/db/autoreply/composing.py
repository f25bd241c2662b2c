"""The texts of a person's absences, with the addresses that the directory does not hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.tables import person as person_table
from switchboard.db.tables import unit as unit_table
from switchboard.db.tasks.telling import is_address
from switchboard.domain.autoreply import (
    Addresses,
    Autoreply,
    AutoreplyFacts,
    Occasion,
    decide_referral,
    occasions_of,
    write_autoreply,
)
from switchboard.domain.autoreply.occasions import might_count
from switchboard.domain.autoreply.wording import facts_of
from switchboard.domain.directory import Directory, Language, Person


@dataclass(frozen=True, slots=True)
class Composed:
    occasion: Occasion
    facts: AutoreplyFacts
    reply: Autoreply


@dataclass(frozen=True, slots=True)
class Contact:
    """How a person reads e-mail. `address` empty: not at all; `login` at the mail server, empty: none."""

    address: str
    login: str
    language: Language


async def compose(tx: AsyncConnection, person: Person, directory: Directory, now: datetime) -> Sequence[Composed]:
    """Of the absence in force and of those that are coming, in order."""
    occasions = occasions_of(person, directory, now)
    if not occasions:
        return ()
    addresses = await _addresses(tx, person, directory)
    return [_composed(each, person, directory, addresses) for each in occasions]


async def contact_of(tx: AsyncConnection, person_id: int) -> Contact:
    columns = person_table.c
    wanted = select(columns.email, columns.mail_login, columns.language).where(columns.id == person_id)
    row = (await tx.execute(wanted)).first()
    address = str(row.email or "").strip() if row is not None else ""
    known = address if is_address(address) and address.isascii() else ""
    login = str(row.mail_login or "").strip() if row is not None else ""
    return Contact(known, login or known, "en" if row is not None and row.language == "en" else "sv")


def _composed(occasion: Occasion, person: Person, directory: Directory, addresses: Addresses) -> Composed:
    referral = decide_referral(person, directory, addresses, occasion.at)
    facts = facts_of(person, occasion, referral, directory)
    return Composed(occasion, facts, write_autoreply(facts))


async def _addresses(tx: AsyncConnection, person: Person, directory: Directory) -> Addresses:
    """Of everybody who may stand in, and of the authority's units."""
    people = select(person_table.c.id, person_table.c.email).where(
        person_table.c.id.in_(list(might_count(person, directory)))
    )
    units = select(unit_table.c.id, unit_table.c.email).where(
        unit_table.c.authority_id == person.authority_id, unit_table.c.email != ""
    )
    found = [
        {row.id: row.email.strip() for row in await tx.execute(query) if is_address(row.email)}
        for query in (people, units)
    ]
    return Addresses(*found)
