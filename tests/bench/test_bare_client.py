"""The bare client does what any ARI client must, in that order, and nothing else."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from tests.asterisk.ari_server import AriServer, ari_server
from tests.bench.client_process import BARE, ClientProcess
from tests.bench.client_talk import APPLICATION, EVENT_TYPES

CLAIM = ("POST", "events/claim", None)
ANSWER = ("POST", "channels/box-1.1/answer", None)
PLAY = ("POST", "channels/box-1.1/play", {"media": "sound:/sounds/sv/welcome"})
FILTER = ("PUT", f"applications/{APPLICATION}/eventFilter", {"allowed": [{"type": kind} for kind in EVENT_TYPES]})


@asynccontextmanager
async def answering() -> AsyncIterator[tuple[AriServer, ClientProcess]]:
    async with ari_server() as ari:
        for method, path, _ in (ANSWER, PLAY):
            ari.answer(method, path)
        ari.answers["POST", "events/claim"] = _claimed
        environment = {
            **os.environ,
            "SWITCHBOARD_ARI_URL": ari.url,
            "SWITCHBOARD_ARI_PASSWORD": "the-password",
            "BENCH_PROMPT": "/sounds/sv/welcome",
        }
        async with asyncio.timeout(20), ClientProcess(BARE, environment) as bare:
            yield ari, bare


async def _claimed(request: web.Request) -> web.StreamResponse:
    asked_for = {"channelId": "box-1.1", "application": APPLICATION}
    return web.Response(status=204 if dict(request.query) == asked_for else 400)


async def happens(ari: AriServer, kind: str) -> None:
    await ari.send({"type": kind, "application": APPLICATION, "channel": {"id": "box-1.1"}})


async def asked(ari: AriServer, *requests: object) -> None:
    """Wait for as many; then it must be these."""
    while len(ari.requests) < len(requests):  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    assert ari.requests == list(requests)


async def test_a_call_is_claimed_awaited_answered_and_played() -> None:
    async with answering() as (ari, bare):
        await happens(ari, "CallBroadcast")
        await asked(ari, FILTER, CLAIM)
        assert await bare.played() == 0
        await asked(ari, FILTER, CLAIM)
        await happens(ari, "StasisStart")
        await asked(ari, FILTER, CLAIM, ANSWER, PLAY)
        while not await bare.played():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        await happens(ari, "StasisEnd")
        assert await bare.played() == 1


@pytest.mark.parametrize("end", ["refused", "hung up"])
async def test_what_it_did_not_get_is_not_counted(end: str) -> None:
    async with answering() as (ari, bare):
        if end == "refused":
            ari.answer("POST", "events/claim", {"message": "taken"}, status=409)
        await happens(ari, "CallBroadcast")
        await asked(ari, FILTER, CLAIM)
        await happens(ari, "StasisEnd" if end == "hung up" else "PlaybackFinished")
        await happens(ari, "StasisStart")
        assert await bare.played() == 0
        assert await bare.played() == 0
        await asked(ari, FILTER, CLAIM)


async def test_one_that_cannot_go_on_is_an_error() -> None:
    async with answering() as (ari, bare):
        await ari.sockets[0].close()
        with pytest.raises(RuntimeError, match="ended by itself"):
            await went_on(bare)


async def went_on(bare: ClientProcess) -> None:
    while True:
        await bare.played()
        await asyncio.sleep(0.005)
