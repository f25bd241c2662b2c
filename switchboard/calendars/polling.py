"""Follow the table of calendars. Each has a task of its own: a slow one delays no other."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NoReturn, Protocol

from switchboard.calendars.failures import CalendarFailure
from switchboard.calendars.fetching import CalendarFetcher
from switchboard.calendars.looking import Around, CalendarLooking, Keeper
from switchboard.calendars.states import CalendarStates
from switchboard.calls.duties.outages import Outage
from switchboard.calls.ports import Log
from switchboard.domain.calendar import CalendarSource, SourceState
from switchboard.domain.calendar.sources import LONGEST_INTERVAL_S, SHORTEST_INTERVAL_S

FOLLOW_EVERY_S = 10.0
_JITTER = random.Random()  # noqa: S311  no secret: it spreads the load on the servers


class SourceBook(Keeper, Protocol):
    async def followed(self) -> Sequence[tuple[CalendarSource, SourceState]]:
        """Those that are turned on, and how it went with each."""

    async def note(self, states: Mapping[int, SourceState]) -> None:
        """How it goes, by id."""

    async def forget_orphans(self) -> int:
        """Remove what calendars gave that are gone or turned off; how many absences."""


class CalendarPolling:
    """`states` tells how reading each goes."""

    def __init__(self, book: SourceBook, fetcher: CalendarFetcher, around: Around, log: Log) -> None:
        self._book = book
        self._fetcher = fetcher
        self._around = around
        self._log = log
        self._looking = CalendarLooking(book, fetcher, around)
        self._tasks: dict[CalendarSource, asyncio.Task[NoReturn]] = {}
        self._orphans_gone = False
        self._reading = Outage(log, "calendar_sources_unread", "calendar_sources_read_again")
        self.states = CalendarStates()

    async def run(self) -> NoReturn:
        """Until cancelled."""
        every = min(FOLLOW_EVERY_S, self._around.interval_s)
        try:
            async with self._fetcher:
                while True:
                    await self._follow_table()
                    await asyncio.sleep(every)
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def ages(self) -> Mapping[int, float]:
        return self.states.ages(self._around.now())

    async def look(self, source: CalendarSource) -> None:
        """Once. A failure is told and changes nothing else."""
        before = self.states.state(source.id)
        try:
            problem = await self._looking.look(source)
        except CalendarFailure as failure:
            state = before.failed(self._around.now(), str(failure))
        else:
            state = before.read(self._around.now(), problem)
        self.states.put(source.id, state)
        if state.failure != before.failure:
            self._tell(source, state)

    def _tell(self, source: CalendarSource, state: SourceState) -> None:
        if state.failure is None:
            self._log.info("calendar_recovered", source=source.id)
        else:
            self._log.warning("calendar_failed", source=source.id, reason=state.failure, read_at=_text(state.read_at))

    async def _follow_table(self) -> None:
        """The next time may find the database again."""
        rows: Sequence[tuple[CalendarSource, SourceState]] = ()
        with self._reading.trying():
            await self._write_states()
            rows = await self._book.followed()
            if not self._orphans_gone:
                await self._forget_orphans()
        if not self._reading.lasts:
            self._follow(rows)

    def _follow(self, rows: Sequence[tuple[CalendarSource, SourceState]]) -> None:
        self.states.follow(rows)
        wanted = {source for source, _ in rows}
        for source in self._tasks.keys() - wanted:
            self._tasks.pop(source).cancel()
            self._looking.forget(source)
        for source in wanted - self._tasks.keys():
            self._tasks[source] = asyncio.create_task(self._keep_looking(source), name=f"calendar {source.id}")

    async def _write_states(self) -> None:
        states = self.states.take_unsaved()
        if not states:
            return
        try:
            await self._book.note(states)
        except BaseException:
            self.states.give_back(states)
            raise

    async def _forget_orphans(self) -> None:
        """Once is enough: from then on the database sees to it itself, where a row goes or is turned off."""
        gone = await self._book.forget_orphans()
        self._orphans_gone = True
        if gone:
            self._log.info("calendar_absences_removed", absences=gone)

    async def _keep_looking(self, source: CalendarSource) -> NoReturn:
        """One source's fault ends no other."""
        interval = self._interval(source)
        looks = Outage(self._log.bind(source=source.id), "calendar_look_failed", "calendar_looked_at_again")
        await asyncio.sleep(_JITTER.uniform(0, interval / 4))
        while True:
            with looks.trying():
                await self.look(source)
            await asyncio.sleep(interval * _JITTER.uniform(0.8, 1.0))

    def _interval(self, source: CalendarSource) -> float:
        if source.interval_s is None:
            return self._around.interval_s
        return min(max(source.interval_s, SHORTEST_INTERVAL_S), LONGEST_INTERVAL_S)


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
