"""The job that looks at mailboxes, some at a time: does each answer as its owner's absences say?"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports import Clock, Log
from switchboard.calls.ports.autoreply import ScriptServer, ScriptServerAway, ScriptsRefused
from switchboard.calls.ports.duties import Job
from switchboard.db.autoreply.composing import contact_of
from switchboard.db.autoreply.rows import went_well, went_wrong, write_kept
from switchboard.db.engine import Database
from switchboard.db.jobs import reschedule
from switchboard.db.tables import autoreply, person
from switchboard.domain.autoreply.scripts import only_look

AGAIN = timedelta(hours=1)
BATCH = 20
PAUSE, LONG_PAUSE = timedelta(seconds=2), timedelta(minutes=5)


class MailLooker:
    def __init__(self, database: Database, server: ScriptServer | None, clock: Clock, log: Log) -> None:
        self._database = database
        self._server = server
        self._clock = clock
        self._log = log

    async def run(self, job: Job) -> None:
        now = self._clock.now()
        looked_at = 0
        if self._server is not None:
            async with self._database.read() as tx:
                waiting = await _waiting(tx, now)
            looked_at = await self._look(self._server, waiting)
        async with self._database.write() as tx:
            await reschedule(tx, job, now + (PAUSE if looked_at == BATCH else LONG_PAUSE))

    async def _look(self, server: ScriptServer, people: Sequence[int]) -> int:
        """How many were looked at; a server that is away ends it."""
        for count, person_id in enumerate(people):
            try:
                values = await self._one(server, person_id)
            except ScriptServerAway as away:
                self._log.warning("mail_not_looked_at", error=str(away))
                return count
            # What the keeper has to try again stays to be tried again.
            values.pop("failures")
            async with self._database.write() as tx:
                await write_kept(tx, person_id, values)
        return len(people)

    async def _one(self, server: ScriptServer, person_id: int) -> dict[str, Any]:
        async with self._database.read() as tx:
            login = (await contact_of(tx, person_id)).login
        if not login:
            return went_wrong("the e-mail address cannot be used", self._clock.now())
        try:
            steps = await server.carry_out(login, only_look)
        except ScriptsRefused as refusal:
            self._log.warning("mailbox_not_looked_at", person=person_id, error=str(refusal))
            return went_wrong(str(refusal), self._clock.now())
        return went_well(steps.state, self._clock.now())


async def _waiting(tx: AsyncConnection, now: datetime) -> Sequence[int]:
    """Who was not looked at for the longest time."""
    has_mailbox = or_(func.trim(person.c.email) != "", func.trim(person.c.mail_login) != "")
    due = or_(autoreply.c.seen_at.is_(None), autoreply.c.seen_at <= now - AGAIN)
    wanted = (
        select(person.c.id)
        .select_from(person.outerjoin(autoreply, autoreply.c.person_id == person.c.id))
        .where(has_mailbox, due)
        .order_by(autoreply.c.seen_at.is_not(None), autoreply.c.seen_at, person.c.id)
        .limit(BATCH)
    )
    return [int(each) for each in (await tx.execute(wanted)).scalars()]
