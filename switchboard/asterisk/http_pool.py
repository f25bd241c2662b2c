"""Kept-alive HTTP connections to one server, for requests that a caller waits for.

Why not aiohttp's: its request costs 0.4 ms of the way from a call's arrival to its answer, three times what Asterisk
needs to carry it out; httptools parses the answers (docs/decisions/0007). One request at a time on each connection; no
redirects, no cookies, no proxies: Asterisk has none.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

import httptools

MOST_CONNECTIONS = 64
# Below Asterisk's session_keep_alive (http.conf), so that none is used just as it is closed.
IDLE_S = 75.0
ANSWER_BYTES = 64 * 1024 * 1024
_REPEATABLE = frozenset({"GET", "PUT", "DELETE"})


class ServerAway(Exception):
    """The server cannot be reached, broke off, or does not speak HTTP. `args[0]` says which, without any header."""


class _BrokenOff(ServerAway):
    """Nothing of the answer had come; on a connection that was idle, the server may have closed it before."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


class HttpPool:
    """`url` is the server's, http or https; its path is not used. `headers` go with every request."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._port = parts.port or (443 if self._tls else 80)
        lines = {"Host": parts.netloc.rpartition("@")[2], "Content-Type": "application/json", **headers}
        self._head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self._idle: list[_Connection] = []
        self._all: set[_Connection] = set()
        self._room = asyncio.Semaphore(MOST_CONNECTIONS)

    async def request(self, method: str, target: str, body: bytes = b"") -> Answer:
        """`target` is the path, quoted. Raises ServerAway; a request that is cancelled costs its connection."""
        head = f"{method} {target} HTTP/1.1\r\n{self._head}Content-Length: {len(body)}\r\n\r\n"
        raw = head.encode("ascii") + body
        async with self._room:
            kept = self._take_idle()
            try:
                return await (kept or await self._connect()).exchange(raw)
            except _BrokenOff:
                if kept is None or method not in _REPEATABLE:
                    raise
            return await (await self._connect()).exchange(raw)

    def abort(self) -> None:
        """Every request under way fails at once."""
        for connection in tuple(self._all):
            connection.abort()

    def _take_idle(self) -> "_Connection | None":
        oldest = asyncio.get_running_loop().time() - IDLE_S
        while self._idle:
            connection = self._idle.pop()
            if connection.idle_since > oldest:
                return connection
            connection.abort()
        return None

    async def _connect(self) -> "_Connection":
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(
                lambda: _Connection(self._idle, self._all), self._host, self._port, ssl=self._tls
            )
        except OSError as error:
            raise ServerAway(type(error).__name__) from None
        return connection


class _Connection(asyncio.Protocol):
    """Puts itself into `idle` after each answer, and out of both when it is lost."""

    def __init__(self, idle: "list[_Connection]", every: "set[_Connection]") -> None:
        self.idle_since = 0.0
        self._idle = idle
        self._every = every
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._waiting: asyncio.Future[Answer] | None = None
        self._body = bytearray()
        self._silent = True

    async def exchange(self, raw: bytes) -> Answer:
        if self._transport is None or self._transport.is_closing():
            raise _BrokenOff("ConnectionLost")
        self._body.clear()
        self._silent = True
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(raw)
        try:
            return await self._waiting
        except asyncio.CancelledError:
            self.abort()
            raise

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._every.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._every.discard(self)
        if self in self._idle:
            self._idle.remove(self)
        broken = _BrokenOff if self._silent else ServerAway
        self._fail(broken(type(error).__name__ if error else "ConnectionLost"))

    def data_received(self, data: bytes) -> None:
        self._silent = False
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(ServerAway(type(error).__name__))
            self.abort()
        if len(self._body) > ANSWER_BYTES:
            self._fail(ServerAway(f"the answer is longer than {ANSWER_BYTES} bytes"))
            self.abort()

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is None or not self._parser.should_keep_alive():
            self.abort()
        else:
            self.idle_since = asyncio.get_running_loop().time()
            self._idle.append(self)
        if waiting is not None and not waiting.done():
            waiting.set_result(Answer(self._parser.get_status_code(), bytes(self._body)))

    def _fail(self, error: ServerAway) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_exception(error)
