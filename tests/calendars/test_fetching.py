"""Servers that mean no good, or are merely broken: each is refused within limits."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from switchboard.calendars.addresses import Allowed, is_public
from switchboard.calendars.failures import CalendarFailure
from switchboard.calendars.fetching import CalendarFetcher, Known, Wanted
from switchboard.domain.calendar import SourceKind

SINCE, UNTIL = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    servers: list[TestServer] = []

    async def start(handler: Handler) -> str:
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", handler)
        server = TestServer(app)
        await server.start_server()
        servers.append(server)
        return str(server.make_url("/cal.ics"))

    yield start
    for server in servers:
        await server.close()


def wanted(url: str, login: tuple[str, str] | None = None) -> Wanted:
    return Wanted(SourceKind.ICALENDAR, url, SINCE, UNTIL, login)


async def fetch(
    url: str, known: Known | None = None, within_s: float = 5, login: tuple[str, str] | None = None
) -> bytes | None:
    async with CalendarFetcher(Allowed(("127.0.0.1",)), within_s, largest=10_000) as fetcher:
        got = await fetcher.fetch(wanted(url, login), known or Known())
        return got.body if got else None


async def test_what_has_not_changed_is_not_sent_again(serve: Serve) -> None:
    async def handler(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304)
        return web.Response(body=b"body", headers={"ETag": '"1"'})

    url = await serve(handler)
    assert await fetch(url) == b"body"
    assert await fetch(url, Known('"1"')) is None


async def test_compressed_answers_and_bombs(serve: Serve) -> None:
    async def handler(request: web.Request) -> web.Response:
        size = int(request.query["size"])
        body = gzip.compress(b"a" * size)[: int(request.query.get("cut", 10**9))]
        return web.Response(body=body, headers={"Content-Encoding": "gzip"})

    url = await serve(handler)
    assert await fetch(f"{url}?size=10000") == b"a" * 10_000
    with pytest.raises(CalendarFailure, match="larger"):
        await fetch(f"{url}?size=50000000")
    with pytest.raises(CalendarFailure, match="too early"):
        await fetch(f"{url}?size=5000&cut=20")


async def test_too_large_and_in_error(serve: Serve) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(body=b"a" * 20_000) if "large" in request.query else web.Response(status=403)

    url = await serve(handler)
    with pytest.raises(CalendarFailure, match="larger"):
        await fetch(f"{url}?large=1")
    with pytest.raises(CalendarFailure, match="403"):
        await fetch(url)


async def test_a_server_that_sends_drop_by_drop(serve: Serve) -> None:
    over = asyncio.Event()

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"BEGIN")
        await over.wait()
        return response

    url = await serve(handler)
    with pytest.raises(CalendarFailure, match="slow"):
        await fetch(url, within_s=0.3)
    over.set()


@pytest.mark.parametrize(
    "target", ["http://127.0.0.2/", "http://[::1]/", "http://169.254.169.254/", "http://localhost/"]
)
async def test_redirects_to_private_addresses(serve: Serve, target: str) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": target})

    with pytest.raises(CalendarFailure, match="private"):
        await fetch(await serve(handler))


async def test_redirects_without_end_and_to_files(serve: Serve) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": request.query.get("to", "/again")})

    url = await serve(handler)
    with pytest.raises(CalendarFailure, match="without end"):
        await fetch(url)
    with pytest.raises(CalendarFailure, match="must begin"):
        await fetch(f"{url}?to=file:///etc/passwd")


async def test_no_password_goes_to_another_host(serve: Serve) -> None:
    seen: list[str | None] = []

    async def other(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Authorization"))
        return web.Response(body=b"body")

    target = await serve(other)

    async def handler(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Authorization"))
        return web.Response(status=302, headers={"Location": target})

    assert await fetch(await serve(handler), login=("anna", "secret")) == b"body"
    assert [each is not None for each in seen] == [True, False]


OTHER_WAYS_TO_WRITE_IT = [
    "127.1",
    "2130706433",
    "0x7f.1",
    "127.0.0.1.",
    "127.0.0.01",
    "127%2e0.0.1",
    "127。0。0。1",
    "１２７.1",
]


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://10.1.2.3/", "http://[::ffff:10.0.0.1]/", "ftp://x/", "x"]
    + [f"http://{host}/" for host in OTHER_WAYS_TO_WRITE_IT],
)
async def test_private_addresses_and_other_schemes(url: str) -> None:
    async with CalendarFetcher(Allowed()) as fetcher:
        with pytest.raises(CalendarFailure):
            await fetcher.fetch(wanted(url), Known())


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104
        ("224.0.0.1", False),
        ("2a00:1450::1", True),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:192.168.0.1", False),
        ("2002:0a00:0001::1", False),
        ("64:ff9b::a00:1", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("host", "address", "permitted"),
    [
        ("exchange.norrby.internal", "10.1.2.3", True),
        ("Exchange.Norrby.Internal.", "10.1.2.3", True),
        ("other.norrby.internal", "10.1.2.3", False),
        ("other.norrby.internal", "192.168.7.9", True),
        ("other.norrby.internal", "fd00::9%eth0", True),
        ("other.norrby.internal", "127.0.0.1", False),
        ("cal.example", "8.8.8.8", True),
    ],
)
def test_an_authority_s_own_hosts_and_networks_are_allowed(host: str, address: str, permitted: bool) -> None:
    allowed = Allowed(["exchange.norrby.internal"], [ip_network("192.168.7.0/24"), ip_network("fd00::/16")])
    assert allowed.permits(host, address) is permitted


async def test_a_name_that_leads_to_a_private_address(serve: Serve) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(body=b"body")

    url = (await serve(handler)).replace("127.0.0.1", "localhost")
    with pytest.raises(CalendarFailure, match="private"):
        await fetch(url)
    loopback = Allowed(networks=[ip_network("127.0.0.0/8")])
    async with CalendarFetcher(loopback) as fetcher:
        got = await fetcher.fetch(wanted(url), Known())
    assert got is not None
    assert got.body == b"body"
