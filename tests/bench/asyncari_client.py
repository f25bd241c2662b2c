"""bare_client.py's call through asyncari, which the benchmark installs by itself (clients.py)."""

import contextlib
import logging
from typing import Any

import anyio
import asyncari  # type: ignore[import-not-found]
from asyncari.model import OperationError  # type: ignore[import-not-found]
from httpx import HTTPError

from tests.bench.client_talk import APPLICATION, USER, Place, filter_events, tell

_LOST_IF_REFUSED = contextlib.suppress(OperationError, HTTPError)
"""A call that is gone is not counted, and no more."""


class AsyncariClient:
    def __init__(self, library: Any, prompt: str) -> None:  # noqa: ANN401 - the library has no types
        self._library = library
        self._media = f"sound:{prompt}"
        self._claimed: set[str] = set()
        self.played = 0

    async def run(self) -> None:
        begin = self._library.taskgroup.start_soon
        async for event in self._library:
            if event.type == "CallBroadcast":
                begin(self._claim, event.channel.id)
            elif event.type == "StasisStart" and event.channel.id in self._claimed:
                begin(self._serve, event.channel)

    async def _claim(self, id: str) -> None:
        self._claimed.add(id)
        with _LOST_IF_REFUSED:
            await self._library.events.claimChannel(channelId=id, application=APPLICATION)

    async def _serve(self, channel: Any) -> None:  # noqa: ANN401 - the library has no types
        self._claimed.discard(channel.id)
        with _LOST_IF_REFUSED:
            await channel.answer()
            await channel.play(media=self._media)
            self.played += 1


async def main() -> None:
    logging.disable()
    place = Place.from_environment()
    async with asyncari.connect(place.server, APPLICATION, USER, place.password) as library:
        client = AsyncariClient(library, place.prompt)
        library.taskgroup.start_soon(client.run)
        await filter_events(place)
        await tell(lambda: client.played)


if __name__ == "__main__":
    anyio.run(main, backend_options={"use_uvloop": True})
