"""One slow or broken calendar delays no other; what fails erases nothing (R1)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from switchboard.calendars.addresses import Allowed
from switchboard.calendars.fetching import CalendarFetcher
from switchboard.calendars.polling import Around, CalendarPolling
from switchboard.domain.calendar import CalendarAbsence, CalendarSource, SourceKind, words_of
from switchboard.logs import named_log
from tests.calendars.calendar_texts import calendar, event

NOW = datetime(2026, 8, 3, 6, tzinfo=UTC)
BODY = calendar(event("DTSTART:20260803T100000Z", "DURATION:PT1H"))


@dataclass
class TableBook:
    """The port `SourceBook` in memory; `came` is set by whatever the service writes."""

    sources: Sequence[CalendarSource] = ()
    kept: dict[int, Sequence[CalendarAbsence]] = field(default_factory=dict)
    unchanged: list[int] = field(default_factory=list)
    failures: dict[int, str] = field(default_factory=dict)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def enabled(self) -> Sequence[CalendarSource]:
        return self.sources

    async def replace(self, source: CalendarSource, absences: Sequence[CalendarAbsence], at: datetime) -> None:
        self.kept[source.id] = absences
        self.came.set()

    async def succeeded(self, source: CalendarSource, at: datetime) -> None:
        self.unchanged.append(source.id)

    async def failed(self, source: CalendarSource, reason: str, at: datetime) -> None:
        self.failures[source.id] = reason


def polling(book: TableBook, fetcher: CalendarFetcher) -> CalendarPolling:
    return CalendarPolling(book, fetcher, Around(lambda: NOW, lambda _: words_of(())), named_log("calendars"))


async def test_a_slow_calendar_delays_no_other() -> None:
    over = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/slow":
            await over.wait()
        return web.Response(body=BODY)

    app = web.Application()
    app.router.add_get("/{name}", answer)
    async with TestServer(app) as server:
        its = [
            CalendarSource(id, 1, 1, SourceKind.ICALENDAR, str(server.make_url(name)), interval_s=10)
            for id, name in ((1, "/slow"), (2, "/good"))
        ]
        book = TableBook(its)
        part = polling(book, CalendarFetcher(Allowed(("127.0.0.1",))))
        running = asyncio.create_task(part.run())
        async with asyncio.timeout(20):
            await book.came.wait()
        assert list(book.kept) == [2]
        assert part.ages()[1] == -1.0
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        over.set()


async def test_what_has_not_changed_is_not_read_again_and_a_failure_erases_nothing() -> None:
    broken = False

    async def answer(request: web.Request) -> web.Response:
        if broken:
            return web.Response(body=BODY[:-20])
        same = request.headers.get("If-None-Match") == '"1"'
        return web.Response(status=304) if same else web.Response(body=BODY, headers={"ETag": '"1"'})

    app = web.Application()
    app.router.add_get("/cal", answer)
    async with TestServer(app) as server:
        source = CalendarSource(1, 1, 1, SourceKind.ICALENDAR, str(server.make_url("/cal")))
        book = TableBook()
        async with CalendarFetcher(Allowed(("127.0.0.1",))) as fetcher:
            part = polling(book, fetcher)
            await part.look(source)
            await part.look(source)
            assert (len(book.kept[1]), book.unchanged) == (1, [1])
            broken = True
            await part.look(source)
    assert book.failures == {1: "is not a calendar that can be read"}
    assert len(book.kept[1]) == 1
