"""Asterisk's events over one WebSocket: opened, filtered, read, and opened again whenever it breaks.

The reader never waits for anybody: `receive` is called for each event in order and must only change state or start
tasks. What Asterisk sent while the socket was down is lost; `on_connected` is awaited after each connection so that
others compare their state with Asterisk's, and tried again until it succeeds.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import NoReturn

import aiohttp

from switchboard.asterisk.ari_client import AriClient, AriError, Json
from switchboard.asterisk.ari_events import (
    EVENT_TYPES,
    ApplicationReplaced,
    Event,
    MalformedEvent,
    parse_event,
)
from switchboard.calls.ports import Log
from switchboard.reconnecting import growing_pauses

COMPARE_EVERY_S = 30.0


class NameTaken(Exception):
    """Another process has taken over our application in Asterisk; this one must end."""


class _SocketClosed(Exception):
    """Asterisk closed the event socket."""


@dataclass(frozen=True, slots=True)
class Connected:
    """A connection was made. `restarted`: Asterisk itself is not the one we knew, so its old channels are no more."""

    restarted: bool
    startup_time: str


@dataclass(frozen=True, slots=True)
class Hooks:
    """`receive` takes each event. `on_connected` is awaited after each connection, until it succeeds; `compare` then
    every half minute, for a socket can look alive and be silent (asterisk.md §3)."""

    receive: Callable[[Event], None]
    on_connected: Callable[[Connected], Awaitable[None]]
    compare: Callable[[], Awaitable[None]]


@dataclass(slots=True)
class ConnectionState:
    """For /health and for all who must know. `reconciled` is set once `on_connected` is through."""

    connected: bool = False
    malformed: int = 0
    reconciled: asyncio.Event = field(default_factory=asyncio.Event)


class EventStream:
    """`application` is `switchboard-<instance>`."""

    def __init__(self, client: AriClient, state: ConnectionState, hooks: Hooks, log: Log) -> None:
        self._client = client
        self._hooks = hooks
        self._log = log
        self._startup_time: str | None = None
        self._pauses = growing_pauses()
        self._state = state
        self.socket: aiohttp.ClientWebSocketResponse | None = None

    async def run(self) -> NoReturn:
        """Stay connected until cancelled. Raises NameTaken."""
        while True:
            failure = "it ended"
            try:
                await self._one_connection()
            except (AriError, _SocketClosed) as error:
                failure = str(error)
            finally:
                self._lost()
            pause_s = next(self._pauses)
            self._log.warning("ari_disconnected", error=failure, retry_s=round(pause_s, 2))
            await asyncio.sleep(pause_s)

    def _lost(self) -> None:
        self._state.connected = False
        self._state.reconciled.clear()

    async def _one_connection(self) -> None:
        socket = self.socket = await self._client.events()
        companion = asyncio.create_task(self._accompany(), name="ari-companion")
        reader = asyncio.create_task(self._read(socket), name="ari-reader")
        try:
            await asyncio.wait({companion, reader}, return_when=asyncio.FIRST_EXCEPTION)
            for task in (reader, companion):
                if task.done():
                    task.result()
        finally:
            self._lost()  # a socket that hangs takes its time to close
            companion.cancel()
            reader.cancel()
            await asyncio.gather(companion, reader, return_exceptions=True)
            await socket.close()

    async def _accompany(self) -> NoReturn:
        allowed = [{"type": kind} for kind in EVENT_TYPES]
        path = ("applications", self._client.application, "eventFilter")
        await self._client.request("PUT", *path, body={"allowed": allowed})
        info = await self._client.request("GET", "asterisk", "info", query={"only": "status"})
        startup_time = _startup_time(info)
        restarted = self._startup_time not in (None, startup_time)
        self._startup_time = startup_time
        self._state.connected = True
        self._log.info("ari_connected", application=self._client.application, asterisk_restarted=restarted)
        await self._reconcile(Connected(restarted, startup_time))
        self._pauses = growing_pauses()
        self._state.reconciled.set()
        await self._compare_now_and_then()

    async def _compare_now_and_then(self) -> NoReturn:
        while True:
            await asyncio.sleep(COMPARE_EVERY_S)
            try:
                await self._hooks.compare()
            except AriError as error:
                # A slow answer is no reason to lose the events of a socket whose own heartbeat goes on.
                self._log.warning("compare_failed", error=str(error), retry_s=COMPARE_EVERY_S)

    async def _reconcile(self, connected: Connected) -> None:
        for pause_s in growing_pauses():
            try:
                return await self._hooks.on_connected(connected)
            except Exception:  # noqa: BLE001 - whatever it is, it is tried again
                self._log.exception("reconcile_failed", retry_s=round(pause_s, 2))
            await asyncio.sleep(pause_s)

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> NoReturn:
        async for message in socket:
            if message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                self._take(message.data)
        raise _SocketClosed(f"closed with code {socket.close_code}")

    def _take(self, data: str | bytes) -> None:
        try:
            event = parse_event(data)
        except MalformedEvent as error:
            self._state.malformed += 1
            self._log.warning("event_malformed", kind=error.kind, malformed=self._state.malformed)
            return
        if isinstance(event, ApplicationReplaced):
            self._client.fence()
            raise NameTaken
        if event is None:
            return
        try:
            self._hooks.receive(event)
        except Exception:  # noqa: BLE001 - one event must not end the reader
            self._log.exception("event_not_handled", kind=type(event).__name__)


def _startup_time(info: Json) -> str:
    try:
        return str(info["status"]["startup_time"])
    except (KeyError, TypeError):
        raise AriError(0, "asterisk/info names no startup time") from None
