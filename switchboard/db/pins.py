"""PINs of the keypad services: argon2 hashes in `person`, wrong ones in `pin_lock`, everything in the audit log (R41).

No PIN is in a statement, a log line or an exception: only its hash leaves this module.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports import PinAttempt, PinVerdict
from switchboard.changes import Act
from switchboard.db.engine import Database
from switchboard.db.engine.patience import patiently
from switchboard.db.queries.audit import note_act
from switchboard.db.queries.pin_locks import mailboxes_of
from switchboard.db.tables import extension, person, phone_number, pin_lock
from switchboard.db.task_rows import insert_new
from switchboard.domain.call import JsonValue
from switchboard.domain.keypad.pins import FORGOTTEN_AFTER, LockKind, Tries, is_locked, one_less, one_more, pin_problem
from switchboard.errors import BadValue, NotFound

HIDDEN = "hidden"
AT_ONCE = 2
"""Hashes at the same time: each takes 19 MiB and a core."""
WORDS = {
    "no_digits": "must be digits",
    "short": "must have six digits at least",
    "long": "must have twelve digits at most",
    "trivial": "is too easy to guess",
    "own_number": "must not be taken from the person's own number",
}
PATIENCE_SECONDS = 5.0
_Found = Mapping[LockKind, Tries | None]


@dataclass(frozen=True, slots=True)
class _Begun:
    """What the PIN is compared with, None for nothing; and the counts with this attempt as a wrong one."""

    hash: str | None
    counted: Mapping[LockKind, Tries]


class DatabasePins:
    """The port `calls.ports.Pins`. The parameters of argon2id are those of RFC 9106's smaller machines (OWASP)."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        # Of nobody: compared with where there is nothing to compare with, in the same time.
        self._nobodys = self._hasher.hash("nobody has this")
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def check(self, attempt: PinAttempt, act: Act) -> PinVerdict:
        begun: _Begun | None = await patiently(PATIENCE_SECONDS)(self._begin, attempt, act)
        if begun is None:
            return PinVerdict.LOCKED
        right = await self._is_right(begun.hash, attempt.pin)
        await patiently(PATIENCE_SECONDS)(self._settle, attempt, act, begun, right)
        return PinVerdict.RIGHT if right else PinVerdict.WRONG

    async def _begin(self, attempt: PinAttempt, act: Act) -> _Begun | None:
        """Counted as wrong already; None where it is locked."""
        subjects = _subjects(attempt)
        async with self._database.write() as tx:
            found = await _lock_rows(tx, subjects, act.at)
            if any(is_locked(tries, act.at) for tries in found.values()):
                await _note(tx, attempt, act, "pin.locked_out")
                return None
            counted = {kind: one_more(tries, kind, act.at) for kind, tries in found.items()}
            await _keep(tx, subjects, counted)
            hash_ = await tx.scalar(select(person.c.pin_hash).where(person.c.id == attempt.person_id))
        return _Begun(hash_, counted)

    async def _settle(self, attempt: PinAttempt, act: Act, begun: _Begun, right: bool) -> None:
        async with self._database.write() as tx:
            if right:
                await _take_back(tx, _subjects(attempt))
            await _note(tx, attempt, act, "pin.right" if right else "pin.wrong")
            for kind, tries in begun.counted.items():
                if not right and is_locked(tries, act.at):
                    await _note(tx, attempt, act, f"pin.lock_{kind}", {"until": str(tries.locked_until)})

    async def _is_right(self, hash_: str | None, pin: str) -> bool:
        def verify() -> bool:
            try:
                return self._hasher.verify(hash_ or self._nobodys, pin) and hash_ is not None
            except (VerificationError, InvalidHashError):
                return False

        async with self._turns:
            return await asyncio.to_thread(verify)

    async def choose(self, person_id: int, pin: str, act: Act) -> None:
        async with self._database.read() as tx:
            own = await _own_numbers(tx, person_id)
            if await tx.scalar(select(person.c.id).where(person.c.id == person_id)) is None:
                raise NotFound("person", person_id)
        problem = pin_problem(pin, own)
        if problem is not None:
            raise BadValue("pin", WORDS[problem])
        async with self._turns:
            hash_ = await asyncio.to_thread(self._hasher.hash, pin)
        async with self._database.write() as tx:
            await tx.execute(update(person).where(person.c.id == person_id).values(pin_hash=hash_))
            await _unlock(tx, await mailboxes_of(tx, person_id))
            await note_act(tx, act, "pin.choose", ("person", person_id))


