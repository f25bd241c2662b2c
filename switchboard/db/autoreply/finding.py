"""The job that finds whose absences have changed, however they were written: by keypad, API, command, calendar, SQL."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from switchboard.calls.ports import DirectorySource
from switchboard.calls.ports.duties import Job
from switchboard.db.autoreply.rows import fingerprints, write_absences
from switchboard.db.autoreply.spreading import in_parts, put_looks, sooner, spread
from switchboard.db.engine import Database
from switchboard.db.jobs import hold_job, reschedule
from switchboard.db.tables import absence, autoreply, change_counter
from switchboard.domain.autoreply.occasions import might_count, nearest_turn, next_change
from switchboard.domain.directory import Directory, Person

EVERY = timedelta(seconds=5)
SETTLES = timedelta(seconds=20)
"""Who has just keyed an absence hears it read back and may take it back at once."""
COMPARED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class _Change:
    """`absences` is their checksum now, `turn` when what follows from them changes next, `near` how far the nearest
    begin or end is from now."""

    absences: str
    turn: datetime | None
    near: timedelta


class AbsenceFinder:
    def __init__(self, database: Database, directory: DirectorySource, now: Callable[[], datetime]) -> None:
        self._database = database
        self._directory = directory
        self._now = now

    async def run(self, job: Job) -> None:
        """Where no row of the directory has changed since the last look, nothing is compared. What is found is written
        in parts, each person's with their job: a look that ends half way is made again."""
        now = self._now()
        async with self._database.read() as tx:
            latest = int(await tx.scalar(select(change_counter.c.seq)) or 0)
        if job.arguments.get("seq") != latest:
            await self._put(job, await self._changed(now), now + SETTLES)
        async with self._database.write() as tx:
            await reschedule(tx, job, now + EVERY, {"seq": latest})

    async def _put(self, job: Job, changed: Mapping[int, _Change], first: datetime) -> None:
        """Whose absence has just begun or ended comes first, and nobody's begins before it is their turn."""
        places = spread(sorted(changed, key=lambda id: (changed[id].near, id)), first)
        for part in in_parts({id: sooner(due, changed[id].turn, first) for id, due in places.items()}):
            async with self._database.write() as tx:
                await hold_job(tx, job)
                await write_absences(tx, {id: changed[id].absences for id in part})
                await put_looks(tx, part, first)

    async def _changed(self, now: datetime) -> Mapping[int, _Change]:
        """By the id of the person. One who is gone has no row, and no job."""
        directory = await self._directory.current()
        async with self._database.read() as tx:
            rows = await tx.execute(select(autoreply.c.person_id, autoreply.c.absences))
            kept = {row.person_id: row.absences for row in rows}
            absent = set((await tx.execute(select(absence.c.person_id).distinct())).scalars())
        looked_at = sorted(absent | {each for each, known in kept.items() if known})
        found: dict[int, _Change] = {}
        for first in range(0, len(looked_at), COMPARED_AT_ONCE):
            found |= _different(looked_at[first : first + COMPARED_AT_ONCE], kept, directory, now)
            await asyncio.sleep(0)
        return found


def _different(
    people: Sequence[int], kept: Mapping[int, str], directory: Directory, now: datetime
) -> dict[int, _Change]:
    there = [who for id in people if (who := directory.person(id)) is not None]
    sums = [(who, _checksum(who, directory)) for who in there]
    return {
        who.id: _Change(known, next_change(who, directory, now), nearest_turn(who, directory, now))
        for who, known in sums
        if known != kept.get(who.id, "")
    }


def _checksum(who: Person, directory: Directory) -> str:
    """Of what a reply depends on: the person's absences, and those of everybody who might stand in. Empty: they have
    no absence."""
    if not directory.absences(who.id):
        return ""
    return fingerprints([each for person_id in might_count(who, directory) for each in directory.absences(person_id)])
