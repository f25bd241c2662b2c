"""bare_client.py's call through aioari, which the benchmark installs by itself (clients.py)."""

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from typing import Any

import aioari  # type: ignore[import-not-found]
import uvloop
from aiohttp.web import HTTPException

from tests.bench.client_talk import APPLICATION, USER, Place, filter_events, tell


class AioariClient:
    def __init__(self, library: Any, prompt: str) -> None:  # noqa: ANN401 - the library has no types
        self._library = library
        self._media = f"sound:{prompt}"
        self._calls: set[asyncio.Task[None]] = set()
        self._claimed: set[str] = set()
        self.played = 0
        library.on_event("CallBroadcast", self._broadcast)
        library.on_channel_event("StasisStart", self._started)

    def _broadcast(self, event: dict[str, Any]) -> None:
        self._begin(self._claim(event["channel"]["id"]))

    def _started(self, objects: dict[str, Any], event: dict[str, Any]) -> None:
        if event["channel"]["id"] in self._claimed:
            self._begin(self._serve(objects["channel"]))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """The library waits for a handler before it reads the next event."""
        task = asyncio.create_task(_lost_if_refused(work))
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    async def _claim(self, id: str) -> None:
        self._claimed.add(id)
        await self._library.events.claimChannel(channelId=id, application=APPLICATION)

    async def _serve(self, channel: Any) -> None:  # noqa: ANN401 - the library has no types
        self._claimed.discard(channel.id)
        await channel.answer()
        await channel.play(media=self._media)
        self.played += 1


async def _lost_if_refused(work: Coroutine[Any, Any, None]) -> None:
    """A call that is gone is not counted, and no more."""
    with contextlib.suppress(HTTPException):
        await work


async def main() -> None:
    logging.disable()
    place = Place.from_environment()
    library = await aioari.connect(place.server, USER, place.password)
    client = AioariClient(library, place.prompt)
    serving = asyncio.create_task(library.run(apps=APPLICATION))
    await filter_events(place)
    telling = asyncio.create_task(tell(lambda: client.played))
    # Where the library gives up, so does the client: the benchmark counts the calls as failed.
    await asyncio.wait({serving, telling}, return_when=asyncio.FIRST_COMPLETED)
    serving.cancel()
    await library.close()


if __name__ == "__main__":
    uvloop.run(main())
