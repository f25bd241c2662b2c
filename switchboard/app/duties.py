"""What goes on beside the calls: who watches over tasks, finds calls back, sends letters, keeps autoreplies."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NoReturn

from switchboard.calls.duties import Handler, JobWorker, Postman
from switchboard.calls.duties.counting import Counting
from switchboard.calls.duties.outages import Outage
from switchboard.calls.ports import Log, Ports
from switchboard.calls.ports.autoreply import ScriptServer
from switchboard.db.autoreply.finding import AbsenceFinder
from switchboard.db.autoreply.keeping import AutoreplyKeeper
from switchboard.db.autoreply.looking import MailLooker
from switchboard.db.autoreply.rows import FIND_ABSENCES, KEEP, LOOK_AT_MAIL, AutoreplyCounts
from switchboard.db.autoreply.starting import start_autoreplies
from switchboard.db.engine import Database
from switchboard.db.jobs import DatabaseJobs
from switchboard.db.jobs.outbox import DatabaseOutbox
from switchboard.db.reminders.greetings import REMIND, GreetingReminders
from switchboard.db.retention.erasing import ERASE_AUDIO
from switchboard.db.retention.keeping import RETENTION, Retention, RetentionJobs
from switchboard.db.tasks.finding import FIND_CALLS, CallFinder
from switchboard.db.tasks.rows import WATCH
from switchboard.db.tasks.sweeping import sweep
from switchboard.db.tasks.watch import Rules, TaskWatch
from switchboard.logs import named_log
from switchboard.mail.address import parse_mail_url, parse_sieve_url
from switchboard.mail.managesieve import SieveServer
from switchboard.mail.smtp import SmtpMailer
from switchboard.settings import Settings

SWEEP_AGAIN_S = 5.0


class Duties:
    """Without a mail server letters wait in the outbox, and are told of by `switchboard check`."""

    def __init__(self, settings: Settings, ports: Ports, database: Database) -> None:
        self._database = database
        self._clock = ports.clock
        # Two services on one database are two workers, also on two machines and with the same instance number.
        worker = f"{socket.gethostname()[:60]}-{settings.instance}-{id(self):x}"
        self._log = log = named_log("duties")
        rules = Rules(ports.directory, ports.calendars)
        watch = TaskWatch(database, rules, ports.clock, settings.link_root, log)
        finder = CallFinder(database, ports.directory, ports.clock.now, log)
        reminders = GreetingReminders(database, rules, ports.clock, log)
        kept = RetentionJobs(Retention(database, ports.directory), database, ports.audio, ports.clock, log)
        handlers: Mapping[str, Handler] = {
            WATCH: watch.run,
            FIND_CALLS: finder.run,
            RETENTION: kept.run,
            ERASE_AUDIO: kept.erase_audio,
            REMIND: reminders.run,
        }
        self.worker = JobWorker(DatabaseJobs(database, worker, handlers), handlers, ports.clock, log)
        # They wait for a mail server, and must hold nothing else up.
        self._mailboxes = AutoreplyDuties(database, ports, _script_server(settings), named_log("autoreplies"))
        slow = self._mailboxes.handlers
        self.mailbox_worker = JobWorker(DatabaseJobs(database, worker, slow), slow, ports.clock, log)
        self.postman = self._postman(settings, ports, DatabaseOutbox(database, worker))

    def _postman(self, settings: Settings, ports: Ports, outbox: DatabaseOutbox) -> Postman | None:
        if settings.smtp_url is None or settings.mail_from is None:
            return None
        server = parse_mail_url(settings.smtp_url.get_secret_value())
        return Postman(outbox, SmtpMailer(server, settings.mail_from), ports.audio, ports.clock, named_log("mail"))

    def start(self) -> Sequence[asyncio.Task[NoReturn]]:
        """They never end by themselves."""
        return list(self._tasks())

    def _tasks(self) -> Iterator[asyncio.Task[NoReturn]]:
        yield asyncio.create_task(self._run(self.worker, sweep), name="jobs")
        yield asyncio.create_task(self._run(self.mailbox_worker, start_autoreplies), name="autoreplies")
        yield asyncio.create_task(self._mailboxes.counting.run(), name="mailbox counts")
        if self.postman is not None:
            yield asyncio.create_task(self.postman.run(), name="mail")

    async def _run(self, worker: JobWorker, begin: Callable[[Database, datetime], Awaitable[None]]) -> NoReturn:
        """Once the database is there."""
        sweeping = Outage(self._log, "tasks_not_swept", "tasks_swept_again")
        while True:
            with sweeping.trying():
                await begin(self._database, self._clock.now())
            if not sweeping.lasts:
                await worker.run()
            await asyncio.sleep(SWEEP_AGAIN_S)

    def mail_counts(self) -> dict[str, int]:
        """For the metrics; empty where there is no mail server, or before the first look."""
        return dict(self.postman.counts) if self.postman is not None else {}

    def mailbox_counts(self) -> dict[str, int]:
        """For the metrics; empty where they could not be counted."""
        return dict(self._mailboxes.counting.counts)


class AutoreplyDuties:
    """What is done about autoreplies, by kind of job. `counting` is of what mailboxes answer: after each job it would
    cost more than the jobs, and a job may wait for a mail server or be done by another service."""

    def __init__(self, database: Database, ports: Ports, server: ScriptServer | None, log: Log) -> None:
        looks = Outage(log, "mailboxes_not_counted", "mailboxes_counted_again")
        self.counting = Counting(AutoreplyCounts(database), looks)
        finder = AbsenceFinder(database, ports.directory, ports.clock.now)
        keeper = AutoreplyKeeper(database, ports.directory, server, ports.clock, log)
        looker = MailLooker(database, server, ports.clock, log)
        self.handlers: Mapping[str, Handler] = {
            FIND_ABSENCES: finder.run,
            KEEP: keeper.run,
            LOOK_AT_MAIL: looker.run,
        }


def _script_server(settings: Settings) -> ScriptServer | None:
    url = settings.managesieve_url
    return SieveServer(parse_sieve_url(url.get_secret_value())) if url is not None else None
