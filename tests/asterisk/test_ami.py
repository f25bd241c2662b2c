"""Asterisk's manager interface, with an Asterisk that refuses, says nothing, or ends."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from time import monotonic

import pytest

from switchboard.asterisk.ami import ANSWER_WITHIN_S, PING_EVERY_S, Ami, AmiAccess, AmiError
from switchboard.asterisk.kept.fallback_book import parse_fallback
from switchboard.reconnecting import growing_pauses
from tests.asterisk.exchange import Exchange
from tests.fakes.world import FakeLog
from tests.faults.wire import FaultyLine

DETECTED_WITHIN_S = 5.0
Reply = Callable[[dict[str, str]], str | None]


def success(fields: dict[str, str]) -> str:
    return f"Response: Success\r\nActionID: {fields['ActionID']}\r\nMessage: fine\r\n\r\n"


class AmiServer:
    """Answers each action in turn with `reply`, while it is `free`; None leaves it unanswered."""

    def __init__(self) -> None:
        self.reply: Reply = success
        self.actions: list[str] = []
        self.writers: list[asyncio.StreamWriter] = []
        self.free = asyncio.Event()
        self.free.set()
        self.port = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        writer.write(b"Asterisk Call Manager/9.0.0\r\n")
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                text = (await reader.readuntil(b"\r\n\r\n")).decode()
                fields = dict(line.split(": ", 1) for line in text.strip().split("\r\n"))
                self.actions.append(fields["Action"])
                await self.free.wait()
                if (answer := self.reply(fields)) is not None:
                    writer.write(answer.encode())
        writer.close()

    def cut(self) -> None:
        for writer in self.writers:
            writer.transport.abort()


@pytest.fixture
async def server() -> AsyncIterator[AmiServer]:
    ami = AmiServer()
    listener = await asyncio.start_server(ami.handle, "127.0.0.1", 0)
    ami.port = listener.sockets[0].getsockname()[1]
    yield ami
    listener.close()
    ami.cut()
    await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def running(server: AmiServer | FaultyLine, log: FakeLog, timeout_s: float = 0.2) -> AsyncIterator[Ami]:
    ami = Ami(AmiAccess("127.0.0.1", server.port, "user", "the-password"), log, timeout_s)
    task = asyncio.create_task(ami.run())
    yield ami
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not ami.connected


async def test_it_comes_back_when_the_connection_ends(server: AmiServer) -> None:
    log = FakeLog()
    async with running(server, log) as ami, asyncio.timeout(5):
        for _ in range(3):
            await ami.wait_connected()
            server.cut()
            while ami.connected:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        await ami.wait_connected()
    assert server.actions == ["Login"] * 4


async def test_the_pauses_between_tries_grow_and_are_spread(server: AmiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("switchboard.asterisk.ami.growing_pauses", lambda: growing_pauses(lambda: 0.6))
    server.reply = lambda fields: f"Response: Error\r\nActionID: {fields['ActionID']}\r\nMessage: no\r\n\r\n"
    log = FakeLog()
    async with running(server, log), asyncio.timeout(5):
        while len(log.lines) < 4:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    tries = [fields["retry_s"] for _, event, fields in log.lines if event == "ami_disconnected"]
    assert tries[:4] == [0.08, 0.16, 0.32, 0.64]


async def test_a_connection_that_is_only_half_there_is_found(
    server: AmiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("switchboard.asterisk.ami.PING_EVERY_S", 0.05)
    log = FakeLog()
    async with running(server, log) as ami, asyncio.timeout(5):
        await ami.wait_connected()
        server.reply = lambda fields: None if fields["Action"] == "Ping" else success(fields)
        while not log.events("warning"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert log.lines[1][2]["error"] == "Ping: no answer"


@pytest.mark.parametrize("acting", [False, True])
async def test_a_line_gone_dead_is_found_within_five_seconds(server: AmiServer, acting: bool) -> None:
    acts: list[asyncio.Task[object]] = []
    async with FaultyLine(server.port) as line, running(line, FakeLog(), ANSWER_WITHIN_S) as ami, asyncio.timeout(8):
        await ami.wait_connected()
        line.go_dead()
        began = monotonic()
        if acting:
            act = lambda: acts.append(asyncio.create_task(ami.act("Any")))  # noqa: E731
            asyncio.get_running_loop().call_later(0.9 * PING_EVERY_S, act)
        while ami.connected:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert monotonic() - began < DETECTED_WITHIN_S
    assert [type(each) for each in await asyncio.gather(*acts, return_exceptions=True)] == [AmiError] * acting


async def test_an_action_that_takes_its_time_is_not_taken_for_a_dead_line(
    server: AmiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asterisk answers in turn, so the ping behind it waits as long."""
    monkeypatch.setattr("switchboard.asterisk.ami.PING_EVERY_S", 0.02)
    log = FakeLog()
    async with running(server, log, ANSWER_WITHIN_S) as ami, asyncio.timeout(5):
        await ami.wait_connected()
        server.free.clear()
        asyncio.get_running_loop().call_later(2.0, server.free.set)
        assert (await ami.act("Slow"))[0]["Message"] == "fine"
        while server.actions[-1] != "Ping":  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    assert not log.events("warning")
    assert server.actions.count("Login") == 1


