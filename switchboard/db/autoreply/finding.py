"""The job that finds whose absences have changed, however they were written: by keypad, API, command, calendar, SQL."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports import DirectorySource
from switchboard.calls.ports.duties import Job
from switchboard.db.autoreply.rows import KEEP, fingerprints, write_kept
from switchboard.db.engine import Database
from switchboard.db.jobs import put_job, reschedule
from switchboard.db.tables import absence, autoreply, change_counter
from switchboard.domain.autoreply.occasions import might_count
from switchboard.domain.directory import Directory, Person

EVERY = timedelta(seconds=5)
SETTLES = timedelta(seconds=20)
"""Who has just keyed an absence hears it read back and may take it back at once."""


class AbsenceFinder:
    def __init__(self, database: Database, directory: DirectorySource, now: Callable[[], datetime]) -> None:
        self._database = database
        self._directory = directory
        self._now = now

    async def run(self, job: Job) -> None:
        """Where no row of the directory has changed since the last look, nothing is compared."""
        now = self._now()
        async with self._database.read() as tx:
            latest = int(await tx.scalar(select(change_counter.c.seq)) or 0)
        changed: Sequence[tuple[int, str]] = ()
        if job.arguments.get("seq") != latest:
            directory = await self._directory.current()
            async with self._database.read() as tx:
                changed = await _changed(tx, directory)
        async with self._database.write() as tx:
            for person_id, known in changed:
                await write_kept(tx, person_id, {"absences": known})
                await put_job(tx, KEEP, str(person_id), now + SETTLES)
            await reschedule(tx, job, now + EVERY, {"seq": latest})


async def _changed(tx: AsyncConnection, directory: Directory) -> Sequence[tuple[int, str]]:
    """Ids of people, with the checksum of their absences now. A person who is gone has no row, and no job."""
    kept = {
        row.person_id: row.absences for row in await tx.execute(select(autoreply.c.person_id, autoreply.c.absences))
    }
    absent = set((await tx.execute(select(absence.c.person_id).distinct())).scalars())
    found = []
    for person_id in sorted(absent | {each for each, known in kept.items() if known}):
        who = directory.person(person_id)
        now = _checksum(who, directory) if who is not None else ""
        if who is not None and now != kept.get(person_id, ""):
            found.append((person_id, now))
    return found


def _checksum(who: Person, directory: Directory) -> str:
    """Of what a reply depends on: the person's absences, and those of everybody who might stand in. Empty: they have
    no absence."""
    if not directory.absences(who.id):
        return ""
    return fingerprints([each for person_id in might_count(who, directory) for each in directory.absences(person_id)])
