"""What goes on beside the calls: who watches over tasks, who finds calls back, who sends letters."""

import asyncio
import socket
from collections.abc import Iterator, Sequence
from typing import NoReturn

from switchboard.calls.duties import JobWorker, Postman
from switchboard.calls.ports import Ports
from switchboard.db.engine import Database
from switchboard.db.jobs import DatabaseJobs
from switchboard.db.jobs.outbox import DatabaseOutbox
from switchboard.db.reminders.greetings import REMIND, GreetingReminders
from switchboard.db.tasks.finding import FIND_CALLS, CallFinder
from switchboard.db.tasks.rows import WATCH
from switchboard.db.tasks.sweeping import sweep
from switchboard.db.tasks.watch import Rules, TaskWatch
from switchboard.logs import named_log
from switchboard.mail.address import parse_mail_url
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
        handlers = {WATCH: watch.run, FIND_CALLS: finder.run, REMIND: reminders.run}
        self.worker = JobWorker(DatabaseJobs(database, worker), handlers, ports.clock, log)
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
        yield asyncio.create_task(self._run_jobs(), name="jobs")
        if self.postman is not None:
            yield asyncio.create_task(self.postman.run(), name="mail")

    async def _run_jobs(self) -> NoReturn:
        while True:
            try:
                await sweep(self._database, self._clock.now())
            except Exception:  # noqa: BLE001 - until the database is there
                self._log.exception("tasks_not_swept")
                await asyncio.sleep(SWEEP_AGAIN_S)
            else:
                await self.worker.run()

    def mail_counts(self) -> dict[str, int]:
        """For the metrics; empty where there is no mail server, or before the first look."""
        return dict(self.postman.counts) if self.postman is not None else {}
