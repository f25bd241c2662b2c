"""One slow or broken calendar delays no other; what fails erases nothing, and is told with its age (R1)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from switchboard.calendars import looking
from switchboard.calendars import polling as polling_module
from switchboard.calendars.addresses import Allowed
from switchboard.calendars.fetching import WITHIN_S, CalendarFetcher
from switchboard.calendars.looking import FETCHED_AT_ONCE_OF_A_SERVER, READ_ANEW, TRY_ANEW, Around
from switchboard.calendars.polling import CalendarPolling
from switchboard.calendars.reading import Reading, read_events
from switchboard.domain.calendar import CalendarSource, SourceKind, SourceState, words_of
from switchboard.domain.calendar.sources import source_name
from switchboard.settings import Settings
from tests.acceptance import wait
from tests.calendars.calendar_texts import calendar, event
from tests.fakes.calendars import FakeCalendarBook
from tests.fakes.world import FakeLog

NOW = datetime(2026, 8, 3, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ONE = event("DTSTART:20260803T100000Z", "DURATION:PT1H")
BODY = calendar(ONE)
ETAG = {"ETag": '"1"'}


@dataclass
class Place:
    """One calendar's server, whose answer a test changes, and the part that looks at it."""

    answer: Callable[[web.Request], Awaitable[web.StreamResponse]]
    book: FakeCalendarBook = field(default_factory=FakeCalendarBook)
    log: FakeLog = field(default_factory=FakeLog)
    now: datetime = NOW
    asked: int = 0
    url: str = ""

    def part(self, fetcher: CalendarFetcher, interval_s: float = 30) -> CalendarPolling:
        around = Around(lambda: self.now, lambda _: words_of(()), None, interval_s)
        return CalendarPolling(self.book, fetcher, around, self.log)

    def source(self, id: int = 1, path: str = "cal") -> CalendarSource:
        return CalendarSource(id, id, 1, SourceKind.ICALENDAR, f"{self.url}{path}")


@asynccontextmanager
async def serving(place: Place) -> AsyncIterator[CalendarPolling]:
    """The part, with `place.source(1)` in the table."""

    async def handle(request: web.Request) -> web.StreamResponse:
        place.asked += 1
        return await place.answer(request)

    app = web.Application()
    app.router.add_get("/{name}", handle)
    async with TestServer(app) as server, CalendarFetcher(Allowed(("127.0.0.1",))) as fetcher:
        place.url = str(server.make_url("/"))
        place.book.sources = [place.source()]
        part = place.part(fetcher)
        part.states.follow(await place.book.followed())
        yield part


def text(body: bytes, headers: dict[str, str] | None = None) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        same = headers is not None and request.headers.get("If-None-Match") == headers["ETag"]
        return web.Response(status=304) if same else web.Response(body=body, headers=headers)

    return answer


async def refused(request: web.Request) -> web.Response:
    return web.Response(status=500)


async def until(condition: Callable[[], bool]) -> None:
    async def holds() -> bool:
        return condition()

    await wait.until(holds, 30, "the table is followed")


@asynccontextmanager
async def running(part: CalendarPolling) -> AsyncIterator[None]:
    task = asyncio.create_task(part.run())
    try:
        async with asyncio.timeout(30):
            yield
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_a_server_that_hangs_delays_no_other() -> None:
    """More of its calendars than are asked for at once: they wait for each other alone."""
    over = asyncio.Event()

    async def hang(request: web.Request) -> web.Response:
        await over.wait()
        return web.Response(body=BODY)

    slow = web.Application()
    slow.router.add_get("/{name}", hang)
    place = Place(text(BODY))
    async with TestServer(slow) as server, serving(place):
        url = str(server.make_url("/"))
        hanging = [
            CalendarSource(id, id, 1, SourceKind.ICALENDAR, f"{url}{id}", interval_s=10)
            for id in range(10, 12 + FETCHED_AT_ONCE_OF_A_SERVER)
        ]
        place.book.sources = [*hanging, place.source()]
        part = place.part(CalendarFetcher(Allowed(("127.0.0.1",))), interval_s=1)
        async with running(part):
            await place.book.came.wait()
            assert list(place.book.kept) == [1]
            assert part.ages()[10] == -1.0
        over.set()


