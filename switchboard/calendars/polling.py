"""Keep each person's absences as their calendars say. Each source has a task of its own: a slow one delays no other."""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn, Protocol

from switchboard.calendars.failures import CalendarFailure
from switchboard.calendars.fetching import CalendarFetcher, Known, Wanted
from switchboard.calendars.reading import read_events
from switchboard.domain.calendar import CalendarAbsence, CalendarSource, absences_of_events
from switchboard.domain.directory import AbsenceCode

LOOK_EVERY_S = 10.0
SHORTEST_INTERVAL_S = 10
LONGEST_INTERVAL_S = 3600
BACK = timedelta(days=1)
AHEAD = timedelta(days=90)
READ_ANEW = timedelta(hours=6)
"""The time that counts moves on although the calendar does not change."""
READ_AT_ONCE = 1
FETCHED_AT_ONCE = 8
_JITTER = random.Random()  # noqa: S311  no secret: it spreads the load on the servers


class Log(Protocol):
    def warning(self, event: str, **fields: object) -> object: ...
    def exception(self, event: str, **fields: object) -> object: ...


class SourceBook(Protocol):
    async def enabled(self) -> Sequence[CalendarSource]: ...

    async def replace(self, source: CalendarSource, absences: Sequence[CalendarAbsence], at: datetime) -> None:
        """In one transaction: the source's absences are these, and it has succeeded at `at`."""

    async def succeeded(self, source: CalendarSource, at: datetime) -> None:
        """Nothing has changed."""

    async def failed(self, source: CalendarSource, reason: str, at: datetime) -> None:
        """What is known stays as it is."""


@dataclass(frozen=True, slots=True)
class Around:
    """`words` gives the codes of an authority for titles; `secrets` is the folder of the logins."""

    now: Callable[[], datetime]
    words: Callable[[int], Mapping[str, AbsenceCode]]
    secrets: Path | None = None


@dataclass(frozen=True, slots=True)
class _Last:
    known: Known
    read_at: datetime
    words: Mapping[str, AbsenceCode]


class CalendarPolling:
    def __init__(self, book: SourceBook, fetcher: CalendarFetcher, around: Around, log: Log) -> None:
        self._book = book
        self._fetcher = fetcher
        self._around = around
        self._log = log
        self._last: dict[CalendarSource, _Last] = {}
        self._tasks: dict[CalendarSource, asyncio.Task[NoReturn]] = {}
        self._succeeded: dict[CalendarSource, datetime] = {}
        self._fetching = asyncio.Semaphore(FETCHED_AT_ONCE)
        self._reading = asyncio.Semaphore(READ_AT_ONCE)

    async def run(self) -> NoReturn:
        """Follow the table of sources until cancelled."""
        try:
            async with self._fetcher:
                while True:
                    await self._follow_table()
                    await asyncio.sleep(LOOK_EVERY_S)
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def look(self, source: CalendarSource) -> None:
        """Once. A failure is written down and changes nothing else."""
        try:
            await self._look(source)
            self._succeeded[source] = self._around.now()
        except CalendarFailure as failure:
            self._last.pop(source, None)
            self._log.warning("calendar_failed", source=source.id, reason=str(failure))
            await self._book.failed(source, str(failure), self._around.now())

    def ages(self) -> Mapping[int, float]:
        """Seconds since each source that is followed was last read, by its id; -1 where it never was."""
        now = self._around.now()
        read = self._succeeded
        return {each.id: (now - read[each]).total_seconds() if each in read else -1.0 for each in self._tasks}

    async def _look(self, source: CalendarSource) -> None:
        now, words = self._around.now(), self._around.words(source.authority_id)
        last = self._last.get(source)
        current = last is not None and now - last.read_at < READ_ANEW and last.words == words
        known = last.known if last is not None and current else Known()
        wanted = Wanted(source.kind, source.url, now - BACK, now + AHEAD, await self._login(source))
        async with self._fetching:
            fetched = await self._fetcher.fetch(wanted, known)
        if fetched is None:
            await self._book.succeeded(source, now)
            return
        async with self._reading:
            events = await read_events(source.kind, fetched.body, wanted.since, wanted.until)
        await self._book.replace(source, absences_of_events(events, words, now), now)
        self._last[source] = _Last(fetched.known, now, words)

    async def _login(self, source: CalendarSource) -> tuple[str, str] | None:
        if not source.credentials:
            return None
        return await asyncio.to_thread(read_login, self._around.secrets, source.credentials)

    async def _follow_table(self) -> None:
        try:
            wanted = set(await self._book.enabled())
        except Exception:  # noqa: BLE001  the next look may find the database again
            self._log.exception("calendar_sources_unread")
            return
        for source in self._tasks.keys() - wanted:
            self._tasks.pop(source).cancel()
            self._last.pop(source, None)
            self._succeeded.pop(source, None)
        for source in wanted - self._tasks.keys():
            self._tasks[source] = asyncio.create_task(self._keep_looking(source), name=f"calendar {source.id}")

    async def _keep_looking(self, source: CalendarSource) -> NoReturn:
        interval = min(max(source.interval_s, SHORTEST_INTERVAL_S), LONGEST_INTERVAL_S)
        await asyncio.sleep(_JITTER.uniform(0, interval / 4))
        while True:
            try:
                await self.look(source)
            except Exception:  # noqa: BLE001  one source's fault ends no other
                self._log.exception("calendar_look_failed", source=source.id)
            await asyncio.sleep(interval * _JITTER.uniform(0.8, 1.0))


def read_login(secrets: Path | None, name: str) -> tuple[str, str]:
    """The file's first line is `user:password`. A name with a path in it would read any file of the machine."""
    if secrets is None or not name.replace("-", "").replace("_", "").isalnum():
        raise CalendarFailure("its credentials name no file in the folder of secrets")
    try:
        text = (secrets / name).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise CalendarFailure("its credentials cannot be read") from None
    user, colon, password = text.partition("\n")[0].rstrip("\r").partition(":")
    if not user or not colon:
        raise CalendarFailure("its credentials are not user:password")
    return user, password
