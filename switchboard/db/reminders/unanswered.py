"""Calls that ring out, counted for each person; the row is the arbiter of who was asked, and when (R1)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports import Calendars, DirectorySource, Log
from switchboard.changes import Act
from switchboard.db.engine import Database
from switchboard.db.engine.patience import patiently
from switchboard.db.queries.audit import note_act
from switchboard.db.reminders.asking import ask, facts_about
from switchboard.db.tables import unanswered_calls
from switchboard.db.task_rows import insert_new
from switchboard.domain.deadline import policy_in_force
from switchboard.domain.directory import Directory, Person, UnansweredCalls
from switchboard.domain.diversion import Counted, NotCounted, count_unanswered
from switchboard.domain.letters import LetterKind
from switchboard.domain.working_days import local_date

PATIENCE_SECONDS = 5.0
_ROW = unanswered_calls.c


class DatabasePresence:
    """The port `calls.ports.Presence`."""

    def __init__(self, database: Database, directory: DirectorySource, calendars: Calendars, log: Log) -> None:
        self._database = database
        self._directory = directory
        self._calendars = calendars
        self._log = log

    async def rang_out(self, person_id: int, at: datetime) -> None:
        directory = await self._directory.current()
        person = directory.person(person_id)
        if person is None or not isinstance(self._decide(person, directory, at, None), Counted):
            return
        counted: Counted | None = await patiently(PATIENCE_SECONDS)(self._count, person, directory, at)
        if counted is not None and counted.ask:
            self._log.info("asked_for_absence", person=person_id, calls=counted.calls)

    async def touched(self, person_id: int, act: Act) -> None:
        await patiently(PATIENCE_SECONDS)(self._touched, person_id, act)

    async def _count(self, person: Person, directory: Directory, at: datetime) -> Counted | None:
        async with self._database.write() as tx:
            await insert_new(tx, unanswered_calls, {"person_id": person.id, "calls": 0, "latest_at": at})
            mine = select(unanswered_calls).where(_ROW.person_id == person.id).with_for_update()
            row = _read((await tx.execute(mine)).one())
            counted = self._decide(person, directory, at, row if row.calls else None)
            if not isinstance(counted, Counted):
                return None
            await _write(tx, row, counted, at)
            if counted.ask:
                await _ask(tx, directory, person, counted, at)
            return counted

    def _decide(
        self, person: Person, directory: Directory, at: datetime, row: UnansweredCalls | None
    ) -> Counted | NotCounted:
        return count_unanswered(person, directory, self._calendars.calendar(person.authority_id), at, row)

    async def _touched(self, person_id: int, act: Act) -> None:
        async with self._database.write() as tx:
            gone = await tx.execute(delete(unanswered_calls).where(_ROW.person_id == person_id))
            if gone.rowcount:
                await note_act(tx, act, "unanswered_calls.over", ("person", person_id))


async def _write(tx: AsyncConnection, row: UnansweredCalls, counted: Counted, at: datetime) -> None:
    """Calls that a referral has accounted for meanwhile are forgotten, and so is that somebody was asked."""
    asked_at = at if counted.ask else row.asked_at if counted.calls > 1 else None
    values = {"calls": counted.calls, "latest_at": at, "asked_at": asked_at}
    await tx.execute(update(unanswered_calls).where(_ROW.id == row.id).values(values))


async def _ask(tx: AsyncConnection, directory: Directory, person: Person, counted: Counted, at: datetime) -> None:
    policy = policy_in_force(directory.policies(person.authority_id), local_date(at))
    diverted = policy is not None and policy.unanswered_diverts
    facts = replace(facts_about(person, directory, at), unanswered=counted.calls, diverted=diverted)
    written = await ask(tx, directory, person, LetterKind.UNANSWERED, facts)
    detail = {"calls": counted.calls, "written": written}
    await note_act(tx, Act("service", at), "unanswered_calls.ask", ("person", person.id), detail)


def _read(row: Row[Any]) -> UnansweredCalls:
    return UnansweredCalls(row.id, row.person_id, row.calls, row.latest_at, row.asked_at)
