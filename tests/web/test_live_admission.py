"""Who is admitted to the live socket, and how a connection ends."""

import json

import pytest
from websockets.exceptions import InvalidStatus

from switchboard.web.live import socket as live_socket
from switchboard.web.server import WebServer
from tests.fakes.web_ports import TOKENS, FakeWebPorts
from tests.fakes.web_rows import NOW
from tests.web.live_reader import closed_with, live, next_message


async def test_the_token_may_come_in_the_first_message(live_server: WebServer) -> None:
    async with live(live_server, None) as reader:
        await reader.send(json.dumps({"token": "operator-token", "watch": {"people": []}}))
        assert (await next_message(reader))["people"] == []


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ('{"token": "wrong"}', live_socket.NO_TOKEN),
        ("{}", live_socket.NO_TOKEN),
        ("nonsense", live_socket.NOT_UNDERSTOOD),
        (b"\x00\xff", live_socket.NOT_UNDERSTOOD),
        ('{"tokne": "x"}', live_socket.NOT_UNDERSTOOD),
        ('{"token": {}}', live_socket.NOT_UNDERSTOOD),
        ('{"watch": {"people": [0]}}', live_socket.NOT_UNDERSTOOD),
        ('{"watch": {"people": ["x"]}}', live_socket.NOT_UNDERSTOOD),
        (json.dumps({"watch": {"people": [1] * 501}}), live_socket.NOT_UNDERSTOOD),
        ("[" * 5000, live_socket.NOT_UNDERSTOOD),
    ],
)
async def test_what_is_no_order_ends_the_connection_with_its_reason(
    live_server: WebServer, fakes: FakeWebPorts, sent: str | bytes, code: int
) -> None:
    async with live(live_server, None) as reader:
        await reader.send(sent)
        closed, reason = await closed_with(reader)
    assert closed == code
    assert reason
    assert fakes.log.events("exception") == []


async def test_a_message_that_is_too_long_ends_the_connection(live_server: WebServer, fakes: FakeWebPorts) -> None:
    async with live(live_server) as reader:
        await next_message(reader)
        await reader.send("x" * 70_000)
        assert (await closed_with(reader))[0] == 1009
    assert fakes.log.events("exception") == []


async def test_a_wrong_token_in_the_header_is_refused_before_the_handshake(live_server: WebServer) -> None:
    for role in ("wrong", "x operator"):
        with pytest.raises(InvalidStatus) as refused:
            async with live(live_server, role):
                pass
        assert refused.value.response.status_code == 401


async def test_no_token_in_time_ends_the_connection(live_server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_socket, "FIRST_MESSAGE_S", 0.05)
    async with live(live_server, None) as reader:
        assert await closed_with(reader) == (live_socket.NO_TOKEN, "no token came in time")


async def test_a_heart_beats_until_the_token_is_revoked(
    live_server: WebServer, fakes: FakeWebPorts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_socket, "HEARTBEAT_S", 0.05)
    tokens = dict(TOKENS)
    monkeypatch.setattr("tests.fakes.web_ports.TOKENS", tokens)
    async with live(live_server) as reader:
        await next_message(reader)
        assert await next_message(reader) == {"type": "heartbeat", "at": NOW.isoformat()}
        del tokens["operator-token"]
        assert await closed_with(reader) == (live_socket.NO_TOKEN, "the token holds no longer")


async def test_too_many_readers_shall_come_again(live_server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_socket, "MOST_FOLLOWERS", 1)
    async with live(live_server) as first:
        await next_message(first)
        async with live(live_server) as second:
            assert (await closed_with(second))[0] == live_socket.TRY_LATER
