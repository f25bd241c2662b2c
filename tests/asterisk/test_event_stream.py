"""The event socket breaks, is refused, says nonsense: the stream stays, and tells in which state it is."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from switchboard.asterisk.ari_client import AriClient, AriError
from switchboard.asterisk.ari_events import EVENT_TYPES, Event, StasisEnd
from switchboard.asterisk.event_stream import Connected, ConnectionState, EventStream, Hooks, NameTaken
from tests.asterisk.ari_server import AriServer, ari_server, forever
from tests.fakes.world import FakeLog

ENDED = {"type": "StasisEnd", "channel": {"id": "c-1"}}


class Streaming:
    """A running stream. `unwilling`: how often its hook still fails."""

    def __init__(self, ari: AriServer) -> None:
        self.ari = ari
        self.log = FakeLog()
        self.state = ConnectionState()
        self.events: list[Event] = []
        self.connections: list[Connected] = []
        self.unwilling = 0
        self.compared = 0
        self.task: asyncio.Task[object]
        self.client: AriClient

    def receive(self, event: Event) -> None:
        if event == StasisEnd("broken"):
            raise ValueError("a fault of ours")
        self.events.append(event)

    async def on_connected(self, connected: Connected) -> None:
        if self.unwilling:
            self.unwilling -= 1
            raise ConnectionError("the database is away")
        self.connections.append(connected)

    async def compare(self) -> None:
        self.compared += 1
        raise AriError(0, "GET channels: no answer in 5 s")

    async def up(self, times: int = 1) -> None:
        async with asyncio.timeout(5):
            while len(self.connections) < times or not self.state.reconciled.is_set():  # noqa: ASYNC110
                await asyncio.sleep(0.005)

    async def received(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.events) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.005)


@pytest.fixture
async def streaming() -> AsyncIterator[Streaming]:
    async with ari_server() as ari:
        stream = Streaming(ari)
        async with AriClient(ari.access, stream.log) as client:
            stream.client = client
            hooks = Hooks(stream.receive, stream.on_connected, stream.compare)
            stream.task = asyncio.create_task(EventStream(client, stream.state, hooks, stream.log).run())
            yield stream
            stream.task.cancel()
            with contextlib.suppress(asyncio.CancelledError, NameTaken):
                await stream.task


async def test_only_events_that_we_use_are_asked_for(streaming: Streaming) -> None:
    await streaming.up()
    allowed = {"allowed": [{"type": kind} for kind in EVENT_TYPES]}
    assert ("PUT", "applications/switchboard-7/eventFilter", allowed) in streaming.ari.requests
    assert streaming.state.connected


async def test_it_comes_back_after_each_end(streaming: Streaming) -> None:
    for times in range(1, 4):
        await streaming.up(times)
        await streaming.ari.send(ENDED)
        await streaming.received(times)
        await streaming.ari.sockets[-1].close()
    await streaming.up(4)
    assert {each.restarted for each in streaming.connections} == {False}
    filters = [path for _, path, _ in streaming.ari.requests if path.endswith("eventFilter")]
    assert len(filters) == 4


async def test_a_refusal_is_tried_again(streaming: Streaming) -> None:
    streaming.ari.refuse_events = 3
    await streaming.up()
    assert streaming.log.events("warning") == ["ari_disconnected"] * 3


async def test_another_asterisk_is_noticed(streaming: Streaming) -> None:
    await streaming.up()
    streaming.ari.startup_time = "later"
    await streaming.ari.sockets[-1].close()
    await streaming.up(2)
    assert [each.restarted for each in streaming.connections] == [False, True]


async def test_the_hook_is_tried_until_it_succeeds_on_the_same_socket(streaming: Streaming) -> None:
    streaming.unwilling = 3
    await streaming.up()
    assert streaming.log.events("exception") == ["reconcile_failed"] * 3
    assert len(streaming.ari.sockets) == 1


async def test_an_answer_that_does_not_come_costs_no_event(
    streaming: Streaming, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("switchboard.asterisk.event_stream.COMPARE_EVERY_S", 0.02)
    await streaming.up()
    while streaming.compared < 3:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    await streaming.ari.send(ENDED)
    await streaming.received(1)
    assert len(streaming.ari.sockets) == 1
    assert streaming.state.reconciled.is_set()
    assert set(streaming.log.events("warning")) == {"compare_failed"}


async def test_events_are_read_while_nothing_else_is_answered(streaming: Streaming) -> None:
    """Not even what is asked at once after the socket opened."""
    await streaming.up()
    streaming.ari.answers["PUT", "applications/switchboard-7/eventFilter"] = forever
    await streaming.ari.sockets[-1].close()
    while len(streaming.ari.sockets) < 2:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    await streaming.ari.send(ENDED)
    await streaming.received(1)
    assert not streaming.state.reconciled.is_set()


async def test_nonsense_is_counted_and_the_reader_lives(streaming: Streaming) -> None:
    await streaming.up()
    nonsense = ["{", "[]", '{"type": "StasisEnd"}', '{"type": "StasisEnd", "channel": {"id": 7}}']
    for text in nonsense:
        await streaming.ari.send(text)
    await streaming.ari.send({"type": "SomethingNew"})
    await streaming.ari.send({"type": "StasisEnd", "channel": {"id": "broken"}})
    await streaming.ari.send(ENDED)
    await streaming.received(1)
    assert streaming.state.malformed == len(nonsense)
    assert streaming.log.events("exception") == ["event_not_handled"]
    assert len(streaming.ari.sockets) == 1


async def test_who_loses_the_name_ends(streaming: Streaming) -> None:
    await streaming.up()
    await streaming.ari.send({"type": "ApplicationReplaced", "application": "switchboard-7"})
    with pytest.raises(NameTaken):
        await streaming.task
    with pytest.raises(AriError, match="another service has taken over"):
        await streaming.client.request("GET", "asterisk", "info")
    assert not streaming.state.connected
    assert not streaming.state.reconciled.is_set()
