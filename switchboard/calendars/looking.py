"""Look at one calendar, once: fetch, read where it has changed, and keep what it says.

A calendar is worked out again only where its text is another: programs that publish one write the time of publishing
into every event (DTSTAMP), and a CalDAV server sends all of it each time.
"""

import asyncio
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from switchboard.calendars.failures import CalendarFailure
from switchboard.calendars.fetching import CalendarFetcher, Fetched, Known, Wanted
from switchboard.calendars.logins import login_of
from switchboard.calendars.reading import Reading, read_events
from switchboard.domain.calendar import CalendarAbsence, CalendarSource, absences_of_events
from switchboard.domain.calendar.sources import server_of
from switchboard.domain.directory import AbsenceCode

BACK = timedelta(days=1)
AHEAD = timedelta(days=45)
READ_ANEW = timedelta(hours=6)
"""The time that counts moves on although the calendar does not change."""
TRY_ANEW = timedelta(minutes=10)
"""A text that could not be read is not tried at every look: it may be one that takes all the time it gets."""
READ_AT_ONCE = 2
FETCHED_AT_ONCE_OF_A_SERVER = 4
Words = Mapping[str, AbsenceCode]
_SPREAD = random.Random()  # noqa: S311  no secret: not all at the same time
_STAMP = re.compile(rb"^DTSTAMP[^\r\n]*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Found:
    """What a calendar says; `unread`: the series of which it could not be worked out."""

    absences: Sequence[CalendarAbsence]
    unread: frozenset[str] = frozenset()


class Keeper(Protocol):
    async def keep(self, source: CalendarSource, found: Found, at: datetime) -> None:
        """Where anything differs, in one transaction. What somebody lifted stays lifted; what was known of unread
        series stays. Nothing, where the source has been removed or turned off meanwhile."""


@dataclass(frozen=True, slots=True)
class Around:
    """`words` gives the codes of an authority for titles; `secrets` is the folder of the logins; a source without an
    interval of its own is looked at every `interval_s`."""

    now: Callable[[], datetime]
    words: Callable[[int], Words]
    secrets: Path | None = None
    interval_s: float = 30.0


@dataclass(frozen=True, slots=True)
class _Last:
    """`found` None: it could not be read, because of `problem`."""

    known: Known
    digest: bytes
    read_at: datetime
    words: Words
    found: Found | None
    problem: str | None
    holds_for: timedelta


class CalendarLooking:
    def __init__(self, keeper: Keeper, fetcher: CalendarFetcher, around: Around) -> None:
        self._keeper = keeper
        self._fetcher = fetcher
        self._around = around
        self._last: dict[CalendarSource, _Last] = {}
        self._servers: dict[str, asyncio.Semaphore] = {}
        self._reading = asyncio.Semaphore(READ_AT_ONCE)

    def forget(self, source: CalendarSource) -> None:
        self._last.pop(source, None)

    async def look(self, source: CalendarSource) -> str | None:
        """What of it could not be worked out; None: everything was. CalendarFailure where nothing was, and then
        nothing has changed."""
        now, words = self._around.now(), self._around.words(source.authority_id)
        last = self._counting(source, now, words)
        login = await asyncio.to_thread(login_of, source, self._around.secrets)
        wanted = Wanted(source.kind, source.url, now - BACK, now + AHEAD, login)
        async with self._turn(source):
            fetched = await self._fetcher.fetch(wanted, last.known if last else Known())
        if fetched is not None:
            last = await self._read(wanted, fetched, last, words)
            self._last[source] = last
        if last is None:
            raise CalendarFailure("the server answers 304 to what was not asked")
        if last.found is None:
            raise CalendarFailure(last.problem or "is not a calendar that can be read")
        await self._keeper.keep(source, last.found, now)
        return last.problem

    def _counting(self, source: CalendarSource, now: datetime, words: Words) -> _Last | None:
        last = self._last.get(source)
        if last is None or last.words != words:
            return None
        return last if now - last.read_at < last.holds_for else None

    def _turn(self, source: CalendarSource) -> asyncio.Semaphore:
        """A server that answers slowly delays its own calendars alone."""
        return self._servers.setdefault(server_of(source.url), asyncio.Semaphore(FETCHED_AT_ONCE_OF_A_SERVER))

    async def _read(self, wanted: Wanted, fetched: Fetched, last: _Last | None, words: Words) -> _Last:
        now = wanted.since + BACK
        digest = await asyncio.to_thread(_digest, fetched.body)
        if last is not None and last.digest == digest:
            return replace(last, known=fetched.known)
        try:
            async with self._reading:
                reading = await read_events(wanted.kind, fetched.body, wanted.since, wanted.until)
        except CalendarFailure as failure:
            return _Last(Known(), digest, now, words, None, str(failure), TRY_ANEW)
        found = found_in(reading, words, now)
        return _Last(fetched.known, digest, now, words, found, reading.problem, READ_ANEW * _SPREAD.uniform(0.5, 1))


def found_in(reading: Reading, words: Words, now: datetime) -> Found:
    return Found(absences_of_events(reading.events, words, now), reading.unread)


def _digest(body: bytes) -> bytes:
    return sha256(_STAMP.sub(b"", body)).digest()
