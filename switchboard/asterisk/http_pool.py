"""Kept-alive HTTP connections to one server, for requests that a caller waits for.

Why not aiohttp's: its request costs 0.4 ms of the way from a call's arrival to its answer, three times what Asterisk
needs to carry it out; httptools parses the answers (docs/decisions/0007). One request at a time on each connection; no
redirects, no cookies, no proxies: Asterisk has none. An answer that ends only with the connection counts as cut.
"""

import asyncio
import ssl
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

import httptools

MOST_CONNECTIONS = 64
# Below Asterisk's session_keep_alive (http.conf), so that none is used just as it is closed.
IDLE_S = 75.0
ANSWER_BYTES = 64 * 1024 * 1024
_REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
NO_POSTS: frozenset[str] = frozenset()


class ServerAway(Exception):
    """The server cannot be reached, broke off, or does not speak HTTP. `args[0]` says which, without any header."""


class _BrokenOff(ServerAway):
    """Nothing of the answer had come on a connection that was idle: the server may have closed it before."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


class HttpPool:
    """`url` is the server's, http or https; its path is not used. `headers` go with every request. ValueError where
    `url` names no server. `repeatable` are the paths of POSTs that may be sent twice, as any GET, PUT and DELETE may,
    where a kept connection was closed before a byte of the answer had come."""

    def __init__(self, url: str, headers: Mapping[str, str], repeatable: Collection[str] = NO_POSTS) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or not parts.netloc.isascii():
            raise ValueError("it is no address such as http://127.0.0.1:8088")
        self._host = parts.hostname
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._port = parts.port or (443 if self._tls else 80)
        lines = {"Host": parts.netloc.rpartition("@")[2], "Content-Type": "application/json", **headers}
        self._head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self._repeatable = repeatable
        self._idle: list[_Connection] = []
        self._all: set[_Connection] = set()
        self._connecting: set[asyncio.Timeout] = set()
        self._room = asyncio.Queue[None](MOST_CONNECTIONS)  # one for each request that may still be sent
        for _ in range(MOST_CONNECTIONS):
            self._room.put_nowait(None)
        self._ended = False

    def send_at_once(self, method: str, target: str, body: bytes = b"") -> "asyncio.Future[Answer] | None":
        """Sent before this returns; None, with nothing sent, where no connection is idle. `request` takes it on."""
        if self._room.empty() or (kept := self._take_idle()) is None:
            return None
        self._room.get_nowait()
        return self._sent(kept, self._raw(method, target, body))

    async def request(
        self, method: str, target: str, body: bytes = b"", sent: "asyncio.Future[Answer] | None" = None
    ) -> Answer:
        """`target` is the path, quoted; `sent` what `send_at_once` gave for the same. Raises ServerAway; a request that
        is cancelled costs its connection."""
        try:
            return await (sent or await self._send(self._raw(method, target, body), self._take_idle))
        except _BrokenOff:
            if method not in _REPEATABLE and target.partition("?")[0] not in self._repeatable:
                raise
        return await (await self._send(self._raw(method, target, body), lambda: None))

    async def _send(self, raw: bytes, idle: "Callable[[], _Connection | None]") -> "asyncio.Future[Answer]":
        await self._room.get()
        try:
            connection = idle() or await self._connect()
        except BaseException:
            self._room.put_nowait(None)
            raise
        return self._sent(connection, raw)

    def _sent(self, connection: "_Connection", raw: bytes) -> "asyncio.Future[Answer]":
        answer = connection.send(raw)
        answer.add_done_callback(self._over)
        return answer

    def _over(self, answer: "asyncio.Future[Answer]") -> None:
        self._room.put_nowait(None)
        if not answer.cancelled():
            answer.exception()  # who awaits it learns it; of a call that is over nobody may

    def _raw(self, method: str, target: str, body: bytes) -> bytes:
        head = f"{method} {target} HTTP/1.1\r\n{self._head}Content-Length: {len(body)}\r\n\r\n"
        return head.encode("ascii") + body

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
        self._used = False

    def usable_since(self, oldest: float) -> bool:
        return self._transport is not None and not self._transport.is_closing() and self._idle_since > oldest

    def send(self, raw: bytes) -> "asyncio.Future[Answer]":
        waiting: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        if self._transport is None or self._transport.is_closing():
            waiting.set_exception(self._lost("ConnectionLost"))
            return waiting
        self._silent = True
        self._waiting = waiting
        self._transport.write(raw)
        waiting.add_done_callback(self._given_up)
        return waiting

    def _given_up(self, waiting: "asyncio.Future[Answer]") -> None:
        """Answered, the connection may be another's by now."""
        if waiting.cancelled() and self._waiting is waiting:
            self.abort()

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
        self._break_off(self._lost(type(error).__name__ if error else "ConnectionLost"))
        self.lost.set_result(None)

    def _lost(self, why: str) -> ServerAway:
        return _BrokenOff(why) if self._silent and self._used else ServerAway(why)

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
        waiting, self._waiting, self._used = self._waiting, None, True
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
