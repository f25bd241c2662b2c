"""Who asks for their data: a caller by number, or a colleague. And where a row tells of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, Text, and_, cast, false, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.queries.names import find_person, led_to
from switchboard.db.queries.pin_locks import mailboxes_of
from switchboard.db.tables import call, callback_task, device, extension, outbox, person, phone_number
from switchboard.domain.numbers import display_number, parse_number

LONGEST_EXTENSION = 8
SWEDEN = "+46"


@dataclass(frozen=True, slots=True)
class Subject:
    """`numbers` are every way in which the number may stand in a row. The rest is a colleague's: `extensions` hold in
    the authority alone, `mailboxes` are names of PIN locks, `actors` how logs name them."""

    numbers: tuple[str, ...] = ()
    person_id: int | None = None
    authority_id: int | None = None
    extensions: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    mailboxes: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    email: str = ""
    name: str = ""

    def called(self, table: Table, column: str = "caller") -> ColumnElement[bool]:
        """Rows of a table whose `column` is a caller's number."""
        inside = and_(table.c[column].in_(self.extensions), table.c.authority_id == self.authority_id)
        return or_(table.c[column].in_(self.numbers), inside) if self.extensions else table.c[column].in_(self.numbers)

    def calls(self) -> ColumnElement[bool]:
        """From them, on a telephone of theirs, or out of the house to them."""
        outgoing = (call.c.source != "trunk") & call.c.called.in_(self.numbers)
        return or_(self.called(call), outgoing, call.c.account.in_(self.accounts))

    def letters(self) -> ColumnElement[bool]:
        """To them, or about a call of theirs."""
        told_of = [outbox.c.body.contains(number, autoescape=True) for number in self.numbers]
        return or_(outbox.c.recipient == self.email if self.email else false(), *told_of)

    def tasks(self) -> ColumnElement[bool]:
        return callback_task.c.id.in_(select(callback_task.c.id).where(self.called(callback_task)))

    def may_name(self, column: ColumnElement[object]) -> ColumnElement[bool]:
        """Whether a text or a JSON value holds one of their names; `is_named_in` decides."""
        text = cast(column, Text)
        return or_(false(), *(text.contains(name, autoescape=True) for name in self._names()))

    def is_named_in(self, text: str) -> bool:
        """As a whole: no part of a longer number or name."""
        return any(re.search(rf"(?<![\w+]){re.escape(name)}(?!\w)", text) for name in self._names())

    def words(self, names: Sequence[str] = ()) -> Sequence[str]:
        """What a text may call them: their numbers, a colleague's name, and what they say that they are called."""
        own = (self.name,) if self.name else ()
        return tuple(dict.fromkeys(word for each in (*self.numbers, *own, *names) if (word := " ".join(each.split()))))

    def _names(self) -> tuple[str, ...]:
        return (*self.numbers, *self.accounts)


async def find_subject(tx: AsyncConnection, who: str) -> Subject:
    """A number that no colleague has is a caller's. BadValue where nobody is meant."""
    number = parse_number(who)
    if number is None or (who.isdigit() and len(who) <= LONGEST_EXTENSION and not who.startswith("0")):
        return await _colleague(tx, await find_person(tx, "who", who))
    owners = await led_to(tx, phone_number, phone_number.c.e164 == number)
    return await _colleague(tx, owners[0]) if len(owners) == 1 else Subject(numbers=spellings(number))


def spellings(e164: str) -> tuple[str, ...]:
    """As carriers send it, and as people write it."""
    digits = e164.removeprefix("+")
    national = ("0" + e164.removeprefix(SWEDEN),) if e164.startswith(SWEDEN) else ()
    return tuple(dict.fromkeys((e164, digits, f"00{digits}", *national, display_number(e164))))


async def _colleague(tx: AsyncConnection, person_id: int) -> Subject:
    row = (await tx.execute(select(person).where(person.c.id == person_id))).one()
    accounts = (await tx.execute(select(device.c.account).where(device.c.person_id == person_id))).scalars().all()
    numbers = [each for e164 in await _led_here(tx, phone_number, "e164", person_id) for each in spellings(e164)]
    return Subject(
        numbers=tuple(numbers),
        person_id=person_id,
        authority_id=row.authority_id,
        extensions=tuple(await _led_here(tx, extension, "digits", person_id)),
        accounts=tuple(accounts),
        mailboxes=tuple(await mailboxes_of(tx, person_id)),
        actors=(row.name, f"person {person_id}", *(f"phone {account}" for account in accounts)),
        email=row.email,
        name=row.name,
    )


async def _led_here(tx: AsyncConnection, table: Table, column: str, person_id: int) -> Sequence[str]:
    mine = (table.c.destination_kind == "person", table.c.destination_key == str(person_id))
    return (await tx.execute(select(table.c[column]).where(*mine))).scalars().all()
