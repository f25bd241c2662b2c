"""Where colleagues' calendars are published in a test: one file over HTTP, which the test writes anew."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.calendars.calendar_texts import calendar, event


@dataclass
class PublishedFile:
    """`body` None: the server answers 500."""

    body: bytes | None = None
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        return web.Response(status=500) if self.body is None else web.Response(body=self.body)


@asynccontextmanager
async def published(body: bytes) -> AsyncIterator[PublishedFile]:
    file = PublishedFile(body)
    app = web.Application()
    app.router.add_get("/calendar.ics", file.answer)
    async with TestServer(app) as server:
        file.url = str(server.make_url("/calendar.ics"))
        yield file


def appointment(title: str, at: datetime, until: datetime, uid: str = "1") -> bytes:
    """A calendar with one event."""
    return calendar(event(f"DTSTART:{_utc(at)}", f"DTEND:{_utc(until)}", f"SUMMARY:{title}", uid=uid))


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


HOUR = timedelta(hours=1)
