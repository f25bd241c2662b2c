"""A desk in a test: its telephones, its callers, and its rows."""

import itertools
import sqlite3
from contextlib import AsyncExitStack
from urllib.parse import quote

from tests.acceptance.house import House
from tests.acceptance.operators.party import WITHIN_S, Party, hear_each_other
from tests.acceptance.operators.rows import PEOPLE, SHORT, account, extension, password, public_number
from tests.acceptance.registering import register, unregister
from tests.acceptance.wait import until
from tests.callers.phone import PhoneAccount
from tests.callers.raw_sip import RawPhone
from tests.callers.sip.call import RawCall


class Desk:
    """The desk of number `number`, with its rows as at the beginning and nobody signed in."""

    def __init__(self, house: House, number: int, stack: AsyncExitStack) -> None:
        self.house = house
        self.number = number
        self.phones: dict[str, RawPhone] = {}
        self._stack = stack
        self._next = itertools.count(1)
        self.authority = int(house.one("SELECT id FROM authority WHERE name = ?", f"Ort {number}")["id"])
        found = house.one("SELECT operators_group_id AS id FROM authority WHERE id = ?", self.authority)
        self.group = int(found["id"])
        self._before = {row["id"] for row in house.tasks()}
        self._clear()

    def _clear(self) -> None:
        people = "SELECT id FROM person WHERE authority_id = ?"
        self.house.sql(f"DELETE FROM absence WHERE person_id IN ({people})", self.authority)  # noqa: S608
        self.house.sql("DELETE FROM operator_session WHERE group_id = ?", self.group)
        self.house.sql("DELETE FROM overflow_rule WHERE group_id = ?", self.group)
        self.house.sql("UPDATE function_group SET ring_seconds = 20 WHERE authority_id = ?", self.authority)
        self.house.sql("UPDATE policy SET abandoned_opens_task = 0 WHERE authority_id = ?", self.authority)
        self.house.sql("UPDATE authority SET caller_id = 'main' WHERE id = ?", self.authority)
        self.house.sql("UPDATE person SET call_class_id = NULL WHERE authority_id = ?", self.authority)
        self.set_queue(**SHORT)

    # Rows

    @property
    def main(self) -> str:
        return public_number(self.number, "00")

    def extension(self, who: str) -> str:
        return extension(self.number, PEOPLE[who][1])

    def public(self, who: str) -> str:
        return public_number(self.number, PEOPLE[who][1])

    def end(self, digits: str) -> str:
        """An extension of the desk that is nobody's in person."""
        return extension(self.number, digits)

    def person(self, who: str) -> int:
        found = self.house.one(
            "SELECT id FROM person WHERE authority_id = ? AND name = ?", self.authority, PEOPLE[who][0]
        )
        return int(found["id"])

    def set_queue(self, **values: object) -> None:
        columns = ", ".join(f"{name} = ?" for name in values)
        self.house.sql(
            f"UPDATE operator_queue SET {columns} WHERE group_id = ?",  # noqa: S608 - names are ours
            *values.values(),
            self.group,
        )

    def ring_seconds(self, seconds: int) -> None:
        self.house.sql("UPDATE function_group SET ring_seconds = ? WHERE id = ?", seconds, self.group)

    def overflow(self, situation: str, action: str, threshold: int | None = None, key: str | None = None) -> None:
        self.house.sql(
            "INSERT INTO overflow_rule (group_id, situation, action, threshold, action_key) VALUES (?, ?, ?, ?, ?)",
            *(self.group, situation, action, threshold, key),
        )

    def absent(self, who: str, reason: str = "vacation", until: str | None = "2026-08-24 08:00") -> None:
        """`until` in local time, or open."""
        self.house.sql(
            "INSERT INTO absence (person_id, reason, start, until, source) VALUES (?, ?, ?, ?, 'test')",
            *(self.person(who), reason, "2026-08-10 08:00", until),
        )

    def present(self, who: str) -> None:
        self.house.sql("DELETE FROM absence WHERE person_id = ?", self.person(who))

    def sign_in(self, who: str) -> None:
        self.house.sql(
            "INSERT INTO operator_session (person_id, group_id, paused, since) VALUES (?, ?, 0, ?)",
            *(self.person(who), self.group, "2026-08-12 08:00"),
        )

    def sign_out(self, who: str) -> None:
        self.house.sql("DELETE FROM operator_session WHERE person_id = ?", self.person(who))

    def session(self, who: str) -> sqlite3.Row | None:
        rows = self.house.sql("SELECT * FROM operator_session WHERE person_id = ?", self.person(who))
        return rows[0] if rows else None

    def calls(self) -> list[sqlite3.Row]:
        return [row for row in self.house.calls() if row["authority_id"] == self.authority]

    def call_of(self, number: str) -> sqlite3.Row:
        """The latest call from a number."""
        return [row for row in self.house.calls() if row["caller"] == number][-1]

    async def waits(self, why: str | None) -> None:
        """A caller who came back for this reason is in line; None: who did not come back."""

        async def is_in_line() -> bool:
            return bool(
                self.house.sql(
                    "SELECT id FROM queue_place WHERE group_id = ? AND left_at IS NULL AND why IS ?", self.group, why
                )
            )

        await until(is_in_line, WITHIN_S, f"somebody waits, {why}")

    async def journal(self, number: str) -> sqlite3.Row:
        """The latest call from a number, once it has ended."""

        async def has_ended() -> bool:
            return self.call_of(number)["ended_at"] is not None

        await until(has_ended, WITHIN_S, "the call has its end in the journal")
        return self.call_of(number)

    async def journal_of(self, who: str) -> sqlite3.Row:
        """The latest call that a phone made, once it has ended."""
        account = self.phones[who].account.user

        def latest() -> sqlite3.Row:
            return [row for row in self.house.calls() if row["account"] == account][-1]

        async def has_ended() -> bool:
            return latest()["ended_at"] is not None

        await until(has_ended, WITHIN_S, "the call has its end in the journal")
        return latest()

    def account_of(self) -> str:
        """The desk in words, for the text of a failure."""
        sessions = self.house.sql("SELECT * FROM operator_session WHERE group_id = ?", self.group)
        latest = [(row["id"], self.house.events(row["id"])) for row in self.calls()[-2:]]
        rung = {who: len(phone.rung) for who, phone in self.phones.items()}
        return f"rung: {rung}\nsessions: {[dict(row) for row in sessions]}\nlatest calls: {latest}"

    def tasks(self) -> list[sqlite3.Row]:
        """Those of this test."""
        mine = (row for row in self.house.tasks() if row["authority_id"] == self.authority)
        return [row for row in mine if row["id"] not in self._before]

    # Telephones

    async def colleague(self, who: str) -> RawPhone:
        """A registered phone that rings until it is told otherwise."""
        place = PhoneAccount(
            account(self.number, who),
            self.house.box.server,
            password=password(self.number, who),
            sounds=self.house.box.sounds,
        )
        phone = await self._stack.enter_async_context(RawPhone(place))
        await register(phone, self.house.box)
        self._stack.push_async_callback(leave, phone)
        self.phones[who] = phone
        return phone

    async def operator(self, who: str = "op1") -> RawPhone:
        """Registered, and signed in."""
        phone = await self.colleague(who)
        self.sign_in(who)
        return phone

    async def citizen(self) -> RawPhone:
        """With a number of their own."""
        number = f"+4670{self.number}{next(self._next):06d}"
        place = PhoneAccount(number, self.house.box.server, sounds=self.house.box.sounds)
        return await self._stack.enter_async_context(RawPhone(place))

    async def answer(self, who: str, within: float = WITHIN_S) -> Party:
        """The next call that rings at the phone, answered; it speaks with the voice of its owner."""
        try:
            rung = await self.phones[who].wait_incoming(within)
        except AssertionError as problem:
            problem.add_note(self.account_of())
            raise
        assert isinstance(rung, RawCall)
        await rung.answer()
        party = Party(rung, who)
        await party.speak()
        return party

    async def ring_from(self, number: str | None = None) -> Party:
        """A citizen calls the main number, or `number`, and speaks."""
        phone = await self.citizen()
        caller = Party(await phone.dial(number or self.main), "caller")
        await caller.speak()
        return caller

    async def dial(self, who: str, number: str) -> Party:
        """A colleague dials, and speaks."""
        party = Party(await self.phones[who].dial(quote(number, safe="*+")), who)
        await party.speak()
        return party

    async def talk(self, who: str = "op1", number: str | None = None) -> tuple[Party, Party]:
        """A citizen and whoever answers hear each other."""
        caller = await self.ring_from(number)
        answered = await self.answer(who)
        await hear_each_other(caller, answered)
        return caller, answered

    def rung(self, who: str) -> int:
        """How often the phone has rung so far."""
        return len(self.phones[who].rung)


async def leave(phone: RawPhone) -> None:
    """Hang up and be gone, so that nothing rings there any more."""
    await phone.hang_up_all()
    await unregister(phone)
