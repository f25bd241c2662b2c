"""Which calls are claimed, and which events are nobody's."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest
from aiohttp import web

from switchboard.asterisk.ari_client import AriClient
from switchboard.asterisk.ari_events import CallBroadcast, Channel, DigitPressed, StasisEnd, StasisStart
from switchboard.asterisk.channels import HeldChannels
from switchboard.asterisk.event_stream import ConnectionState
from switchboard.asterisk.phone_states import PhoneStates
from switchboard.asterisk.reception import MOST_CLAIMS, Held, NewCalls, Reception
from switchboard.calls.ports import CallLeg
from switchboard.domain.call import IncomingCall
from tests.asterisk.ari_server import AriServer, ari_server, forever
from tests.asterisk.exchange import FrozenClock
from tests.fakes.world import FakeLog

WAITING = CallBroadcast(Channel("c-1", "PJSIP/trunk-00000001", "Ring", "070", "", "211", "from-trunk"))


def waiting(id: str) -> CallBroadcast:
    return CallBroadcast(replace(WAITING.channel, id=id))


CLAIM = ("POST", "events/claim", None)


@dataclass(slots=True)
class Desk:
    ari: AriServer
    log: FakeLog = field(default_factory=FakeLog)
    connection: ConnectionState = field(default_factory=ConnectionState)
    calls: list[tuple[IncomingCall, CallLeg]] = field(default_factory=list)
    announced: list[str] = field(default_factory=list)
    lost: list[IncomingCall] = field(default_factory=list)
    reception: Reception | None = None
    ready: bool = True
    arrives_after: float = 0.0

    async def claim(self, request: web.Request) -> web.StreamResponse:
        """As Asterisk does, which tells of the call before or after it answers."""
        start = StasisStart(replace(WAITING.channel, id=request.query["channelId"]), ("trunk",))
        assert self.reception is not None
        asyncio.get_running_loop().call_later(self.arrives_after, self.reception.receive, start)
        return web.Response(status=204)

    def open(self, client: AriClient) -> tuple[Reception, HeldChannels]:
        channels = HeldChannels(client, self.log)
        held = Held(channels, PhoneStates(client, self.log), self.connection)
        new_calls = NewCalls(
            ready=lambda: self.ready,
            on_call=lambda *call: self.calls.append(call),
            on_announced=lambda call: self.announced.append(call.id),
            on_lost=self.lost.append,
            clock=FrozenClock(),
            log=self.log,
        )
        self.reception = Reception(client, held, new_calls)
        return self.reception, channels


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with ari_server() as ari:
        made = Desk(ari)
        ari.answers["POST", "events/claim"] = made.claim
        made.connection.reconciled.set()
        yield made


async def test_a_waiting_call_is_claimed(desk: Desk) -> None:
    async with AriClient(desk.ari.access, desk.log) as client:
        reception, _ = desk.open(client)
        reception.receive(WAITING)
    assert desk.ari.requests == [CLAIM]
    assert desk.log.lines == []


async def test_not_while_we_are_not_ready(desk: Desk) -> None:
    desk.ready = False
    async with AriClient(desk.ari.access, desk.log) as client:
        reception, _ = desk.open(client)
        reception.receive(WAITING)
    assert desk.ari.requests == []
    assert desk.log.events("warning") == ["call_not_claimed"]


async def test_not_before_everything_is_accounted_for(desk: Desk) -> None:
    desk.connection.reconciled.clear()
    async with AriClient(desk.ari.access, desk.log) as client:
        reception, _ = desk.open(client)
        reception.receive(WAITING)
        await asyncio.sleep(0.1)
        assert desk.ari.requests == []
        desk.connection.reconciled.set()
    assert desk.ari.requests == [CLAIM]


@pytest.mark.parametrize(("status", "level"), [(409, "info"), (404, "info"), (500, "warning")])
async def test_a_call_that_another_has_is_no_fault(desk: Desk, status: int, level: str) -> None:
    desk.ari.answer("POST", "events/claim", {"message": "no"}, status=status)
    async with AriClient(desk.ari.access, desk.log) as client:
        reception, _ = desk.open(client)
        reception.receive(WAITING)
    assert desk.log.events(level) == ["call_not_claimed"]


async def test_more_than_can_be_claimed_are_left_to_the_dialplan(desk: Desk) -> None:
    desk.connection.reconciled.clear()
    async with AriClient(desk.ari.access, desk.log) as client:
        reception, _ = desk.open(client)
        for number in range(MOST_CLAIMS + 3):
            reception.receive(waiting(f"c-{number}"))
        assert desk.log.events("warning") == ["call_not_claimed"] * 3
        desk.connection.reconciled.set()
    assert len(desk.ari.requests) == MOST_CLAIMS


async def test_at_the_end_it_waits_for_each_call_that_was_claimed(desk: Desk) -> None:
    desk.arrives_after = 0.1
    async with AriClient(desk.ari.access, desk.log) as client:
        reception, _ = desk.open(client)
        await reception.settle(1)
        for id in ("c-1", "c-2"):
            reception.receive(waiting(id))
        while len(desk.ari.requests) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        desk.ready = False
        assert desk.calls == []
        await reception.settle(1)
        assert {call.id for call, _ in desk.calls} == {"c-1", "c-2"}
        reception.receive(waiting("c-3"))
        await reception.settle(1)
    assert desk.ari.requests == [CLAIM, CLAIM]
    assert desk.log.events("warning") == ["call_not_claimed"]


async def test_at_the_end_no_claim_begins_that_waited(desk: Desk) -> None:
    desk.connection.reconciled.clear()
    async with AriClient(desk.ari.access, desk.log) as client:
        reception, _ = desk.open(client)
        reception.receive(WAITING)
        await asyncio.sleep(0.05)
        desk.ready = False
        desk.connection.reconciled.set()
        await reception.settle(1)
    assert desk.ari.requests == []
    assert desk.log.events("warning") == ["call_not_claimed"]


@pytest.mark.parametrize("status", [404, 409, 500])
async def test_at_the_end_a_refused_claim_is_over(desk: Desk, status: int) -> None:
    desk.ari.answer("POST", "events/claim", {"message": "no"}, status=status)
    async with AriClient(desk.ari.access, desk.log) as client, asyncio.timeout(1):
        reception, _ = desk.open(client)
        reception.receive(WAITING)
        await reception.settle(2)
    assert "claims_not_settled" not in desk.log.events("warning")


async def test_a_claimed_call_that_never_arrives_is_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("switchboard.asterisk.reception.ARRIVE_WITHIN_S", 0.2)
    desk.ari.answer("POST", "events/claim", None)
    async with AriClient(desk.ari.access, desk.log) as client:
        reception, _ = desk.open(client)
        reception.receive(WAITING)
        await reception.settle(0.05)
        assert desk.log.events("warning") == ["claims_not_settled"]
        await reception.settle(1)
    assert desk.log.events("warning") == ["claims_not_settled", "claimed_call_not_arrived"]


async def test_a_claim_without_an_answer_may_have_succeeded(desk: Desk) -> None:
    desk.ari.answers["POST", "events/claim"] = forever
    async with AriClient(desk.ari.access, desk.log, timeout_s=0.1) as client:
        reception, _ = desk.open(client)
        reception.receive(WAITING)
        while not desk.log.lines:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        asyncio.get_running_loop().call_later(0.1, reception.receive, StasisStart(WAITING.channel, ("trunk",)))
        await reception.settle(1)
        assert [call.id for call, _ in desk.calls] == ["c-1"]


async def test_no_event_waits_for_a_claim(desk: Desk) -> None:
    desk.ari.answers["POST", "events/claim"] = forever
    async with AriClient(desk.ari.access, desk.log, timeout_s=0.2) as client:
        reception, channels = desk.open(client)
        for number in range(200):
            reception.receive(waiting(f"c-{number}"))
        reception.receive(StasisStart(replace(WAITING.channel, id="other"), ("trunk",)))
        [(_, leg)] = desk.calls
        reception.receive(DigitPressed("other", "5"))
        reception.receive(StasisEnd("other"))
        assert leg.gone
        assert len(channels) == 0
        client.fence()


async def test_a_call_is_handed_over_once_and_forgotten_at_its_end(desk: Desk) -> None:
    async with AriClient(desk.ari.access, desk.log) as client:
        reception, channels = desk.open(client)
        start = StasisStart(WAITING.channel, ("trunk",))
        reception.receive(start)
        reception.receive(start)
        [(call, leg)] = desk.calls
        assert (call.id, call.called, call.source) == ("c-1", "211", "trunk")
        reception.receive(StasisEnd("c-1"))
        assert leg.gone
        assert len(channels) == 0
        reception.receive(StasisEnd("c-1"))


async def test_a_leg_that_nobody_rings_is_hung_up(desk: Desk) -> None:
    channel = Channel("leg-9", "PJSIP/anna-00000001", "Down", "", "", "s", "from-phone")
    async with AriClient(desk.ari.access, desk.log) as client:
        reception, _ = desk.open(client)
        reception.receive(StasisStart(channel, ("leg",)))
    assert desk.ari.requests == [("DELETE", "channels/leg-9", None)]
    assert desk.calls == []


async def test_who_takes_anothers_place_is_no_new_call(desk: Desk) -> None:
    async with AriClient(desk.ari.access, desk.log) as client:
        reception, _ = desk.open(client)
        reception.receive(StasisStart(WAITING.channel, (), replaces="c-0"))
    assert desk.calls == []
    assert desk.log.events("warning") == ["channel_replaced"]


@pytest.mark.parametrize("arguments", [(), ("other",)])
async def test_an_unknown_way_in_has_a_trunks_rights(desk: Desk, arguments: tuple[str, ...]) -> None:
    async with AriClient(desk.ari.access, desk.log) as client:
        reception, _ = desk.open(client)
        reception.receive(StasisStart(WAITING.channel, arguments))
    assert (desk.calls[0][0].source, desk.calls[0][0].account) == ("trunk", None)


@pytest.mark.parametrize(("there", "lost"), [(404, 1), (200, 0)])
async def test_a_caller_who_is_gone_before_the_claim_is_told_of(desk: Desk, there: int, lost: int) -> None:
    """One whose channel is still there has met the dialplan's fallback, which notes the call itself."""
    desk.ari.answer("POST", "events/claim", {"message": "gone"}, status=404)
    desk.ari.answer("GET", f"channels/{WAITING.channel.id}", {"message": "?"}, status=there)
    async with AriClient(desk.ari.access, desk.log) as client:
        reception, _ = desk.open(client)
        reception.receive(WAITING)
    assert desk.announced == [WAITING.channel.id]
    assert len(desk.lost) == lost
    assert all(call.id == WAITING.channel.id for call in desk.lost)
