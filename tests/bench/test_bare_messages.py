"""The bare client's message: what it asks of Asterisk, in that order, and what it keeps."""

import asyncio
import os
import sys
from pathlib import Path

from aiohttp import web

from tests.asterisk.ari_server import AriServer, ari_server
from tests.bench.client_process import ClientProcess
from tests.bench.message_calls import recording
from tests.bench.message_desk import FOLDER, Mailbox, furnish, kept
from tests.bench.test_message_desk import AT, CHANNEL, NUMBER, spoken

WORDS = (sys.executable, "-m", "tests.bench.bare_messages")


async def _granted(_: web.Request) -> web.StreamResponse:
    return web.Response(status=204)


async def _sound(_: web.Request) -> web.StreamResponse:
    return web.Response(body=spoken(2.0))


class _AnyPath(dict[tuple[str, str], object]):
    """Every request is granted, and every stored recording is there."""

    def get(self, key: tuple[str, str], default: object = None) -> object:
        return _sound if key[1].endswith("/file") else _granted


async def asked(ari: AriServer, count: int) -> tuple[str, str, object]:
    """Wait for as many requests; the last of them."""
    while len(ari.requests) < count:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    assert len(ari.requests) == count
    return ari.requests[-1]


async def test_a_message_is_taken_fetched_and_kept(tmp_path: Path) -> None:
    furnish(tmp_path / "desk", {NUMBER: Mailbox(7, "vacation")})
    async with ari_server() as ari:
        ari.answers = _AnyPath()  # type: ignore[assignment]
        environment = {
            **os.environ,
            "SWITCHBOARD_ARI_URL": ari.url,
            "SWITCHBOARD_ARI_PASSWORD": "the-password",
            "BENCH_PROMPT": "unused",
            FOLDER: str(tmp_path / "desk"),
        }
        async with asyncio.timeout(20), ClientProcess(WORDS, environment) as client:
            await _one_call(ari)
            assert await client.played() == 1
    assert kept(tmp_path / "desk") == [2.0]


async def _one_call(ari: AriServer) -> None:
    channel = {"id": CHANNEL, "dialplan": {"exten": NUMBER}, "caller": {"number": "+46701740605"}}
    await ari.send({"type": "CallBroadcast", "timestamp": AT, "channel": channel})
    assert (await asked(ari, 2))[:2] == ("POST", "events/claim")
    await ari.send({"type": "StasisStart", "channel": {"id": CHANNEL}})
    method, path, body = await asked(ari, 4)
    greeting = path.rpartition("/")[2]
    assert ari.requests[2][:2] == ("POST", f"channels/{CHANNEL}/answer")
    assert (method, path) == ("POST", f"channels/{CHANNEL}/play/{greeting}")
    assert body == {"media": "sound:/sounds/sv/absence-for-vacation"}
    await ari.send({"type": "ChannelDtmfReceived", "digit": "1", "channel": {"id": CHANNEL}})
    _, path, body = await asked(ari, 6)
    assert ari.requests[4][:2] == ("DELETE", f"playbacks/{greeting}")
    assert body == {"media": "sound:/sounds/sv/leave-message"}
    target = {"target_uri": f"channel:{CHANNEL}"}
    await ari.send({"type": "PlaybackFinished", "playback": {"id": path.rpartition("/")[2], **target}})
    _, path, body = await asked(ari, 7)
    assert path == f"channels/{CHANNEL}/record"
    assert isinstance(body, dict)
    name = body["name"]
    assert body == recording(name)
    await ari.send({"type": "RecordingFinished", "recording": {"name": name, **target}})
    assert (await asked(ari, 9))[:2] == ("DELETE", f"recordings/stored/{name}")
    assert ari.requests[7][:2] == ("GET", f"recordings/stored/{name}/file")
