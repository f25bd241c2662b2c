"""The server in the service's own loop, over the loopback address."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator

import httpx
import pytest

from switchboard.web.body_limit import LARGEST_BODY
from switchboard.web.server import WebServer, build_app
from tests.fakes.web_ports import FakeWebPorts


@pytest.fixture
def server(fakes: FakeWebPorts) -> WebServer:
    return WebServer(build_app(fakes.ports()), "127.0.0.1", 0)


async def test_it_answers_when_it_has_started_and_not_when_it_has_closed(server: WebServer) -> None:
    await server.start()
    address = f"http://127.0.0.1:{server.port}/health"
    async with httpx.AsyncClient() as client:
        answer = await client.get(address)
    assert answer.status_code == 200
    assert "server" not in answer.headers
    await server.close()
    with pytest.raises(httpx.ConnectError):
        async with httpx.AsyncClient() as client:
            await client.get(address)


async def test_the_process_s_signals_stay_the_service_s(server: WebServer) -> None:
    before = signal.getsignal(signal.SIGTERM)
    await server.start()
    assert signal.getsignal(signal.SIGTERM) is before
    await server.close()
    assert signal.getsignal(signal.SIGTERM) is before


async def test_an_address_that_is_taken_is_an_error_of_the_start(fakes: FakeWebPorts) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = WebServer(build_app(fakes.ports()), "127.0.0.1", taken.getsockname()[1])
        with pytest.raises(OSError, match="in use"):
            await server.start()
        await server.close()


async def test_closing_what_never_started_is_harmless(server: WebServer) -> None:
    await server.close()


async def test_it_starts_again_after_it_was_closed(server: WebServer) -> None:
    for _ in range(2):
        await server.start()
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"http://127.0.0.1:{server.port}/health")).status_code == 200
        await server.close()


async def test_a_failure_is_answered_and_the_server_goes_on(server: WebServer, fakes: FakeWebPorts) -> None:
    fakes.calls.refusal = RuntimeError("inside")
    await server.start()
    headers = {"Authorization": "Bearer admin-token"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", headers=headers) as client:
        assert (await client.get("/api/v1/calls")).status_code == 500
        assert (await client.get("/health")).status_code == 200
    await server.close()
    assert fakes.log.events("exception") == ["request failed"]


@pytest.mark.parametrize(
    "head",
    [
        b"GET /health HTTP/1.1\r\nHost: x\r\n",
        b"nonsense\r\n\r\n",
        b"POST /api/v1/absences HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n{",
        b"GET /media/%ff%fe.wav HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
async def test_half_a_request_and_nonsense_cost_nobody_anything(
    server: WebServer, fakes: FakeWebPorts, head: bytes
) -> None:
    await server.start()
    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(head)
    writer.close()
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"http://127.0.0.1:{server.port}/health")).status_code == 200
    await server.close()
    assert fakes.log.events("exception") == []


async def test_a_body_that_does_not_say_how_large_it_is_is_cut_off(server: WebServer, fakes: FakeWebPorts) -> None:
    await server.start()

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(LARGEST_BODY // 65536 + 2):
            yield b"x" * 65536

    headers = {"Authorization": "Bearer admin-token"}
    address = f"http://127.0.0.1:{server.port}/api/v1/greetings?owner_kind=person&owner_id=4&kind=personal"
    async with httpx.AsyncClient(headers=headers) as client:
        with pytest.raises(httpx.HTTPError):
            (await client.post(address, content=endless())).raise_for_status()
        assert (await client.get(f"http://127.0.0.1:{server.port}/health")).status_code == 200
    await server.close()
    assert fakes.audio.stored == {}