async def _unlock(tx: AsyncConnection, mailboxes: list[str]) -> None:
    await tx.execute(delete(pin_lock).where(pin_lock.c.kind == "mailbox", pin_lock.c.subject.in_(mailboxes)))


async def _own_numbers(tx: AsyncConnection, person_id: int) -> list[str]:
    """The digits of each extension, then of each number without its `+`."""
    leads = str(person_id)
    digits = select(extension.c.digits).where(
        extension.c.destination_kind == "person", extension.c.destination_key == leads
    )
    numbers = select(phone_number.c.e164).where(
        phone_number.c.destination_kind == "person", phone_number.c.destination_key == leads
    )
    found = [*(await tx.execute(digits)).scalars(), *(await tx.execute(numbers)).scalars()]
    return [each.removeprefix("+") for each in found]


def _subjects(attempt: PinAttempt) -> Mapping[LockKind, str]:
    """Alike for an extension that nobody has: what is locked tells nothing of who there is."""
    return {"mailbox": f"{attempt.authority_id}:{attempt.extension}", "caller": attempt.caller or HIDDEN}


async def _lock_rows(tx: AsyncConnection, subjects: Mapping[LockKind, str], at: datetime) -> _Found:
    """The rows, held until the transaction ends, so that attempts at once are counted one after another. Always in the
    same order, or two could wait for each other."""
    await tx.execute(delete(pin_lock).where(pin_lock.c.latest_at < at - FORGOTTEN_AFTER))
    found: dict[LockKind, Tries | None] = {}
    for kind, subject in sorted(subjects.items()):
        held = None
        while held is None:  # Who unlocks may delete the row between the two statements.
            await insert_new(tx, pin_lock, {"kind": kind, "subject": subject, "failures": 0, "latest_at": at})
            held = await _hold(tx, kind, subject)
        found[kind] = held if held.failures else None
    return found


async def _keep(tx: AsyncConnection, subjects: Mapping[LockKind, str], counted: Mapping[LockKind, Tries]) -> None:
    for kind, tries in sorted(counted.items()):
        values = {"failures": tries.failures, "latest_at": tries.latest, "locked_until": tries.locked_until}
        mine = (pin_lock.c.kind == kind, pin_lock.c.subject == subjects[kind])
        await tx.execute(update(pin_lock).where(*mine).values(**values))


async def _take_back(tx: AsyncConnection, subjects: Mapping[LockKind, str]) -> None:
    """Of the mailbox everything, of the caller this one: who knows one PIN may not guess others for ever."""
    found = await _hold(tx, "caller", subjects["caller"])
    await _unlock(tx, [subjects["mailbox"]])
    less = one_less(found) if found is not None else None
    if less is not None:
        await _keep(tx, subjects, {"caller": less})
    else:
        caller = (pin_lock.c.kind == "caller", pin_lock.c.subject == subjects["caller"])
        await tx.execute(delete(pin_lock).where(*caller))


async def _hold(tx: AsyncConnection, kind: LockKind, subject: str) -> Tries | None:
    mine = select(pin_lock).where(pin_lock.c.kind == kind, pin_lock.c.subject == subject).with_for_update()
    row = (await tx.execute(mine)).one_or_none()
    return Tries(row.failures, row.latest_at, row.locked_until) if row is not None else None


async def _note(
    tx: AsyncConnection, attempt: PinAttempt, act: Act, action: str, more: Mapping[str, JsonValue] | None = None
) -> None:
    row = ("person", attempt.person_id) if attempt.person_id is not None else ("extension", attempt.extension)
    await note_act(tx, act, action, row, {"pii_caller": attempt.caller, **(more or {})})
