"""A real CalDAV server, Radicale: what is put there is an absence at the next look (R1, R2)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest

from switchboard.calendars.addresses import Allowed
from switchboard.calendars.fetching import CalendarFetcher
from switchboard.calendars.looking import Around, Found
from switchboard.calendars.polling import CalendarPolling
from switchboard.domain.calendar import CalendarSource, SourceKind, words_of
from switchboard.domain.directory import AbsenceReason
from tests.calendars.calendar_texts import calendar, event
from tests.calendars.radicale_server import PASSWORD, USER, Collection, radicale
from tests.fakes.calendars import FakeCalendarBook
from tests.fakes.world import FakeLog

NOW = datetime(2026, 8, 3, 6, tzinfo=UTC)
FILES = ("right", "wrong", "../users", "absent")


@pytest.fixture
async def collection(tmp_path: Path) -> AsyncIterator[Collection]:
    async with radicale(tmp_path) as collection:
        yield collection


async def test_put_and_deleted_at_the_server(collection: Collection, tmp_path: Path) -> None:
    (tmp_path / "right").write_text(f"{USER}:{PASSWORD}\n")
    (tmp_path / "wrong").write_text(f"{USER}:other\n")
    book = FakeCalendarBook()
    around = Around(lambda: NOW, lambda _: words_of(()), tmp_path)
    async with CalendarFetcher(Allowed(networks=[ip_network("127.0.0.0/8")])) as fetcher:
        polling = CalendarPolling(book, fetcher, around, FakeLog())
        source = CalendarSource(1, 1, 1, SourceKind.CALDAV, collection.url, login=(USER, PASSWORD))
        others = [replace(source, id=id, login=None, credentials=name) for id, name in enumerate(FILES, 2)]
        book.sources = [source, *others]
        polling.states.follow(await book.followed())
        series = event("DTSTART:20260803T100000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2", "SUMMARY:;LUN")
        await collection.put("1", calendar(series))
        await polling.look(source)
        assert [(each.reason, each.open, each.start.day) for each in book.kept[1].absences] == [
            (AbsenceReason.LUNCH, True, 3),
            (AbsenceReason.LUNCH, True, 4),
        ]
        for each in others:
            await polling.look(each)
        assert [polling.states.state(each.id).failure for each in others] == [
            None,
            "the server answers 401",
            "its credentials name no file in the folder of secrets",
            "its credentials cannot be read",
        ]
        assert book.kept[2] == book.kept[1]
        await collection.delete("1")
        await polling.look(source)
        assert book.kept[1] == Found(())
