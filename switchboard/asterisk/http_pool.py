"""Kept-alive HTTP connections to one server, for requests that a caller waits for.

Why not aiohttp's: its request costs 0.4 ms of the way from a call's arrival to its answer, three times what Asterisk
needs to carry it out; httptools parses the answers (docs/decisions/0007). One request at a time on each connection; no
redirects, no cookies, no proxies: Asterisk has none. An answer that ends only with the connection counts as cut.
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
    """`url` is the server's, http or https; its path is not used. `headers` go with every request. ValueError where
    `url` names no server."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or not parts.netloc.isascii():
            raise ValueError("it is no address such as http://127.0.0.1:8088")
        self._host = parts.hostname
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._port = parts.port or (443 if self._tls else 80)
        lines = {"Host": parts.netloc.rpartition("@")[2], "Content-Type": "application/json", **headers}
        self._head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self._idle: list[_Connection] = []
        self._all: set[_Connection] = set()
        self._connecting: set[asyncio.Timeout] = set()
        self._room = asyncio.Semaphore(MOST_CONNECTIONS)
        self._ended = False

    async def request(self, method: str, target: str, body: bytes = b"") -> Answer:
        """`target` is the path, quoted. Raises ServerAway; a request that is cancelled costs its connection."""
        head = f"{method} {target} HTTP/1.1\r\n{self._head}Content-Length: {len(body)}\r\n\r\n"
        raw = head.encode("ascii") + body
        async with self._room:
            kept = self._take_idle()
            if kept is not None:
                try:
                    return await kept.exchange(raw)
                except _BrokenOff:
                    if method not in _REPEATABLE:
                        raise
            return await (await self._connect()).exchange(raw)

    def abort(self) -> None:
        """For good: every request under way fails at once, and every later one; none is sent any more."""
        self._ended = True
        for limit in self._connecting:
            limit.reschedule(0.0)
        for connection in tuple(self._all):
            connection.abort()

    async def close(self) -> None:
        """Abort, and wait until no connection is left."""
        self.abort()
        if self._all:
            await asyncio.wait([connection.lost for connection in self._all])

    def _take_idle(self) -> "_Connection | None":
        oldest = asyncio.get_running_loop().time() - IDLE_S
        while self._idle:
            connection = self._idle.pop()
            if connection.usable_since(oldest):
                return connection
            connection.abort()
        return None

    async def _connect(self) -> "_Connection":
        if self._ended:
            raise ServerAway("Aborted")
        limit = asyncio.timeout(None)
        self._connecting.add(limit)
        try:
            async with limit:
                _, connection = await asyncio.get_running_loop().create_connection(
                    lambda: _Connection(self._idle, self._all), self._host, self._port, ssl=self._tls
                )
        except (OSError, UnicodeError) as error:
            raise ServerAway(type(error).__name__) from None
        finally:
            self._connecting.discard(limit)
        if self._ended:
            connection.abort()
        return connection


class _Connection(asyncio.Protocol):
    """Puts itself into `idle` after each answer, and out of both when it is lost."""

    def __init__(self, idle: "list[_Connection]", every: "set[_Connection]") -> None:
        self._idle_since = 0.0
        self.lost = asyncio.get_running_loop().create_future()
        self._idle = idle
        self._every = every
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._waiting: asyncio.Future[Answer] | None = None
        self._body = bytearray()
        self._silent = True

    def usable_since(self, oldest: float) -> bool:
        return self._transport is not None and not self._transport.is_closing() and self._idle_since > oldest

    async def exchange(self, raw: bytes) -> Answer:
        if self._transport is None or self._transport.is_closing():
            raise _BrokenOff("ConnectionLost")
        self._silent = True
        waiting: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        self._transport.write(raw)
        try:
            return await waiting
        except asyncio.CancelledError:
            if self._waiting is waiting:  # else it was answered, and the connection may be another's by now
                self.abort()
            raise

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._every.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        self._every.discard(self)
        if self in self._idle:
            self._idle.remove(self)
        broken = _BrokenOff if self._silent else ServerAway
        self._break_off(broken(type(error).__name__ if error else "ConnectionLost"))
        self.lost.set_result(None)

    def data_received(self, data: bytes) -> None:
        if self._waiting is None:  # unasked: it would be taken for the answer to what is asked next
            self.abort()
            return
        self._silent = False
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._break_off(ServerAway(type(error).__name__))

    def on_message_begin(self) -> None:
        if self._waiting is None:
            self.abort()

    def on_body(self, body: bytes) -> None:
        self._body += body
        if len(self._body) > ANSWER_BYTES:
            self._break_off(ServerAway(f"the answer is longer than {ANSWER_BYTES} bytes"))

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 200:  # the answer is still to come (RFC 9110 §15.2)
            return
        waiting, self._waiting = self._waiting, None
        body = bytes(self._body)
        self._body.clear()
        if waiting is None or waiting.done() or not self._parser.should_keep_alive():
            self.abort()
        else:
            self._idle_since = asyncio.get_running_loop().time()
            self._idle.append(self)
        if waiting is not None and not waiting.done():
            waiting.set_result(Answer(status, body))

    def _break_off(self, error: ServerAway) -> None:
        self.abort()
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_exception(error)
