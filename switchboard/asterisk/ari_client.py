"""Requests to Asterisk's REST interface (ARI) over a pool of HTTP connections, events over one WebSocket.

Our own because no published library survives a dropped socket (docs/dependencies.md). The Authorization header is
kept in here: it is in no log line and in no exception.
"""

import asyncio
import base64
import contextlib
import json
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import aiohttp

from switchboard.asterisk.http_pool import Answer, HttpPool, ServerAway
from switchboard.calls.ports import Log

T = TypeVar("T")
Json = Any
GONE = 404
TAKEN_OVER = "another service has taken over"
# Who claims a call twice has it once: the second time is refused with 409, and its StasisStart comes.
_REPEATABLE = ("events/claim",)
_MESSAGE_LENGTH = 200
_EVENT_BYTES = 4 * 1024 * 1024
# An Asterisk that hangs is found after one and a half times as long.
HEARTBEAT_S = 3.0
# While an Asterisk that hangs is waited for to say goodbye, nobody hears its events.
_CLOSING = aiohttp.ClientWSTimeout(ws_close=1.0)


class AriError(Exception):
    """Asterisk refused a request. `status` is HTTP's; 0 when Asterisk could not be reached or did not answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status} {message}")
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True)
class AriAccess:
    """`url` is ARI's (`http://127.0.0.1:8088/ari`), `application` ours: `switchboard-<instance>`."""

    url: str
    user: str
    password: str = field(repr=False)
    application: str


class AriClient:
    """Open it with `async with`."""

    def __init__(self, access: AriAccess, log: Log, timeout_s: float = 5.0) -> None:
        self.application = access.application
        self._url = access.url.rstrip("/")
        self._root = urlsplit(self._url).path + "/"
        token = base64.b64encode(f"{access.user}:{access.password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {token}"}
        self._log = log
        self._timeout_s = timeout_s
        self._pool = HttpPool(self._url, self._headers, {self._root + path for path in _REPEATABLE})
        self._session: aiohttp.ClientSession | None = None
        self._background: set[asyncio.Task[Any]] = set()
        self.fenced = False

    async def __aenter__(self) -> "AriClient":
        limits = aiohttp.ClientTimeout(total=self._timeout_s)
        self._session = aiohttp.ClientSession(headers=self._headers, timeout=limits)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What was begun in the background is awaited, so that nothing is left in Asterisk."""
        if self._background:
            await asyncio.wait(self._background, timeout=self._timeout_s)
        await self._pool.close()
        if self._session is not None:
            await self._session.close()
            self._session = None

    def fence(self) -> None:
        """Act no more: another service has taken over our application and the calls in it. Every request fails from
        now on, those under way too, and nothing is cleaned up: what would be is the other one's."""
        if self.fenced:
            return
        self.fenced = True
        self._pool.abort()

    def begin(self, method: str, *path: str, query: Mapping[str, str] | None = None, body: Json = None) -> "Begun":
        """As `request`, but what can be sent at once is sent before this returns. A failure comes with the answer."""
        target = self._root + "/".join(quote(part, safe="") for part in path)
        if query:
            target += "?" + urlencode(query)
        raw = b"" if body is None else json.dumps(body).encode()
        sent = None if self.fenced or self._session is None else self._pool.send_at_once(method, target, raw)
        return Begun(self, f"{method} {path[0]}", (method, target, raw), sent)

    async def request(self, method: str, *path: str, query: Mapping[str, str] | None = None, body: Json = None) -> Json:
        """The answer's JSON, None where there is none. Raises AriError."""
        return await self.begin(method, *path, query=query, body=body).json()

    async def download(self, method: str, *path: str) -> bytes:
        return await self.begin(method, *path).body()

    async def finish(self, begun: "Begun") -> bytes:
        """For `Begun`."""
        self._check_open()
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await self._pool.request(*begun.request, begun.sent)
        except TimeoutError:
            raise AriError(0, f"{begun.what}: no answer in {self._timeout_s:g} s") from None
        except ServerAway as away:
            raise AriError(0, TAKEN_OVER if self.fenced else f"{begun.what}: {away}") from None
        if answer.status >= 300:
            raise AriError(answer.status, _message(answer.body))
        return answer.body

    async def events(self) -> aiohttp.ClientWebSocketResponse:
        """The event socket of our application; whoever opened it before under this name loses it."""
        query = {"app": self.application, "subscribeAll": "false"}
        try:
            return await self._check_open().ws_connect(
                f"{self._url}/events", params=query, heartbeat=HEARTBEAT_S, max_msg_size=_EVENT_BYTES, timeout=_CLOSING
            )
        except aiohttp.WSServerHandshakeError as error:
            raise AriError(error.status, "the event socket was refused") from None
        except TimeoutError:
            raise AriError(0, "the event socket did not open in time") from None
        except (aiohttp.ClientError, OSError) as error:
            raise AriError(0, f"event socket: {type(error).__name__}") from None

    async def carry_through(self, work: Coroutine[Any, Any, T]) -> T:
        """Await `work` to its end even when the awaiting task is cancelled, so that what is cleaned up afterwards
        finds it done. Cancelled twice, it goes on in the background."""
        task = self._begin(work)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait({task})
            raise

    def in_background(self, work: Coroutine[Any, Any, object]) -> None:
        self._begin(work).add_done_callback(self._report)

    def _begin(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._background.discard(task)
        if not task.cancelled():
            task.exception()  # who awaits it learns it; where nobody does any more, a cancellation counted

    def _report(self, task: asyncio.Task[Any]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._log.warning("ari_background_failed", error=repr(error))

    async def undo(self, method: str, *path: str, query: Mapping[str, str] | None = None) -> bool:
        """Clean up, even if the awaiting task is cancelled. What is gone already is fine; anything else is logged
        and gives False. Nothing is done once we are fenced."""
        if self.fenced:
            return False
        return await self.carry_through(self._undo(method, path, query))

    async def _undo(self, method: str, path: tuple[str, ...], query: Mapping[str, str] | None) -> bool:
        try:
            await self.request(method, *path, query=query)
        except AriError as error:
            if error.status != GONE and not self.fenced:
                self._log.warning("ari_clean_up_failed", method=method, path="/".join(path), error=str(error))
            return error.status == GONE
        return True

    def _check_open(self) -> aiohttp.ClientSession:
        if self.fenced:
            raise AriError(0, TAKEN_OVER)
        if self._session is None:
            raise AriError(0, "the client is closed")
        return self._session


@dataclass(frozen=True, slots=True)
class Begun:
    """A request that may be on its way already; what is not is sent once its answer is asked for. `what` names it
    without any id, `request` is the pool's."""

    client: AriClient
    what: str
    request: tuple[str, str, bytes]
    sent: asyncio.Future[Answer] | None

    async def json(self) -> Json:
        """None where the answer has no body. Raises AriError."""
        raw = await self.body()
        try:
            return json.loads(raw) if raw else None
        except ValueError:
            raise AriError(0, f"{self.what}: the answer is not JSON") from None

    async def body(self) -> bytes:
        return await self.client.finish(self)


def _message(raw: bytes) -> str:
    """Asterisk's own words, from `{"message": …}` or `{"error": …}`."""
    with contextlib.suppress(ValueError):
        answer = json.loads(raw)
        if isinstance(answer, dict):
            return str(answer.get("message") or answer.get("error"))[:_MESSAGE_LENGTH]
    return raw[:_MESSAGE_LENGTH].decode("utf-8", "replace")
