"""The demo's house with mailboxes and a clock that is set: everything that keeps autoreplies, on a database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, text, update

from switchboard.calls.duties import Handler, JobWorker
from switchboard.calls.ports.autoreply import ScriptServer
from switchboard.db.autoreply.finding import EVERY, SETTLES, AbsenceFinder
from switchboard.db.autoreply.keeping import AutoreplyKeeper
from switchboard.db.autoreply.listing import Autoreplies
from switchboard.db.autoreply.looking import MailLooker
from switchboard.db.autoreply.rows import FIND_ABSENCES, KEEP, LOOK_AT_MAIL
from switchboard.db.autoreply.starting import start_autoreplies
from switchboard.db.directory_store import DirectoryStore
from switchboard.db.engine import Database
from switchboard.db.jobs import DatabaseJobs
from switchboard.db.tables import absence, job, outbox, person, policy
from switchboard.domain.directory import AbsenceReason
from switchboard.views import AutoreplyStateView, Filter, Slice
from tests.demo_house import NOW, furnish, id_of, rows_of
from tests.fakes.scripts import FakeScriptServer
from tests.fakes.world import FakeLog

ERIK, MARIA = "erik.lund@norrby.example", "maria.berg@norrby.example"
A_WHILE = timedelta(hours=6)
SOON = SETTLES + timedelta(seconds=10)
"""By then what was found is done."""


class SetClock:
    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


class Service:
    """One process of several on a database. `server` None: there is no ManageSieve server."""

    def __init__(self, database: Database, clock: SetClock, server: ScriptServer | None, name: str = "one") -> None:
        self.database = database
        self.clock = clock
        self.log = FakeLog()
        self.directory = DirectoryStore(database, clock.now, self.log)
        finder = AbsenceFinder(database, self.directory, clock.now)
        keeper = AutoreplyKeeper(database, self.directory, server, clock, self.log)
        looker = MailLooker(database, server, clock, self.log)
        handlers: Mapping[str, Handler] = {FIND_ABSENCES: finder.run, KEEP: keeper.run, LOOK_AT_MAIL: looker.run}
        self.worker = JobWorker(DatabaseJobs(database, name, handlers), handlers, clock, self.log)
        self.listing = Autoreplies(database)

    async def start(self) -> None:
        await start_autoreplies(self.database, self.clock.now())

    async def works(self) -> None:
        """Everything that is due, without a fault of ours."""
        await self.worker.do_what_is_due()
        assert self.log.events("exception") == []

    async def until(self, end: datetime) -> None:
        """Virtual time: from one thing that falls due to the next. Who looks every few seconds looks along with the
        others; over more than some hours so does who looks at mailboxes."""
        steps = [KEEP, LOOK_AT_MAIL] if end - self.clock.at <= A_WHILE else [KEEP]
        first = select(job.c.due).where(job.c.state == "waiting", job.c.kind.in_(steps)).order_by(job.c.due).limit(1)
        self.clock.at = min(end, self.clock.at + EVERY)
        await self.works()
        while True:
            async with self.database.read() as tx:
                due = await tx.scalar(first)
            if due is None or due > end:
                break
            self.clock.at = max(self.clock.at, due)
            await self.works()
        self.clock.at = end

    async def parity(self, status: str | None = None) -> Sequence[AutoreplyStateView]:
        directory = await self.directory.current()
        page = await self.listing.parity(Filter(status=status), Slice(), directory, self.clock.now())
        return list(page.items)


@dataclass
class House:
    """Norrby, where nobody is absent; ids by name."""

    service: Service
    server: FakeScriptServer
    clock: SetClock
    erik: int
    anna: int
    maria: int

    async def away(
        self,
        person_id: int,
        until: datetime | None,
        reason: AbsenceReason = AbsenceReason.VACATION,
        start: datetime | None = None,
        deputy: int | None = None,
    ) -> int:
        values = {
            "person_id": person_id,
            "reason": reason.value,
            "start": start or self.clock.at,
            "until": until,
            "deputy_id": deputy,
            "source": "phone",
            "recorded_at": self.clock.at,
        }
        async with self.service.database.write() as tx:
            new = insert(absence).values(values).returning(absence.c.id)
            return int((await tx.execute(new)).scalar_one())

    async def back(self, absence_id: int) -> None:
        async with self.service.database.write() as tx:
            await tx.execute(delete(absence).where(absence.c.id == absence_id))

    async def passes(self, stretch: timedelta = SOON) -> None:
        await self.service.until(self.clock.at + stretch)

    async def rules(self, **values: object) -> None:
        async with self.service.database.write() as tx:
            await tx.execute(update(policy).values(values))

    async def of_person(self, person_id: int, **values: object) -> None:
        async with self.service.database.write() as tx:
            await tx.execute(update(person).where(person.c.id == person_id).values(values))

    async def letters(self) -> Sequence[Any]:
        return sorted(await rows_of(self.service.database, outbox), key=lambda row: row.id)

    async def close(self) -> None:
        await self.service.directory.close()


async def build_house(database: Database) -> House:
    await furnish(database)
    async with database.write() as tx:
        await tx.execute(text("DELETE FROM absence"))
    names = [await id_of(database, person, name) for name in ("Erik Lund", "Anna Andersson", "Maria Berg")]
    clock, server = SetClock(), FakeScriptServer()
    service = Service(database, clock, server)
    await service.start()
    return House(service, server, clock, *names)
