"""A channel that hears music and announcements in turn holds no more after hundreds of them."""

import asyncio

from switchboard.asterisk.ari_client import AriClient
from switchboard.asterisk.ari_events import PlaybackFinished
from switchboard.asterisk.channels import HeldChannel, HeldChannels
from switchboard.asterisk.legs import AriLeg
from tests.asterisk.ari_server import AriServer, ari_server
from tests.fakes.world import FakeLog
from tests.kept_memory import kept_bytes, watched

WARM_UP, TIMES = 40, 300
BYTES = 10
"""For each announcement: less than the smallest object."""
MEDIA = ["sound:/sounds/sv/queue-position", "sound:/sounds/sv/number-7"]


async def _waits(leg: AriLeg, ari: AriServer, times: int) -> None:
    for _ in range(times):
        await leg.hold_music()
        await leg.digit(0.0)
        await leg.play(MEDIA, until_digit=True)
        ari.requests.clear()


async def test_hundreds_of_announcements_leave_nothing_behind() -> None:
    log = FakeLog()
    async with ari_server() as ari, AriClient(ari.access, log) as client:
        for method in ("POST", "DELETE"):
            ari.answer(method, "channels/c-1/moh")
        channel = HeldChannels(client, log).add("c-1")
        channel.entered = channel.up = True
        ari.on_play = lambda name: _ends_soon(channel, name)
        leg = AriLeg(channel)
        with watched():
            await _waits(leg, ari, WARM_UP)
            before, tasks = kept_bytes(), len(asyncio.all_tasks())
            await _waits(leg, ari, TIMES)
            after = kept_bytes()
    assert after - before < BYTES * TIMES, (before, after)
    assert len(asyncio.all_tasks()) <= tasks
    assert log.lines == []


def _ends_soon(channel: HeldChannel, name: str) -> None:
    asyncio.get_running_loop().call_later(0.001, channel.receive, PlaybackFinished(channel.id, name, failed=False))
