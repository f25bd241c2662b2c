"""Absences as colleagues set them by keypad: one manual absence at a time, which can be taken back."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports import KeyedAbsence, Replaced
from switchboard.changes import Act
from switchboard.db.directory_store.rule_rows import LONG_AGO
from switchboard.db.engine import Database
from switchboard.db.engine.patience import patiently
from switchboard.db.queries.audit import note_act
from switchboard.db.tables import absence
from switchboard.domain.absence import absences_in_force, is_from_calendar
from switchboard.domain.directory import Absence, AbsenceReason

PATIENCE_SECONDS = 5.0
SOURCE = "phone"


class DatabaseAbsenceBook:
    """The port `calls.ports.AbsenceBook`. Every method retries while the database is away, for a few seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def replace(self, new: KeyedAbsence, act: Act) -> Replaced:
        return await patiently(PATIENCE_SECONDS)(self._replace, new, act)

    async def undo(self, replaced: Replaced, act: Act) -> None:
        await patiently(PATIENCE_SECONDS)(self._undo, replaced, act)

    async def lift(self, person_id: int, act: Act) -> Sequence[Absence]:
        return await patiently(PATIENCE_SECONDS)(self._lift, person_id, act)

    async def _replace(self, new: KeyedAbsence, act: Act) -> Replaced:
        async with self._database.write() as tx:
            former = [each for each in await _in_force(tx, new.person_id, act) if not is_from_calendar(each)]
            await _end(tx, former, act)
            values = {
                "person_id": new.person_id,
                "reason": new.reason.value,
                "start": act.at,
                "until": new.until,
                "open": new.open,
                "deputy_id": new.deputy_id,
                "source": SOURCE,
                "recorded_at": act.at,
            }
            id = (await tx.execute(insert(absence).values(**values).returning(absence.c.id))).scalar_one()
            await note_act(tx, act, "absence.set", ("absence", id), {"person_id": new.person_id})
        return Replaced(id, tuple(former))

    async def _undo(self, replaced: Replaced, act: Act) -> None:
        async with self._database.write() as tx:
            await tx.execute(delete(absence).where(absence.c.id == replaced.id))
            await note_act(tx, act, "absence.undo", ("absence", replaced.id))
            for each in replaced.former:
                if await tx.scalar(select(absence.c.id).where(absence.c.id == each.id)) is None:
                    await tx.execute(insert(absence).values(**_values(each)))
                    await note_act(tx, act, "absence.set", ("absence", each.id), {"person_id": each.person_id})

    async def _lift(self, person_id: int, act: Act) -> Sequence[Absence]:
        async with self._database.write() as tx:
            ending = await _in_force(tx, person_id, act)
            await _end(tx, ending, act)
        return ending


async def _end(tx: AsyncConnection, ending: Sequence[Absence], act: Act) -> None:
    for each in ending:
        await tx.execute(delete(absence).where(absence.c.id == each.id))
        await note_act(tx, act, "absence.clear", ("absence", each.id), {"person_id": each.person_id})


async def _in_force(tx: AsyncConnection, person_id: int, act: Act) -> list[Absence]:
    rows = await tx.execute(select(absence).where(absence.c.person_id == person_id).order_by(absence.c.id))
    return absences_in_force(map(_record, rows), act.at)


def _record(row: Row[Any]) -> Absence:
    known = row.reason in {reason.value for reason in AbsenceReason}
    return Absence(
        id=row.id,
        person_id=row.person_id,
        reason=AbsenceReason(row.reason) if known else AbsenceReason.OTHER,
        start=row.start or LONG_AGO,
        until=row.until,
        open=row.open,
        deputy_id=row.deputy_id,
        source=row.source,
        recorded_at=row.recorded_at,
    )


def _values(each: Absence) -> dict[str, object]:
    return {
        "id": each.id,
        "person_id": each.person_id,
        "reason": each.reason.value,
        "start": each.start,
        "until": each.until,
        "open": each.open,
        "deputy_id": each.deputy_id,
        "source": each.source,
        "recorded_at": each.recorded_at,
    }
