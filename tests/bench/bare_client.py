"""The least that any ARI client must do for a call: claim it, wait until it has come, answer, play. No decision, no
journal, no log: what is left is what ARI and StasisBroadcast cost by themselves.

`python -m tests.bench.bare_client` is told where to work, and tells what it did, as client_talk.py says.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
import uvloop

from switchboard.asterisk.http_pool import Answer, HttpPool
from tests.bench.client_talk import APPLICATION, EVENT_TYPES, Place, allowing, tell


class BareAri:
    """Requests and events, with nothing around them."""

    def __init__(self, place: Place) -> None:
        self._url = place.url
        self._headers = {"Authorization": place.authorization}
        self._pool = HttpPool(self._url, self._headers)
        self._root = urlsplit(self._url).path

    async def listen(
        self, kinds: Sequence[str], hear: Callable[[Mapping[str, Any]], None], ready: asyncio.Event
    ) -> None:
        """Until it is cancelled. RuntimeError where Asterisk refuses it or ends the event socket."""
        query = {"app": APPLICATION, "subscribeAll": "false"}
        try:
            async with (
                aiohttp.ClientSession(headers=self._headers) as session,
                session.ws_connect(f"{self._url}/events", params=query) as socket,
            ):
                if not await self.does("PUT", f"applications/{APPLICATION}/eventFilter", allowing(kinds)):
                    raise RuntimeError("the event filter was refused")
                ready.set()
                async for message in socket:
                    hear(json.loads(message.data))
            raise RuntimeError("the event socket ended")
        finally:
            await self._pool.close()

    async def claims(self, id: str) -> bool:
        return await self.does("POST", f"events/claim?channelId={quote(id, safe='')}&application={APPLICATION}")

    async def does(self, method: str, path: str, body: bytes = b"") -> bool:
        return (await self.ask(method, path, body)).status < 300

    async def ask(self, method: str, path: str, body: bytes = b"") -> Answer:
        return await self._pool.request(method, f"{self._root}/{path}", body)


def channel_path(id: str) -> str:
    return f"channels/{quote(id, safe='')}"


class BareClient:
    def __init__(self, place: Place) -> None:
        self._ari = BareAri(place)
        self._media = json.dumps({"media": f"sound:{place.prompt}"}).encode()
        self._coming: dict[str, asyncio.Future[None]] = {}
        self._calls: set[asyncio.Task[None]] = set()
        self.played = 0

    async def run(self, ready: asyncio.Event) -> None:
        """As BareAri.listen."""
        await self._ari.listen(EVENT_TYPES, self._hear, ready)

    def _hear(self, event: Mapping[str, Any]) -> None:
        match event["type"]:
            case "CallBroadcast":
                call = asyncio.create_task(self._take(event["channel"]["id"]))
                self._calls.add(call)
                call.add_done_callback(self._calls.discard)
            case "StasisStart":
                if (coming := self._coming.pop(event["channel"]["id"], None)) is not None:
                    coming.set_result(None)
            case "StasisEnd" | "ChannelDestroyed":
                if (coming := self._coming.pop(event["channel"]["id"], None)) is not None:
                    coming.cancel()
            case _:
                pass

    async def _take(self, id: str) -> None:
        coming = self._coming[id] = asyncio.get_running_loop().create_future()
        channel, does = channel_path(id), self._ari.does
        if not await self._ari.claims(id):
            self._coming.pop(id, None)
            return
        await coming
        if await does("POST", f"{channel}/answer") and await does("POST", f"{channel}/play", self._media):
            self.played += 1


async def serve(run: Callable[[asyncio.Event], Coroutine[Any, Any, None]], done: Callable[[], int]) -> None:
    """Until the benchmark has heard enough."""
    ready = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(run(ready))
        await ready.wait()
        await tell(done)
        serving.cancel()


async def main() -> None:
    client = BareClient(Place.from_environment())
    await serve(client.run, lambda: client.played)


if __name__ == "__main__":
    uvloop.run(main())
