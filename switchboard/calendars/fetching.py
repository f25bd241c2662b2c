"""Fetch a calendar by HTTP: an iCalendar address with GET, a CalDAV collection with calendar-query (RFC 4791, 7.8).

Redirects are followed here and not by aiohttp: each goes through the same checks, and no password goes to another
host. Compressed bodies are unpacked here, so that a small answer cannot become a large one.
"""

import asyncio
import zlib
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

import aiohttp

from switchboard.calendars.addresses import Allowed, PublicResolver
from switchboard.calendars.failures import CalendarFailure
from switchboard.domain.calendar import SourceKind
from switchboard.domain.calendar.sources import server_of

LARGEST_BYTES = 10 * 1024 * 1024
WITHIN_S = 20.0
MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_QUERY = """<?xml version="1.0" encoding="utf-8"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
<D:prop><D:getetag/><C:calendar-data/></D:prop>
<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">
<C:time-range start="{since:%Y%m%dT%H%M%SZ}" end="{until:%Y%m%dT%H%M%SZ}"/>
</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"""


@dataclass(frozen=True, slots=True)
class Known:
    """What the server said about the version that we have."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """`user` and `password` of HTTP's basic authentication."""

    kind: SourceKind
    url: str
    since: datetime
    until: datetime
    login: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    body: bytes
    known: Known


class CalendarFetcher:
    """Opened with `async with`."""

    def __init__(self, allowed: Allowed, within_s: float = WITHIN_S, largest: int = LARGEST_BYTES) -> None:
        self._allowed = allowed
        self._within_s = within_s
        self._largest = largest
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "CalendarFetcher":
        connector = aiohttp.TCPConnector(resolver=PublicResolver(self._allowed), use_dns_cache=False, limit=32)
        self._session = aiohttp.ClientSession(
            connector=connector, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def fetch(self, wanted: Wanted, known: Known) -> Fetched | None:
        """None: nothing has changed since `known`. CalendarFailure in every other case without a body."""
        try:
            async with asyncio.timeout(self._within_s):
                return await self._follow(wanted, known)
        except TimeoutError:
            raise CalendarFailure("the server is too slow") from None
        except aiohttp.ClientError as error:
            raise CalendarFailure(f"the server cannot be reached ({type(error).__name__})") from None
        except (ValueError, OSError):
            raise CalendarFailure("the server's answer cannot be understood") from None

    async def _follow(self, wanted: Wanted, known: Known) -> Fetched | None:
        url, login = wanted.url, wanted.login
        for _ in range(MOST_REDIRECTS + 1):
            url = self._allowed.check(url)
            async with self._ask(wanted, url, login, known) as response:
                if response.status not in _REDIRECTS:
                    return await self._answer(response)
                target = urljoin(url, response.headers.get("Location", ""))
            if urlsplit(url).scheme == "https" and urlsplit(target).scheme != "https":
                raise CalendarFailure("the server leads from https to http")
            if server_of(target) != server_of(url):
                login = None
            url = target
        raise CalendarFailure("the server redirects without end")

    def _ask(
        self, wanted: Wanted, url: str, login: tuple[str, str] | None, known: Known
    ) -> aiohttp.client._RequestContextManager:
        if self._session is None:
            raise RuntimeError("not opened")
        headers = {"Accept-Encoding": "gzip", "User-Agent": "switchboard"}
        if login is not None:
            headers["Authorization"] = f"Basic {b64encode(':'.join(login).encode()).decode()}"
        if wanted.kind is SourceKind.ICALENDAR:
            if known.etag:
                headers["If-None-Match"] = known.etag
            if known.last_modified:
                headers["If-Modified-Since"] = known.last_modified
            return self._session.get(url, headers=headers, allow_redirects=False)
        headers |= {"Depth": "1", "Content-Type": "application/xml; charset=utf-8"}
        query = _QUERY.format(since=wanted.since.astimezone(UTC), until=wanted.until.astimezone(UTC))
        return self._session.request("REPORT", url, headers=headers, data=query.encode(), allow_redirects=False)

    async def _answer(self, response: aiohttp.ClientResponse) -> Fetched | None:
        if response.status == 304:
            return None
        if response.status not in (200, 207):
            raise CalendarFailure(f"the server answers {response.status}")
        known = Known(response.headers.get("ETag"), response.headers.get("Last-Modified"))
        return Fetched(await self._body(response), known)

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        coding = response.headers.get("Content-Encoding", "identity").lower()
        if coding not in ("identity", "gzip"):
            raise CalendarFailure("the server compresses in a way that was not asked for")
        unpacking = zlib.decompressobj(wbits=31) if coding == "gzip" else None
        body = bytearray()
        async for chunk in response.content.iter_chunked(65536):
            try:
                body += unpacking.decompress(chunk, self._largest + 1 - len(body)) if unpacking else chunk
            except zlib.error:
                raise CalendarFailure("the server's compression is broken") from None
            if len(body) > self._largest or (unpacking and unpacking.unconsumed_tail):
                raise CalendarFailure(f"is larger than {self._largest} bytes")
        if unpacking is not None and not unpacking.eof:
            raise CalendarFailure("ends too early")
        return bytes(body)
