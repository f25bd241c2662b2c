"""The least that any ARI client must do for a call: claim it, wait until it has come, answer, play. No decision, no
journal, no log: what is left is what ARI and StasisBroadcast cost by themselves.

`python -m tests.bench.bare_client` is told where to work, and tells what it did, as client_talk.py says.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
import uvloop

from switchboard.asterisk.http_pool import HttpPool
from tests.bench.client_talk import APPLICATION, EVENT_TYPES, Place, tell


class BareClient:
    def __init__(self, place: Place) -> None:
        self._url = place.url
        self._headers = {"Authorization": place.authorization}
        self._pool = HttpPool(self._url, self._headers)
        self._root = urlsplit(self._url).path
        self._media = json.dumps({"media": f"sound:{place.prompt}"}).encode()
        self._coming: dict[str, asyncio.Future[None]] = {}
        self._calls: set[asyncio.Task[None]] = set()
        self.played = 0

    async def run(self, ready: asyncio.Event) -> None:
        """Until it is cancelled. RuntimeError where Asterisk refuses it or ends the event socket."""
        query = {"app": APPLICATION, "subscribeAll": "false"}
        try:
            async with (
                aiohttp.ClientSession(headers=self._headers) as session,
                session.ws_connect(f"{self._url}/events", params=query) as socket,
            ):
                allowed = {"allowed": [{"type": kind} for kind in EVENT_TYPES]}
                if not await self._ask("PUT", f"applications/{APPLICATION}/eventFilter", json.dumps(allowed).encode()):
                    raise RuntimeError("the event filter was refused")
                ready.set()
                async for message in socket:
                    self._hear(json.loads(message.data))
            raise RuntimeError("the event socket ended")
        finally:
            await self._pool.close()

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
        channel = f"channels/{quote(id, safe='')}"
        if not await self._ask("POST", f"events/claim?channelId={quote(id, safe='')}&application={APPLICATION}"):
            self._coming.pop(id, None)
            return
        await coming
        if await self._ask("POST", f"{channel}/answer") and await self._ask("POST", f"{channel}/play", self._media):
            self.played += 1

    async def _ask(self, method: str, path: str, body: bytes = b"") -> bool:
        return (await self._pool.request(method, f"{self._root}/{path}", body)).status < 300


async def main() -> None:
    client = BareClient(Place.from_environment())
    ready = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(client.run(ready))
        await ready.wait()
        await tell(lambda: client.played)
        serving.cancel()


if __name__ == "__main__":
    uvloop.run(main())
