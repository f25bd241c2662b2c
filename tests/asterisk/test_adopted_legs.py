"""What a caller hears whom another service held before us: nothing of that one's once we act."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
from aiohttp import web

from switchboard.asterisk.ari_client import AriClient
from switchboard.asterisk.channels import HeldChannels
from switchboard.asterisk.legs import AriLeg
from switchboard.calls.ports import RecordingLimits, TelephonyFault
from tests.asterisk.ari_server import AriServer, ari_server
from tests.fakes.world import FakeLog

STOPS = [("DELETE", "ring"), ("DELETE", "moh")]


@dataclass(slots=True)
class Adopted:
    ari: AriServer
    leg: AriLeg

    def asked(self) -> list[tuple[str, str]]:
        """About the channel, without what plays and records."""
        asked = [(method, path.removeprefix("channels/c-1/")) for method, path, _ in self.ari.requests]
        return [each for each in asked if each[1] in ("ring", "moh")]


@pytest.fixture
async def adopted() -> AsyncIterator[Adopted]:
    log = FakeLog()
    async with ari_server() as ari, AriClient(ari.access, log) as client:
        for method in ("POST", "DELETE"):
            for sound in ("ring", "moh"):
                ari.answer(method, f"channels/c-1/{sound}", None)
        channel = HeldChannels(client, log).add("c-1")
        channel.entered = channel.up = True
        yield Adopted(ari, AriLeg.adopted(channel))


async def test_silence_stops_what_may_be_heard_once(adopted: Adopted) -> None:
    await adopted.leg.silence()
    await adopted.leg.silence()
    assert adopted.asked() == STOPS


@pytest.mark.parametrize(
    ("act", "begins"),
    [(AriLeg.ring, ("POST", "ring")), (AriLeg.hold_music, ("POST", "moh"))],
)
async def test_a_sound_of_ours_takes_its_place(
    adopted: Adopted, act: Callable[[AriLeg], Awaitable[None]], begins: tuple[str, str]
) -> None:
    await act(adopted.leg)
    await adopted.leg.silence()
    assert adopted.asked() == [*STOPS, begins, ("DELETE", begins[1])]


async def test_it_is_silent_before_anything_is_played_or_recorded(adopted: Adopted) -> None:
    adopted.ari.answer("POST", "channels/c-1/record", {"message": "no"}, status=500)
    with pytest.raises(TelephonyFault):
        await adopted.leg.record("message-1", RecordingLimits(20, 2))
    assert adopted.asked() == STOPS


async def test_what_could_not_be_stopped_is_tried_again(adopted: Adopted) -> None:
    adopted.ari.answer("DELETE", "channels/c-1/moh", {"message": "no"}, status=500)
    with pytest.raises(TelephonyFault):
        await adopted.leg.silence()

    async def done(_: web.Request) -> web.StreamResponse:
        return web.Response(status=204)

    adopted.ari.answers["DELETE", "channels/c-1/moh"] = done
    await adopted.leg.silence()
    assert adopted.asked() == [*STOPS, *STOPS]


@pytest.mark.parametrize("wanted", [AriLeg.hold_music, AriLeg.silence])
async def test_a_change_that_was_broken_off_is_made_anew(
    adopted: Adopted, wanted: Callable[[AriLeg], Awaitable[None]]
) -> None:
    """From music to a ring tone, given up half way: nobody knows which of the two is heard, or neither."""
    await adopted.leg.hold_music()
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_: web.Request) -> web.StreamResponse:
        begun.set()
        await go_on.wait()
        return web.Response(status=204)

    adopted.ari.answers["POST", "channels/c-1/ring"] = slow
    changing = asyncio.create_task(adopted.leg.ring())
    await begun.wait()
    changing.cancel()
    go_on.set()
    await asyncio.gather(changing, return_exceptions=True)
    adopted.ari.requests.clear()
    await wanted(adopted.leg)
    assert adopted.asked() == [*STOPS, *([("POST", "moh")] if wanted is AriLeg.hold_music else [])]
