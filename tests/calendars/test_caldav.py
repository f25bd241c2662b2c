"""A real CalDAV server, Radicale: what is put there is an absence at the next look (R1, R2)."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from switchboard.calendars.addresses import Allowed
from switchboard.calendars.fetching import CalendarFetcher
from switchboard.calendars.polling import Around, CalendarPolling
from switchboard.domain.calendar import CalendarAbsence, CalendarSource, SourceKind, words_of
from switchboard.domain.directory import AbsenceReason
from switchboard.logs import named_log
from tests.calendars.calendar_texts import calendar, event

NOW = datetime(2026, 8, 3, 6, tzinfo=UTC)
LOGIN = aiohttp.encode_basic_auth("anna", "secret")
MAKE = """<?xml version="1.0" encoding="utf-8"?><create xmlns="DAV:"><set><prop><resourcetype><collection/>
<C:calendar xmlns:C="urn:ietf:params:xml:ns:caldav"/></resourcetype></prop></set></create>"""


@dataclass
class ListedBook:
    """The port `SourceBook` in memory."""

    absences: Sequence[CalendarAbsence] = ()
    failures: list[str] = field(default_factory=list)

    async def enabled(self) -> Sequence[CalendarSource]:
        return ()

    async def replace(self, source: CalendarSource, absences: Sequence[CalendarAbsence], at: datetime) -> None:
        self.absences = absences

    async def succeeded(self, source: CalendarSource, at: datetime) -> None:
        raise AssertionError("CalDAV is read anew each time")

    async def failed(self, source: CalendarSource, reason: str, at: datetime) -> None:
        self.failures.append(reason)


@pytest.fixture
async def collection(tmp_path: Path, free_port: Callable[[], int]) -> AsyncIterator[str]:
    port = free_port()
    users = tmp_path / "users"
    users.write_text("anna:secret\n")
    options = {
        "--server-hosts": f"127.0.0.1:{port}",
        "--auth-type": "htpasswd",
        "--auth-htpasswd-filename": str(users),
        "--auth-htpasswd-encryption": "plain",
        "--storage-filesystem-folder": str(tmp_path / "store"),
    }
    words = [word for pair in options.items() for word in pair]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "radicale", "--config", "", *words,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(20):
            while not await _listens(port):
                assert process.returncode is None
        url = f"http://127.0.0.1:{port}/anna/work/"
        await _send("MKCOL", url, MAKE.encode())
        yield url
    finally:
        process.terminate()
        await process.wait()


@pytest.fixture
def free_port() -> Callable[[], int]:
    import socket

    def find() -> int:
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            return int(one.getsockname()[1])

    return find


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


async def _send(method: str, url: str, body: bytes = b"") -> None:
    headers: Mapping[str, str] = {"Authorization": LOGIN}
    async with aiohttp.ClientSession() as session, session.request(method, url, data=body, headers=headers) as response:
        assert response.status < 300, await response.text()


async def test_put_moved_and_deleted_at_the_server(collection: str, tmp_path: Path) -> None:
    (tmp_path / "anna").write_text("anna:secret\n")
    (tmp_path / "wrong").write_text("anna:other\n")
    book = ListedBook()
    around = Around(lambda: NOW, lambda _: words_of(()), tmp_path)
    async with CalendarFetcher(Allowed(("127.0.0.1",))) as fetcher:
        polling = CalendarPolling(book, fetcher, around, named_log("calendars"))
        source = CalendarSource(1, 1, 1, SourceKind.CALDAV, collection, "anna")
        series = event("DTSTART:20260803T100000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2", "SUMMARY:;LUN")
        await _send("PUT", f"{collection}1.ics", calendar(series))
        await polling.look(source)
        assert [(each.reason, each.open, each.start.day) for each in book.absences] == [
            (AbsenceReason.LUNCH, True, 3),
            (AbsenceReason.LUNCH, True, 4),
        ]
        await polling.look(CalendarSource(1, 1, 1, SourceKind.CALDAV, collection, "wrong"))
        await polling.look(CalendarSource(1, 1, 1, SourceKind.CALDAV, collection, "../users"))
        assert book.failures == ["the server answers 401", "its credentials name no file in the folder of secrets"]
        assert len(book.absences) == 2
        await _send("DELETE", f"{collection}1.ics")
        await polling.look(source)
        assert book.absences == ()
