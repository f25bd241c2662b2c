"""What a caller hears whom another service held before us: nothing of that one's once we act."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
from aiohttp import web

from switchboard.asterisk import playbacks
from switchboard.asterisk.ari_client import AriClient
from switchboard.asterisk.ari_events import PlaybackFinished
from switchboard.asterisk.channels import HeldChannels
from switchboard.asterisk.legs import AriLeg
from switchboard.calls.ports import LegGone, RecordingLimits, TelephonyFault
from tests.asterisk.ari_server import AriServer, ari_server, forever
from tests.fakes.world import FakeLog

STOPS = [("DELETE", "ring"), ("DELETE", "moh")]
PLAYING = "playback-c-1-3"


@dataclass(slots=True)
class Adopted:
    ari: AriServer
    leg: AriLeg
    log: FakeLog

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
        yield Adopted(ari, AriLeg.adopted(channel), log)


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


def asked_to_stop(adopted: Adopted) -> list[str]:
    return [
        path.removeprefix("playbacks/") for method, path, _ in adopted.ari.requests if path.startswith("playbacks/")
    ]


async def test_what_still_plays_is_stopped_and_its_end_awaited_once(adopted: Adopted) -> None:
    """A new playback may bear the name of the old one: the old one's end must not be taken for its own."""
    channel = adopted.leg.channel

    async def stopped(_: web.Request) -> web.StreamResponse:
        asyncio.get_running_loop().call_later(0.1, channel.receive, PlaybackFinished("c-1", PLAYING, failed=False))
        return web.Response(status=204)

    adopted.ari.answers["DELETE", f"playbacks/{PLAYING}"] = stopped
    began = asyncio.get_running_loop().time()
    await adopted.leg.silence()
    assert asyncio.get_running_loop().time() - began >= 0.1
    assert sorted(asked_to_stop(adopted)) == sorted(channel.playback_names())
    await adopted.leg.silence()
    assert len(asked_to_stop(adopted)) == len(channel.playback_names())


async def test_an_end_that_is_never_told_holds_nobody_up(adopted: Adopted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playbacks, "STOPPED_WITHIN_S", 0.05)
    adopted.ari.answer("DELETE", f"playbacks/{PLAYING}")
    async with asyncio.timeout(1):
        await adopted.leg.silence()
    assert adopted.asked() == STOPS


async def test_what_plays_on_because_asterisk_refused_is_stopped_the_next_time(adopted: Adopted) -> None:
    for name in (PLAYING, "playback-c-1-4"):
        adopted.ari.answer("DELETE", f"playbacks/{name}", {"message": "no"}, status=500)
    await adopted.leg.silence()
    assert adopted.log.events("warning") == ["playback_not_stopped"]
    for name in (PLAYING, "playback-c-1-4"):
        adopted.ari.answer("DELETE", f"playbacks/{name}", {"message": "Playback not found"}, status=404)
    await adopted.leg.silence()
    await adopted.leg.silence()
    assert len(asked_to_stop(adopted)) == 2 * len(adopted.leg.channel.playback_names())


@pytest.mark.parametrize("act", [AriLeg.answer, AriLeg.leave_to_fallback], ids=["answered", "left"])
async def test_it_is_stopped_before_what_would_wait_for_its_end(
    adopted: Adopted, act: Callable[[AriLeg], Awaitable[None]]
) -> None:
    adopted.leg.channel.up = False
    for request in ("answer", "continue"):
        adopted.ari.answer("POST", f"channels/c-1/{request}")
    await act(adopted.leg)
    asked = [path for _, path, _ in adopted.ari.requests]
    assert sorted(asked[:-1]) == sorted(f"playbacks/{name}" for name in adopted.leg.channel.playback_names())
    assert asked[-1].startswith("channels/c-1/")


async def test_given_up_half_way_it_is_stopped_again(adopted: Adopted) -> None:
    adopted.ari.answers["DELETE", f"playbacks/{PLAYING}"] = forever
    stopping = asyncio.create_task(adopted.leg.silence())
    async with asyncio.timeout(5):
        while len(asked_to_stop(adopted)) < len(adopted.leg.channel.playback_names()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    stopping.cancel()
    del adopted.ari.answers["DELETE", f"playbacks/{PLAYING}"]
    await adopted.leg.silence()
    assert len(asked_to_stop(adopted)) == 2 * len(adopted.leg.channel.playback_names())
    await asyncio.gather(stopping, return_exceptions=True)


async def test_a_caller_who_leaves_meanwhile_is_gone(adopted: Adopted) -> None:
    async def stopped(_: web.Request) -> web.StreamResponse:
        asyncio.get_running_loop().call_soon(adopted.leg.channel.end)
        return web.Response(status=204)

    adopted.ari.answers["DELETE", f"playbacks/{PLAYING}"] = stopped
    with pytest.raises(LegGone):
        await adopted.leg.silence()


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
