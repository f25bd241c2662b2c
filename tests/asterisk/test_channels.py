"""Channels that we hold, when Asterisk's answers and events do not agree with what we know."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from switchboard.asterisk.ari_client import AriClient
from switchboard.asterisk.ari_events import Channel, ChannelDestroyed, PlaybackFinished, StasisEnd, StasisStart
from switchboard.asterisk.channels import HeldChannel, HeldChannels
from switchboard.calls.ports import HangupCause, LegGone, TelephonyFault
from tests.asterisk.ari_server import AriServer, ari_server
from tests.fakes.world import FakeLog


@dataclass(slots=True)
class Held:
    ari: AriServer
    channels: HeldChannels
    log: FakeLog

    def entered(self, id: str = "c-1") -> HeldChannel:
        channel = self.channels.add(id)
        channel.receive(StasisStart(Channel(id, "PJSIP/trunk-1", "Ring", "", "", "", ""), ()))
        return channel


@pytest.fixture
async def held() -> AsyncIterator[Held]:
    log = FakeLog()
    async with ari_server() as ari, AriClient(ari.access, log) as client:
        yield Held(ari, HeldChannels(client, log), log)


@pytest.mark.parametrize("ends", [StasisEnd("c-1"), ChannelDestroyed("c-1", 16)])
async def test_either_event_ends_it(held: Held, ends: StasisEnd | ChannelDestroyed) -> None:
    channel = held.entered()
    waiting = asyncio.create_task(channel.until(lambda: channel.gone))
    await asyncio.sleep(0)
    channel.receive(ends)
    assert await waiting


@pytest.mark.parametrize(
    ("status", "message", "error", "gone"),
    [
        (404, "Channel not found", LegGone, True),
        (409, "Channel not in Stasis application", LegGone, True),
        (409, "Recording 'x' already exists", TelephonyFault, False),
        (412, "Channel in invalid state", TelephonyFault, False),
        (500, "Internal", TelephonyFault, False),
    ],
)
async def test_what_a_refusal_says_of_the_channel(
    held: Held, status: int, message: str, error: type[Exception], gone: bool
) -> None:
    held.ari.answer("POST", "channels/c-1/answer", {"message": message}, status=status)
    channel = held.entered()
    with pytest.raises(error):
        await channel.send("POST", "answer")
    assert channel.gone is gone


async def test_a_refusal_just_before_the_end_is_the_end(held: Held) -> None:
    held.ari.answer("POST", "channels/c-1/answer", {"error": "Internal Server Error"}, status=500)
    channel = held.entered()
    asyncio.get_running_loop().call_later(0.03, channel.receive, StasisEnd("c-1"))
    with pytest.raises(LegGone):
        await channel.send("POST", "answer")


async def test_a_hang_up_that_asterisk_did_not_take_is_repeated(held: Held) -> None:
    held.ari.answer("DELETE", "channels/c-1", {"message": "busy"}, status=500)
    channel = held.entered()
    await channel.hang_up(HangupCause.NORMAL)
    assert channel.gone
    held.ari.answer("GET", "channels", [{"id": "c-1", "state": "Up"}])
    await held.channels.compare()
    assert [method for method, path, _ in held.ari.requests if path == "channels/c-1"] == ["DELETE", "DELETE"]
    held.ari.answer("GET", "channels", [])
    await held.channels.compare()
    assert len(held.channels) == 0


async def test_one_that_has_not_entered_yet_is_not_lost(held: Held) -> None:
    channel = held.channels.add("leg-1")
    held.ari.answer("GET", "channels", [])
    await held.channels.compare()
    assert not channel.gone
    assert held.channels.find("leg-1") is channel


async def test_only_what_is_expected_is_kept(held: Held) -> None:
    channel = held.entered()
    with channel.expecting("p-1") as finished:
        channel.receive(PlaybackFinished("c-1", "p-2", False))
        assert finished() is None
        channel.receive(PlaybackFinished("c-1", "p-1", False))
        assert finished() == PlaybackFinished("c-1", "p-1", False)
    channel.end()
    with pytest.raises(LegGone), channel.expecting("p-3"):
        pass


async def test_a_wait_without_an_event_ends_in_time(held: Held) -> None:
    channel = held.entered()
    assert not await channel.until(lambda: channel.gone, 0.05)
