"""Wrong PINs: what is counted and locked, and unlocking by an administrator (R41)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.changes import Act
from switchboard.db.engine import Database
from switchboard.db.queries.audit import note_act
from switchboard.db.queries.names import find_person
from switchboard.db.tables import extension, pin_lock
from switchboard.domain.keypad.pins import Tries, is_locked
from switchboard.errors import NotFound
from switchboard.views import PinLockView


class PinLocks:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, now: datetime) -> Sequence[PinLockView]:
        """Every mailbox and caller with wrong PINs that count, the latest first."""
        rows = select(pin_lock).where(pin_lock.c.failures > 0).order_by(pin_lock.c.latest_at.desc(), pin_lock.c.id)
        async with self._database.read() as tx:
            return [_view(row, now) for row in await tx.execute(rows)]

    async def unlock(self, id: int, act: Act) -> None:
        async with self._database.write() as tx:
            if not (await tx.execute(delete(pin_lock).where(pin_lock.c.id == id))).rowcount:
                raise NotFound("PIN lock", id)
            await note_act(tx, act, "pin.unlock", ("pin_lock", id))

    async def unlock_person(self, who: str, act: Act) -> bool:
        """The person written as in NewAbsence; every extension of theirs. False: nothing was counted against any."""
        async with self._database.write() as tx:
            person_id = await find_person(tx, "person", who)
            mine = pin_lock.c.subject.in_(await mailboxes_of(tx, person_id))
            done = await tx.execute(delete(pin_lock).where(pin_lock.c.kind == "mailbox", mine))
            if done.rowcount:
                await note_act(tx, act, "pin.unlock", ("person", person_id))
        return bool(done.rowcount)


async def mailboxes_of(tx: AsyncConnection, person_id: int) -> list[str]:
    """As `pin_lock.subject` names them: also where a caller keyed the digits in another authority's services."""
    mine = select(extension.c.digits).where(
        extension.c.destination_kind == "person", extension.c.destination_key == str(person_id)
    )
    digits = (await tx.execute(mine)).scalars().all()
    authorities = (await tx.execute(select(extension.c.authority_id).distinct())).scalars().all()
    return [f"{authority_id}:{each}" for authority_id in authorities for each in digits]


def _view(row: Row[Any], now: datetime) -> PinLockView:
    tries = Tries(row.failures, row.latest_at, row.locked_until)
    return PinLockView(
        row.id, row.kind, row.subject, row.failures, row.latest_at, row.locked_until, is_locked(tries, now)
    )
