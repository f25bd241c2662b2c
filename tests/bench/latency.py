"""From an event of Asterisk's to the request that answers it, seen on a wire of our own between the two."""

import asyncio
import contextlib
import json
import re
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from types import TracebackType
from typing import Self

from tests.bench.goals import Goal
from tests.bench.load import Load
from tests.bench.measure import LISTEN_MS, place_calls
from tests.bench.sipp_files import Percentiles, percentiles
from tests.bench.stand import Stand, System
from tests.ports import free_port

RATE = 50
_PIECE = 65_536
_TEXT = 1
_REQUEST = re.compile(rb"(?:GET|POST|PUT|DELETE) (/\S+) HTTP/1\.1\r\n")
_CLAIMED = re.compile(r"/events/claim\?channelId=([^&]+)")
_ANSWERED = re.compile(r"/channels/([^/]+)/answer")


class EventFrames:
    """The text messages of a WebSocket's bytes as they come, after the answer to its handshake."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._began = False

    def feed(self, piece: bytes) -> list[str]:
        self._bytes += piece
        if not self._began:
            head, end, rest = bytes(self._bytes).partition(b"\r\n\r\n")
            if not end or not head.startswith(b"HTTP/1.1 101"):
                return []
            self._began, self._bytes = True, bytearray(rest)
        return list(iter(self._next, None))

    def _next(self) -> str | None:
        """Other than text is passed over."""
        while (found := self._frame()) is not None:
            kind, payload = found
            if kind == _TEXT:
                return payload.decode()
        return None

    def _frame(self) -> tuple[int, bytes] | None:
        """Asterisk's are whole and not masked (RFC 6455, 5.2)."""
        if len(self._bytes) < 2:
            return None
        kind, length, start = self._bytes[0] & 0x0F, self._bytes[1] & 0x7F, 2
        if length >= 126:
            layout, start = (">H", 4) if length == 126 else (">Q", 10)
            if len(self._bytes) < start:
                return None
            (length,) = struct.unpack_from(layout, self._bytes, 2)
        if len(self._bytes) < start + length:
            return None
        payload = bytes(self._bytes[start : start + length])
        del self._bytes[: start + length]
        return kind, payload


class Stopwatch:
    """`claim`: from CallBroadcast to the claim. `answer`: from StasisStart to the answer. Milliseconds."""

    def __init__(self, now: Callable[[], float] = perf_counter) -> None:
        self._now = now
        self._since: dict[tuple[str, str], float] = {}
        self.claim_ms: list[float] = []
        self.answer_ms: list[float] = []

    def forget(self) -> None:
        self._since.clear()
        self.claim_ms.clear()
        self.answer_ms.clear()

    def event(self, text: str) -> None:
        said = json.loads(text)
        if said["type"] in ("CallBroadcast", "StasisStart"):
            self._since[said["type"], said["channel"]["id"]] = self._now()

    def request(self, target: str) -> None:
        if (claimed := _CLAIMED.search(target)) is not None:
            self._stop("CallBroadcast", claimed[1], self.claim_ms)
        elif (answered := _ANSWERED.search(target)) is not None:
            self._stop("StasisStart", answered[1], self.answer_ms)

    def _stop(self, kind: str, id: str, times: list[float]) -> None:
        if (since := self._since.pop((kind, id), None)) is not None:
            times.append((self._now() - since) * 1000)


class TimedLine:
    """TCP from a port of its own to `port`. Bytes go on as they are, looked at before that."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.port = free_port()
        self.watch = Stopwatch()
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", self.port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
        frames = EventFrames()

        def from_service(piece: bytes) -> None:
            for target in _REQUEST.findall(piece):
                self.watch.request(target.decode("latin-1"))

        def from_asterisk(piece: bytes) -> None:
            for text in frames.feed(piece):
                self.watch.event(text)

        try:
            both = (_carry(reader, far_writer, from_service), _carry(far_reader, writer, from_asterisk))
            with contextlib.suppress(OSError):
                await asyncio.gather(*both)
        finally:
            writer.transport.abort()
            far_writer.transport.abort()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, look: Callable[[bytes], None]) -> None:
    while piece := await reader.read(_PIECE):
        look(piece)
        writer.write(piece)
        await writer.drain()
    writer.transport.abort()


@dataclass(frozen=True, slots=True)
class LatencyFigures:
    rate: int
    claim_ms: Percentiles
    answer_ms: Percentiles

    @property
    def sentence(self) -> str:
        return (
            f"From event to request at {self.rate} calls/s:"
            f" CallBroadcast to claim {_told(self.claim_ms)}; StasisStart to answer {_told(self.answer_ms)}"
        )

    @property
    def goals(self) -> Sequence[Goal]:
        return []


def _told(times: Percentiles) -> str:
    return f"p50 {times.p50:.2f}, p95 {times.p95:.2f}, p99 {times.p99:.2f} ms of {times.count}"


async def measure_latency(stand: Stand, seconds: float, warm_up_s: float) -> LatencyFigures:
    """The line adds its own forwarding, twice: it shares the machine with all the others."""
    async with TimedLine(stand.box.http_port) as line:
        await stand.restart_service(f"http://127.0.0.1:{line.port}/ari")
        await place_calls(stand, Load(System.SERVICE.number, 25, round(25 * warm_up_s), LISTEN_MS))
        await stand.drained()
        line.watch.forget()
        await place_calls(stand, Load(System.SERVICE.number, RATE, round(RATE * seconds), LISTEN_MS))
        await stand.drained()
        await stand.house.stop()
    await stand.restart_service(stand.box.ari_url)
    return LatencyFigures(RATE, percentiles(line.watch.claim_ms), percentiles(line.watch.answer_ms))
