"""A web server that speaks as much ARI as the client's own tests need, and misbehaves on demand."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from switchboard.asterisk.ari_client import AriAccess

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class AriServer:
    """`answers` by method and path after /ari; `sockets` are the event sockets opened so far. `on_play` is told the
    name of each playback that begins."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], Answer] = {}
        self.on_play: Callable[[str], None] | None = None
        self.requests: list[tuple[str, str, Any]] = []
        self.sockets: list[web.WebSocketResponse] = []
        self.refuse_events = 0
        self.startup_time = "2026-11-23T00:53:18.576+0000"
        self.url = ""

    @property
    def access(self) -> AriAccess:
        return AriAccess(self.url, "user", "the-password", "switchboard-7")

    def answer(self, method: str, path: str, body: object = None, status: int = 200) -> None:
        async def respond(_: web.Request) -> web.StreamResponse:
            return web.json_response(body, status=status)

        self.answers[method, path] = respond

    async def send(self, event: object) -> None:
        text = event if isinstance(event, str) else json.dumps(event)
        await self.sockets[-1].send_str(text)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        path = request.rel_url.raw_path.removeprefix("/ari/")
        if path == "events":
            return await self._events(request)
        self.requests.append((request.method, path, await request.json() if request.can_read_body else None))
        if (found := self.answers.get((request.method, path))) is not None:
            return await found(request)
        if "/play/" in path and self.on_play is not None:
            self.on_play(path.rpartition("/")[2])
            return web.json_response({}, status=201)
        if path == "asterisk/info":
            return web.json_response({"status": {"startup_time": self.startup_time}})
        if path.endswith("/eventFilter"):
            return web.json_response({})
        return web.json_response({"message": "Not here"}, status=404)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        if self.refuse_events:
            self.refuse_events -= 1
            return web.json_response({"message": "no"}, status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        async for message in socket:
            if message.type is WSMsgType.CLOSE:
                break
        return socket


@asynccontextmanager
async def ari_server() -> AsyncIterator[AriServer]:
    ari = AriServer()
    application = web.Application()
    application.router.add_route("*", "/ari/{path:.*}", ari.handle)
    server = TestServer(application)
    await server.start_server()
    ari.url = str(server.make_url("/ari"))
    try:
        yield ari
    finally:
        for socket in ari.sockets:
            await socket.close()
        await server.close()


async def forever(_: web.Request) -> web.StreamResponse:
    await asyncio.sleep(60)
    return web.Response()
