"""What goes between the service and Asterisk for one call: a proxy that counts ARI requests and events."""

import asyncio
import json
import re
from collections import Counter
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web

from tests.ports import free_port

_ID = re.compile(r"\b(channels|play|bridges|playbacks|stored|live|deviceStates|applications)/[^/]+")
_KEPT_OUT = {"host", "content-length", "transfer-encoding", "connection", "content-encoding"}


class CountingProxy:
    """Stands between the two for a few calls, never while speed is measured."""

    def __init__(self, http_port: int) -> None:
        self._target = f"http://127.0.0.1:{http_port}"
        self._port = free_port()
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        self.requests: Counter[str] = Counter()
        self.events: Counter[str] = Counter()
        self.event_bytes = 0

    @property
    def ari_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/ari"

    def forget(self) -> None:
        """Start counting afresh."""
        self.requests.clear()
        self.events.clear()
        self.event_bytes = 0

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{tail:.*}", self._pass_on)
        self._session = aiohttp.ClientSession(auto_decompress=False)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _pass_on(self, request: web.Request) -> web.StreamResponse:
        assert self._session is not None
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _KEPT_OUT}
        url = f"{self._target}{request.raw_path}"
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._pass_events(request, url, request.headers.get("Authorization", ""))
        self.requests[f"{request.method} {path_shape(request.raw_path.partition('?')[0])}"] += 1
        async with self._session.request(
            request.method, url, headers=headers, data=await request.read(), allow_redirects=False
        ) as answer:
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in _KEPT_OUT}
            return web.Response(status=answer.status, headers=kept, body=await answer.read())

    async def _pass_events(self, request: web.Request, url: str, authorization: str) -> web.StreamResponse:
        assert self._session is not None
        headers = {"Authorization": authorization} if authorization else {}
        async with self._session.ws_connect(url, headers=headers, max_msg_size=0) as asterisk:
            service = web.WebSocketResponse(max_msg_size=0)
            await service.prepare(request)
            back = asyncio.create_task(_pump_back(service, asterisk))
            try:
                async for message in asterisk:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        self._count(message.data)
                        await service.send_str(message.data)
            finally:
                back.cancel()
                await service.close()
            return service

    def _count(self, text: str) -> None:
        self.event_bytes += len(text)
        self.events[str(json.loads(text).get("type", "?"))] += 1


async def _pump_back(service: web.WebSocketResponse, asterisk: aiohttp.ClientWebSocketResponse) -> None:
    async for message in service:
        if message.type is aiohttp.WSMsgType.TEXT:
            await asterisk.send_str(message.data)
    await asterisk.close()


def path_shape(path: str) -> str:
    """`/ari/channels/{id}/answer` for any channel."""
    return _ID.sub(r"\1/{id}", path)
