"""The demo's house with managers, a rota and a clock that is set: everything that watches over tasks, on a database."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert, select, text, update

from switchboard.calls.duties import JobWorker, Postman
from switchboard.calls.ports.duties import Letter, MailDelayed, MailRefused
from switchboard.changes import Act
from switchboard.db.directory_store import DirectoryStore
from switchboard.db.engine import Database
from switchboard.db.jobs import DatabaseJobs
from switchboard.db.jobs.outbox import DatabaseOutbox
from switchboard.db.messages import DatabaseMessages
from switchboard.db.public_holidays import SwedishCalendars
from switchboard.db.reminders.greetings import REMIND, GreetingReminders
from switchboard.db.retention.erasing import ERASE_AUDIO
from switchboard.db.retention.keeping import RETENTION, Retention, RetentionJobs
from switchboard.db.tables import job, outbox, person, unit
from switchboard.db.tasks.finding import FIND_CALLS, CallFinder
from switchboard.db.tasks.rows import WATCH
from switchboard.db.tasks.steps import TaskSteps
from switchboard.db.tasks.watch import Rules, TaskWatch
from switchboard.domain.callback import CallbackTask, Mailbox, VoicemailMessage
from switchboard.domain.deadline import count_deadline
from tests.demo_house import CITIZEN, NOW, furnish, id_of, rows_of
from tests.fakes.audio import FakeAudioStore
from tests.fakes.world import FakeLog

LINK = "https://vaxel.norrby.example"
BY_HAND = Act("Karin Holm", NOW)


class SetClock:
    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@dataclass
class FakeMailer:
    """`answers` are raised one after the other before it takes letters."""

    took: list[Letter] = field(default_factory=list)
    audio: list[bytes | None] = field(default_factory=list)
    answers: list[MailRefused | MailDelayed] = field(default_factory=list)

    async def send(self, letter: Letter, audio: bytes | None) -> None:
        if self.answers:
            raise self.answers.pop(0)
        self.took.append(letter)
        self.audio.append(audio)


class Service:
    """One process of several on a database."""

    def __init__(self, database: Database, clock: SetClock, name: str = "one") -> None:
        self.database = database
        self.clock = clock
        self.log = FakeLog()
        self.directory = DirectoryStore(database, clock.now, self.log)
        calendars = SwedishCalendars(lambda: self.directory.latest, clock.now)
        self.calendars = calendars
        self.watch = TaskWatch(database, Rules(self.directory, calendars), clock, LINK, self.log)
        self.finder = CallFinder(database, self.directory, clock.now, self.log)
        self.jobs = DatabaseJobs(database, name)
        self.audio = FakeAudioStore(clock.now)
        kept = RetentionJobs(Retention(database, self.directory), database, self.audio, clock, self.log)
        reminders = GreetingReminders(database, Rules(self.directory, calendars), clock, self.log)
        handlers = {
            WATCH: self.watch.run,
            FIND_CALLS: self.finder.run,
            RETENTION: kept.run,
            ERASE_AUDIO: kept.erase_audio,
            REMIND: reminders.run,
        }
        self.worker = JobWorker(self.jobs, handlers, clock, self.log)
        self.outbox = DatabaseOutbox(database, name)
        self.mailer = FakeMailer()
        self.postman = Postman(self.outbox, self.mailer, self.audio, clock, self.log)
        self.steps = TaskSteps(database, self.directory)
        self.messages = DatabaseMessages(database)

    async def works(self) -> None:
        """Everything that is due, without a fault."""
        await self.worker.do_what_is_due()
        await self.postman.send_what_waits()
        assert self.log.events("exception") == []

    async def until(self, end: datetime) -> None:
        """Virtual time: from one thing that falls due to the next."""
        while (due := await self.next_due()) is not None and due <= end:
            self.clock.at = max(self.clock.at, due)
            await self.works()
        self.clock.at = end

    async def next_due(self) -> datetime | None:
        async with self.database.read() as tx:
            waiting = select(job.c.due).where(job.c.state == "waiting").order_by(job.c.due).limit(1)
            due: datetime | None = await tx.scalar(waiting)
            return due

    async def leave_message(
        self, id: str, mailbox: Mailbox, caller: str | None = CITIZEN, at: datetime | None = None
    ) -> str:
        at = at or self.clock.now()
        directory = await self.directory.current()
        authority = mailbox.authority_id
        deadline = count_deadline(at, directory.policies(authority), self.calendars.calendar(authority))
        sha256 = await self.audio.put(b"RIFF" + id.encode())
        message = VoicemailMessage(f"m-{id}", f"c-{id}", mailbox, caller, at, 12.4, sha256)
        task = CallbackTask(f"t-{id}", mailbox, caller, "voicemail", f"c-{id}", message.id, at, deadline)
        await self.messages.keep(f"r-{id}", message, task)
        return await self.messages.task_of(message.id) or ""

    async def letters(self) -> Sequence[Any]:
        return sorted(await rows_of(self.database, outbox), key=lambda row: row.id)

    async def close(self) -> None:
        await self.directory.close()


@dataclass
class House:
    """Norrby: Anna is the manager of Bygglov, where Erik works; ids by name."""

    service: Service
    clock: SetClock
    norrby: int
    bygglov: int
    erik: int
    anna: int
    maria: int

    @property
    def erik_s(self) -> Mailbox:
        return Mailbox(self.norrby, person_id=self.erik)

    async def sql(self, statement: str, **values: object) -> None:
        async with self.service.database.write() as tx:
            await tx.execute(text(statement), values)

    async def put(self, table: Table, **values: object) -> None:
        async with self.service.database.write() as tx:
            await tx.execute(insert(table).values(values))


async def build_house(database: Database) -> House:
    await furnish(database)
    async with database.write() as tx:
        await tx.execute(text("DELETE FROM absence"))
    clock = SetClock()
    names = {name: await id_of(database, person, name) for name in ("Erik Lund", "Anna Andersson", "Maria Berg")}
    bygglov = await id_of(database, unit, "Bygglov")
    async with database.write() as tx:
        await tx.execute(update(unit).where(unit.c.id == bygglov).values(manager_id=names["Anna Andersson"]))
    async with database.read() as tx:
        norrby = int(await tx.scalar(select(unit.c.authority_id).where(unit.c.id == bygglov)) or 0)
    service = Service(database, clock)
    ids = (names["Erik Lund"], names["Anna Andersson"], names["Maria Berg"])
    return House(service, clock, norrby, bygglov, *ids)


def by_hand(at: datetime) -> Act:
    return replace(BY_HAND, at=at)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)
