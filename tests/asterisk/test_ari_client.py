"""The client's manners: limits, clear errors, no secret in any of them, nothing left when cancelled."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from switchboard.asterisk.ari_client import AriAccess, AriClient, AriError
from tests.asterisk.ari_server import AriServer, ari_server, forever
from tests.fakes.world import FakeLog


@pytest.fixture
async def ari() -> AsyncIterator[AriServer]:
    async with ari_server() as server:
        yield server


@pytest.fixture
async def client(ari: AriServer) -> AsyncIterator[AriClient]:
    async with AriClient(ari.access, FakeLog(), timeout_s=0.3) as opened:
        yield opened


async def test_json_in_and_out(ari: AriServer, client: AriClient) -> None:
    ari.answer("POST", "channels/a%2Fb/play", {"id": "p"}, status=201)
    assert await client.request("POST", "channels", "a/b", "play", body={"media": ["sound:å"]}) == {"id": "p"}
    assert ari.requests == [("POST", "channels/a%2Fb/play", {"media": ["sound:å"]})]


async def test_no_content_is_none(ari: AriServer, client: AriClient) -> None:
    async def nothing(_: web.Request) -> web.StreamResponse:
        return web.Response(status=204)

    ari.answers["DELETE", "channels/x"] = nothing
    assert await client.request("DELETE", "channels", "x") is None


@pytest.mark.parametrize(
    ("body", "message"),
    [({"message": "Channel not found"}, "Channel not found"), ({"error": "Allocation failed"}, "Allocation failed")],
)
async def test_a_refusal_carries_asterisks_words(
    ari: AriServer, client: AriClient, body: dict[str, str], message: str
) -> None:
    ari.answer("GET", "channels/x", body, status=500)
    with pytest.raises(AriError) as caught:
        await client.request("GET", "channels", "x")
    assert (caught.value.status, caught.value.message) == (500, message)


async def test_the_status_is_looked_at_before_the_body(ari: AriServer, client: AriClient) -> None:
    async def page(_: web.Request) -> web.StreamResponse:
        return web.Response(status=502, body=b"<html>\xff")

    ari.answers["GET", "channels"] = page
    with pytest.raises(AriError, match="502 <html>"):
        await client.request("GET", "channels")


async def test_an_answer_that_does_not_come(ari: AriServer, client: AriClient) -> None:
    ari.answers["GET", "channels"] = forever
    with pytest.raises(AriError, match=r"GET channels: no answer in 0\.3 s") as caught:
        await client.request("GET", "channels")
    assert caught.value.status == 0


async def test_nobody_there() -> None:
    access = AriAccess("http://127.0.0.1:9/ari", "user", "the-password", "switchboard-7")
    async with AriClient(access, FakeLog()) as client:
        with pytest.raises(AriError, match="ConnectionRefusedError"):
            await client.request("GET", "channels")
        with pytest.raises(AriError, match="event socket"):
            await client.events()


async def test_no_error_shows_the_secret(ari: AriServer, client: AriClient) -> None:
    ari.refuse_events = 1
    with pytest.raises(AriError) as caught:
        await client.events()
    shown = repr(caught.value) + str(caught.value.__cause__) + repr(caught.value.__dict__) + repr(ari.access)
    assert "Basic" not in shown
    assert "the-password" not in shown
    assert caught.value.__suppress_context__


async def test_what_is_carried_through_ends_before_the_cancellation(client: AriClient) -> None:
    ended = []

    async def work() -> None:
        await asyncio.sleep(0.05)
        ended.append(True)

    task = asyncio.create_task(client.carry_through(work()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == [True]


async def test_cleaning_up_what_is_gone_is_fine_and_anything_else_is_logged(ari: AriServer) -> None:
    log = FakeLog()
    async with AriClient(ari.access, log) as client:
        assert await client.undo("DELETE", "bridges", "gone")
        assert log.lines == []
        ari.answer("DELETE", "bridges/stuck", {"message": "no"}, status=500)
        assert not await client.undo("DELETE", "bridges", "stuck")
    assert log.events("warning") == ["ari_clean_up_failed"]


async def test_closing_awaits_what_is_in_the_background(ari: AriServer) -> None:
    ended = []

    async def work() -> None:
        await asyncio.sleep(0.05)
        ended.append(True)

    async with AriClient(ari.access, FakeLog()) as client:
        client.in_background(work())
    assert ended == [True]


async def test_an_event_socket_whose_end_is_not_confirmed_is_closed_soon() -> None:
    async def deaf(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(autoclose=False)
        await socket.prepare(request)
        await asyncio.sleep(3)
        return socket

    application = web.Application()
    application.router.add_get("/ari/events", deaf)
    async with TestServer(application) as server:
        access = AriAccess(str(server.make_url("/ari")), "user", "the-password", "switchboard-7")
        async with AriClient(access, FakeLog()) as client:
            socket = await client.events()
            async with asyncio.timeout(2):
                await socket.close()


async def test_an_endless_answer_is_cut(ari: AriServer, client: AriClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("switchboard.asterisk.http_pool.ANSWER_BYTES", 1000)

    async def long(_: web.Request) -> web.StreamResponse:
        return web.Response(body=bytes(5000))

    ari.answers["GET", "recordings/stored/x/file"] = long
    with pytest.raises(AriError, match="longer than 1000 bytes"):
        await client.download("GET", "recordings", "stored", "x", "file")


async def test_once_fenced_nothing_is_asked_of_asterisk(ari: AriServer) -> None:
    log = FakeLog()
    ari.answer("GET", "channels", [])
    ari.answer("DELETE", "channels/c-1", None)
    async with AriClient(ari.access, log) as client:
        client.fence()
        client.fence()
        for attempt in (client.request("GET", "channels"), client.download("GET", "channels"), client.events()):
            with pytest.raises(AriError, match="0 another service has taken over"):
                await attempt
        assert not await client.undo("DELETE", "channels", "c-1")
        client.in_background(client.undo("DELETE", "channels", "c-1"))
    assert ari.requests == []
    assert ari.sockets == []
    assert log.lines == []


async def test_what_is_under_way_ends_when_fenced(ari: AriServer) -> None:
    """Requests that wait for a connection of the pool are never sent."""
    log = FakeLog()
    ari.answers["GET", "channels"] = forever
    ari.answers["DELETE", "channels/c-1"] = forever
    async with AriClient(ari.access, log) as client:
        asking = [asyncio.create_task(client.request("GET", "channels")) for _ in range(100)]
        undoing = asyncio.create_task(client.undo("DELETE", "channels", "c-1"))
        async with asyncio.timeout(2):
            while not ari.requests:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
            sent = len(ari.requests)
            client.fence()
            results = await asyncio.gather(*asking, return_exceptions=True)
            assert not await undoing
    assert {str(each) for each in results} == {"0 another service has taken over"}
    assert len(ari.requests) == sent < 100
    assert log.lines == []