async def test_the_table_is_followed_and_the_states_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling_module, "FOLLOW_EVERY_S", 0.05)
    place = Place(text(BODY))
    async with serving(place):
        place.book.broken, place.book.orphans = True, 3
        part = place.part(CalendarFetcher(Allowed(("127.0.0.1",))), interval_s=1)
        async with running(part):
            await until(lambda: "calendar_sources_unread" in str(place.log.lines))
            place.book.broken = False
            await until(lambda: place.book.states.get(1) == SourceState(NOW))
            assert "calendar_absences_removed" in str(place.log.lines)
            place.book.sources = []
            await until(lambda: not part.ages())


async def test_what_has_not_changed_is_not_read_again_and_a_failure_erases_nothing() -> None:
    place = Place(text(BODY, ETAG))
    async with serving(place) as part:
        await part.look(place.source())
        await part.look(place.source())
        assert (place.book.keeps, len(place.book.kept[1].absences)) == (2, 1)
        place.answer = text(BODY[:-20])
        place.now += MINUTE
        await part.look(place.source())
        place.now += MINUTE
        await part.look(place.source())
        state = SourceState(NOW, NOW + MINUTE, "is not a calendar that can be read")
        assert (part.states.state(1), place.book.keeps) == (state, 2)
        assert str(place.log.lines).count("calendar_failed") == 1
        failing = part.states.of_person(1)
        assert failing is not None
        assert (failing.read_at, failing.failing_since) == (NOW, NOW + MINUTE)
        assert part.states.of_source(source_name(1)) == failing
        assert (part.states.of_person(2), part.states.of_source("admin")) == (None, None)
        place.answer = text(BODY)
        await part.look(place.source())
        assert part.states.state(1) == SourceState(NOW + 2 * MINUTE)
        assert part.states.of_person(1) is None
        assert "calendar_recovered" in str(place.log.lines)


async def test_a_new_stamp_alone_is_no_change_and_the_horizon_moves_on(monkeypatch: pytest.MonkeyPatch) -> None:
    reads = 0

    async def counted(kind: SourceKind, body: bytes, since: datetime, until: datetime) -> Reading:
        nonlocal reads
        reads += 1
        return await read_events(kind, body, since, until)

    monkeypatch.setattr(looking, "read_events", counted)
    place = Place(text(BODY))
    async with serving(place) as part:
        await part.look(place.source())
        place.answer = text(BODY.replace(b"DTSTAMP:2026", b"DTSTAMP:2027"))
        place.now += MINUTE
        await part.look(place.source())
        assert (reads, place.book.keeps) == (1, 2)
        place.now += READ_ANEW
        await part.look(place.source())
        assert reads == 2


async def test_what_cannot_be_read_is_not_tried_at_every_look() -> None:
    place = Place(text(b"<html>sign in</html>"))
    async with serving(place) as part:
        for _ in range(3):
            await part.look(place.source())
        assert (place.asked, place.book.keeps) == (3, 0)
        began = part.states.state(1).failing_since
        place.now += TRY_ANEW
        await part.look(place.source())
        assert (began, part.states.state(1).failing_since) == (NOW, NOW)


async def test_a_broken_series_is_told_and_the_rest_is_kept() -> None:
    place = Place(text(calendar(ONE, event("DTSTART:tomorrow", uid="bad"))))
    async with serving(place) as part:
        await part.look(place.source())
        found, state = place.book.kept[1], part.states.state(1)
        assert (len(found.absences), len(found.unread)) == (1, 1)
        assert (state.read_at, state.failing_since) == (NOW, NOW)
        assert "1 event(s) that cannot be worked out" in (state.failure or "")
        assert "calendar_failed" in str(place.log.lines)


def test_a_change_is_in_effect_within_a_minute_unless_told_otherwise_also_from_a_slow_server() -> None:
    assert Settings.model_fields["calendar_interval"].default + WITHIN_S < MINUTE.total_seconds()


async def test_the_database_that_is_away_loses_no_state() -> None:
    place = Place(refused)
    async with serving(place) as part:
        await part.look(place.source())
        taken = part.states.take_unsaved()
        assert taken == {1: SourceState(None, NOW, "the server answers 500")}
        assert part.states.take_unsaved() == {}
        part.states.give_back(taken)
        assert part.states.take_unsaved() == taken
