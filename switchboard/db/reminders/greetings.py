"""The job that reminds by e-mail those who lack a greeting of their own (R12): at the authority's interval, in its
working hours. A reminder and its row are one transaction with the job's next time, so that nobody is reminded twice."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports import Clock, Log
from switchboard.calls.ports.duties import Job
from switchboard.db.engine import Database
from switchboard.db.engine.patience import patiently
from switchboard.db.jobs import reschedule
from switchboard.db.queries.greetings.gaps import lacking_people
from switchboard.db.reminders.asking import ask, facts_about
from switchboard.db.tables import greeting_reminder
from switchboard.db.task_rows import insert_new
from switchboard.db.tasks.watch import Rules
from switchboard.domain.deadline import policy_in_force
from switchboard.domain.deadline.working_hours import reminded_before
from switchboard.domain.directory import Directory
from switchboard.domain.letters import LetterKind
from switchboard.domain.working_days import local_date

REMIND = "remind_of_greetings"
EVERY = timedelta(hours=1)
AT_ONCE = 100
"""So many in one transaction; the others follow in the next."""
PATIENCE_SECONDS = 5.0


class GreetingReminders:
    def __init__(self, database: Database, rules: Rules, clock: Clock, log: Log) -> None:
        self._database = database
        self._directory = rules.directory
        self._calendars = rules.calendars
        self._clock = clock
        self._log = log

    async def run(self, job: Job) -> None:
        directory = await self._directory.current()
        reminded: int = await patiently(PATIENCE_SECONDS)(self._remind, job, directory, self._clock.now())
        if reminded:
            self._log.info("reminded_of_greetings", people=reminded)

    async def _remind(self, job: Job, directory: Directory, now: datetime) -> int:
        async with self._database.write() as tx:
            found = [
                person_id
                for authority_id, before in self._who_reminds(directory, now)
                for person_id in (await tx.execute(_to_remind(authority_id, before, now))).scalars()
            ][:AT_ONCE]
            for person_id in found:
                await _remind_one(tx, directory, person_id, now)
            await reschedule(tx, job, now if len(found) == AT_ONCE else now + EVERY)
            return len(found)

    def _who_reminds(self, directory: Directory, now: datetime) -> Iterator[tuple[int, datetime]]:
        """Authorities that remind at this hour, each with the moment before which one may have been reminded."""
        for each in directory.authorities():
            policy = policy_in_force(directory.policies(each.id), local_date(now))
            before = reminded_before(policy, self._calendars.calendar(each.id), now)
            if before is not None:
                yield each.id, before


def _to_remind(authority_id: int, before: datetime, now: datetime) -> Select[Any]:
    lacking = lacking_people(str(authority_id), now).subquery()
    lately = exists().where(greeting_reminder.c.person_id == lacking.c.id, greeting_reminder.c.sent_at > before)
    return select(lacking.c.id).where(~lately).order_by(lacking.c.id).limit(AT_ONCE)


async def _remind_one(tx: AsyncConnection, directory: Directory, person_id: int, now: datetime) -> None:
    """Who has no address counts as reminded too: they are not looked at every hour."""
    if not await insert_new(tx, greeting_reminder, {"person_id": person_id, "sent_at": now}):
        mine = update(greeting_reminder).where(greeting_reminder.c.person_id == person_id)
        await tx.execute(mine.values(sent_at=now))
    person = directory.person(person_id)
    if person is not None:
        await ask(tx, directory, person, LetterKind.GREETING, facts_about(person, directory, now))