async def test_what_comes_for_an_action_that_was_given_up_is_not_kept(server: AmiServer) -> None:
    async with running(server, FakeLog()) as ami, asyncio.timeout(5):
        await ami.wait_connected()
        server.reply = lambda fields: None if fields["Action"] == "Late" else success(fields)
        with pytest.raises(AmiError, match="Late: no answer"):
            await ami.act("Late")
        with pytest.raises(AmiError, match="Late: no answer"):
            await ami.act("Late", Command="has a second name")
        assert ami._protocol.responses == {}


async def test_an_asterisk_that_is_busy_answering_is_not_taken_for_dead(
    server: AmiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("switchboard.asterisk.ami.PING_EVERY_S", 0.02)
    log = FakeLog()
    async with running(server, log) as ami, asyncio.timeout(5):
        await ami.wait_connected()
        server.reply = lambda fields: "Event: Part\r\n\r\n" if fields["Action"] == "Ping" else success(fields)
        while server.actions.count("Ping") < 4:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        assert ami.connected
    assert not log.events("warning")


async def test_a_refused_login_is_tried_again_and_shows_no_password(server: AmiServer) -> None:
    log = FakeLog()
    server.reply = lambda fields: (
        f"Response: Error\r\nActionID: {fields['ActionID']}\r\nMessage: Authentication failed\r\n\r\n"
    )
    async with running(server, log), asyncio.timeout(5):
        while len(log.events("warning")) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert log.lines[0][2]["error"] == "Login: Authentication failed"
    assert "the-password" not in str(log.lines)


async def test_an_action_ends_with_its_connection(server: AmiServer) -> None:
    async with running(server, FakeLog()) as ami:
        await ami.wait_connected()
        server.reply = lambda _: None
        acting = asyncio.create_task(ami.act("Ping"))
        await asyncio.sleep(0.02)
        server.cut()
        with pytest.raises(AmiError, match="Ping: no answer"):
            await acting
        while ami.connected:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        with pytest.raises(AmiError, match="not connected"):
            await ami.act("Ping")


@pytest.mark.parametrize("value", ["a\r\nAction: Originate", "a\nb", "x" * 2000])
async def test_a_value_cannot_become_another_action(server: AmiServer, value: str) -> None:
    async with running(server, FakeLog()) as ami:
        await ami.wait_connected()
        with pytest.raises(AmiError, match="Val cannot be sent"):
            await ami.put("family", "key", value)
    assert server.actions == ["Login"]


@pytest.mark.asterisk
async def test_asterisks_own_database(exchange: Exchange) -> None:
    ami = exchange.ami
    assert await ami.tree("test") == {}
    for number in range(30):
        await ami.put("test", f"key/{number}", f"välue|{number}")
    assert await ami.tree("test") == {f"key/{number}": f"välue|{number}" for number in range(30)}
    for number in range(30):
        await ami.delete("test", f"key/{number}")
    await ami.delete("test", "never")
    assert await ami.tree("test") == {}


UNREADABLE = [
    "",
    "1|2|3",
    "1|x|a|b|ended",
    "1|1|a|b|other",
    "1|1|a|b|ended|trunk|trunk",
    "2|1|a|b|ended",
    "2|1|a|b|other|trunk|trunk",
    "2|1|a|b|ended|trunk|trunk|x",
    "3|1|a|b|ended|trunk|trunk",
]


@pytest.mark.parametrize("value", UNREADABLE)
def test_entries_of_the_fallback_that_cannot_be_read(value: str) -> None:
    with pytest.raises(ValueError, match=r"fallback|unpack"):
        parse_fallback("id", value)


@pytest.mark.parametrize(
    ("value", "source", "account"),
    [
        ("1|1785917000|+46980319211|0701234567|recording", "trunk", None),
        ("2|1785917000|+46980319211|0701234567|recording|trunk|trunk", "trunk", None),
        ("2|1785917000|+46980319211|0701234567|recording|phone|anna-2.b_c", "phone", "anna-2.b_c"),
        ("2|1785917000|+46980319211|0701234567|recording|phone|", "phone", None),
        ("2|1785917000|+46980319211|0701234567|recording||anna", "trunk", None),
    ],
)
def test_an_entry_of_the_fallback(value: str, source: str, account: str | None) -> None:
    entry = parse_fallback("node-1.2", value)
    assert (entry.source, entry.account) == (source, account)
    assert (entry.called, entry.caller, entry.recording) == ("+46980319211", "0701234567", "fallback-node-1.2")
    assert entry.at.isoformat() == "2026-08-05T10:03:20+02:00"
    assert not entry.over


@pytest.mark.parametrize(("state", "over", "answered"), [("ended", True, False), ("answered", True, True)])
def test_how_a_call_ended_in_the_fallback(state: str, over: bool, answered: bool) -> None:
    entry = parse_fallback("id", f"2|1785917000|+46980319211||{state}|trunk|trunk")
    assert (entry.over, entry.answered) == (over, answered)
