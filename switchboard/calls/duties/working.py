"""What goes on beside the calls: jobs that are due are done, and letters are sent, by as many services as there are."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import NoReturn

from switchboard.calls.duties.outages import Outage
from switchboard.calls.ports import AudioStore, Clock, Log
from switchboard.calls.ports.duties import Job, Jobs, LeaseLost, Letter, MailDelayed, Mailer, MailRefused, Outbox

Handler = Callable[[Job], Awaitable[None]]
"""Does the job and ends it, or sets its next time, in one transaction."""
IDLE_S = 2.0
MOST_TRIES = 20
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=5)
"""RFC 5321, 4.5.4.1: four or five days."""


def pause_after(tries: int) -> timedelta:
    """Twice as long after each try: half a minute, a minute, …, an hour."""
    doubled: int = 1 << min(max(tries - 1, 0), 10)
    return min(LONGEST_PAUSE, FIRST_PAUSE * doubled)


class JobWorker:
    """Does one job after the other, in the order in which they fell due."""

    def __init__(self, jobs: Jobs, handlers: Mapping[str, Handler], clock: Clock, log: Log) -> None:
        self._jobs = jobs
        self._handlers = handlers
        self._clock = clock
        self._log = log
        self._looks = Outage(log, "jobs_not_looked_at", "jobs_looked_at_again")

    async def run(self) -> NoReturn:
        while True:
            with self._looks.trying():
                await self.do_what_is_due()
            await asyncio.sleep(IDLE_S)

    async def do_what_is_due(self) -> int:
        """How many jobs were begun."""
        begun = 0
        while (job := await self._jobs.take(self._clock.now())) is not None:
            begun += 1
            await self._do(job)
        return begun

    async def _do(self, job: Job) -> None:
        try:
            await self._handlers[job.kind](job)
        except LeaseLost:
            self._log.info("job_not_ours_any_more", job=job.id, kind=job.kind)
        except Exception as error:  # noqa: BLE001 - a job that fails must not hold up those after it
            self._log.exception("job_failed", job=job.id, kind=job.kind, tries=job.tries)
            await self._after_fault(job, type(error).__name__)

    async def _after_fault(self, job: Job, error: str) -> None:
        if job.tries >= MOST_TRIES:
            await self._jobs.give_up(job, error)
        else:
            await self._jobs.put_off(job, self._clock.now() + pause_after(job.tries), error)


class Postman:
    """Sends the letters of the outbox. `waiting`, `refused` and `expired` are what it last counted."""

    def __init__(self, outbox: Outbox, mailer: Mailer, audio: AudioStore, clock: Clock, log: Log) -> None:
        self._outbox = outbox
        self._mailer = mailer
        self._audio = audio
        self._clock = clock
        self._log = log
        self._looks = Outage(log, "outbox_not_looked_at", "outbox_looked_at_again")
        self.counts: Mapping[str, int] = {}

    async def run(self) -> NoReturn:
        while True:
            with self._looks.trying():
                await self.send_what_waits()
                self.counts = await self._outbox.counts()
            await asyncio.sleep(IDLE_S)

    async def send_what_waits(self) -> int:
        """How many letters were taken."""
        taken = 0
        while (letter := await self._outbox.take(self._clock.now())) is not None:
            taken += 1
            await self._send(letter)
        return taken

    async def _send(self, letter: Letter) -> None:
        now = self._clock.now()
        if is_too_old(letter, now):
            self._log.warning("letter_expired", letter=letter.id, tries=letter.tries)
            await self._outbox.expired(letter, "no mail server took it for days")
            return
        try:
            audio = await self._audio.get(letter.attachment) if letter.attachment else None
            await self._mailer.send(letter, audio)
        except MailRefused as refusal:
            self._log.warning("letter_refused", letter=letter.id, tries=letter.tries)
            await self._outbox.refused(letter, str(refusal))
        except MailDelayed as delay:
            self._log.info("letter_delayed", letter=letter.id, tries=letter.tries)
            await self._outbox.put_off(letter, now + pause_after(letter.tries), str(delay))
        else:
            self._log.info("letter_sent", letter=letter.id, tries=letter.tries)
            await self._outbox.sent(letter, self._clock.now())


def is_too_old(letter: Letter, now: datetime) -> bool:
    """One that was never tried, because no service was there, is tried once whatever its age."""
    return letter.tries > 1 and now - letter.created_at > GIVE_UP_AFTER
