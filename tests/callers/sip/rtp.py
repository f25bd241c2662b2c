"""The media of one call: A-law and telephone events over RTP (RFC 3550, 3551, 4733)."""

from __future__ import annotations

import asyncio
import struct
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from secrets import randbits

from tests.callers.recording import Recording
from tests.hearing.pcm import RATE, Pcm, from_alaw, to_alaw

PCMA, EVENTS = 8, 101
TICK_S = 0.02
_SAMPLES = 160
_SILENCE = b"\xd5" * _SAMPLES
_KEYS = "0123456789*#ABCD"
_HEADER = struct.Struct("!BBHII")
_EVENT = struct.Struct("!BBH")
_EVENT_TICKS, _PAUSE_TICKS = 6, 10
_LONGEST_LOSS = RATE // 2

Address = tuple[str, int]


@dataclass(slots=True)
class _Digit:
    key: str
    sent: asyncio.Future[None]
    tick: int = 0


@dataclass(slots=True)
class _Incoming:
    """Where the stream from the other side stands."""

    source: int = -1
    sequence: int = 0
    timestamp: int = 0
    event: int = -1

    def lost(self, header: tuple[int, int, int]) -> int | None:
        """Samples lost before this packet (source, sequence, timestamp); None when it starts anew."""
        source, sequence, timestamp = header
        packets = (sequence - self.sequence) & 0xFFFF
        samples = (timestamp - self.timestamp) & 0xFFFFFFFF
        if source != self.source or not 1 <= packets <= 25 or samples > _LONGEST_LOSS:
            return None
        return samples - _SAMPLES if samples == packets * _SAMPLES else None


@dataclass(slots=True)
class Outgoing:
    """What the phone says: speech, then silence; keys go before both."""

    once: deque[bytes] = field(default_factory=deque)
    over: Iterator[bytes] | None = None

    def next(self) -> bytes:
        if self.once:
            return self.once.popleft()
        return next(self.over) if self.over else _SILENCE


def packets_of(pcm: Pcm) -> list[bytes]:
    data = to_alaw(pcm)
    return [data[at : at + _SAMPLES].ljust(_SAMPLES, b"\xd5") for at in range(0, len(data), _SAMPLES)]


def _for_ever(packets: list[bytes]) -> Iterator[bytes]:
    while True:
        yield from packets


class RtpStream(asyncio.DatagramProtocol):
    """One UDP port of the call. `tick` is called every 20 ms and sends one packet, always."""

    def __init__(self, recording: Recording, on_digit: Callable[[str], None]) -> None:
        self.recording = recording
        self.remote: Address | None = None
        self.events = EVENTS
        self._on_digit = on_digit
        self.received = 0
        self.lost = 0
        self._transport: asyncio.DatagramTransport | None = None
        self._in = _Incoming()
        self._out = Outgoing()
        self._keys: deque[_Digit] = deque()
        self._source, self._sequence, self._timestamp = randbits(32), randbits(16), randbits(32)

    async def open(self) -> int:
        """Takes a free port of 127.0.0.1 and returns it."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        port: int = self._transport.get_extra_info("sockname")[1]
        return port

    def close(self) -> None:
        if self._transport:
            self._transport.close()
            self._transport = None
        for key in self._keys:
            key.sent.cancel()
        self._keys.clear()

    # --- what we say

    def play(self, pcm: Pcm) -> None:
        self._out = Outgoing(deque(packets_of(pcm)))

    def play_on(self, pcm: Pcm) -> None:
        self._out = Outgoing(over=_for_ever(packets_of(pcm)))

    def stop_playing(self) -> None:
        self._out = Outgoing()

    @property
    def playing(self) -> bool:
        return bool(self._out.once or self._out.over)

    async def press(self, digits: str) -> None:
        """Returns when the pause after the last key is over; raises CancelledError when the call ends."""
        keys = [_Digit(key, asyncio.get_running_loop().create_future()) for key in digits]
        self._keys += keys
        await asyncio.gather(*(key.sent for key in keys))

    def tick(self) -> None:
        self._timestamp = (self._timestamp + _SAMPLES) & 0xFFFFFFFF
        if self._transport is None or self.remote is None:
            return
        if self._keys:
            self._send_key(self._keys[0])
        else:
            self._send(PCMA, self._timestamp, self._out.next())

    def _send(self, kind: int, timestamp: int, payload: bytes) -> None:
        if self._transport is None or self.remote is None:
            return
        self._sequence = (self._sequence + 1) & 0xFFFF
        head = _HEADER.pack(0x80, kind, self._sequence, timestamp & 0xFFFFFFFF, self._source)
        self._transport.sendto(head + payload, self.remote)

    def _send_key(self, key: _Digit) -> None:
        key.tick += 1
        if key.tick > _EVENT_TICKS:
            self._send(PCMA, self._timestamp, _SILENCE)
            if key.tick == _EVENT_TICKS + _PAUSE_TICKS:
                self._keys.popleft()
                key.sent.set_result(None)
            return
        began = self._timestamp - (key.tick - 1) * _SAMPLES
        last = key.tick == _EVENT_TICKS
        event = _EVENT.pack(_KEYS.index(key.key.upper()), 0x80 | 10 if last else 10, key.tick * _SAMPLES)
        for _ in range(3 if last else 1):
            self._send(self.events | (0x80 if key.tick == 1 else 0), began, event)

    # --- what we hear

    def datagram_received(self, data: bytes, addr: Address) -> None:
        if addr != self.remote or len(data) < _HEADER.size:
            return
        first, kind, sequence, timestamp, source = _HEADER.unpack_from(data)
        payload = data[_HEADER.size + 4 * (first & 0x0F) :]
        if first >> 6 == 2 and kind & 0x7F == PCMA:
            self._hear(payload, (source, sequence, timestamp))
        elif first >> 6 == 2 and kind & 0x7F == EVENTS and len(payload) >= _EVENT.size:
            self._hear_key(payload, timestamp)
            self._in.sequence = sequence

    def _hear(self, payload: bytes, header: tuple[int, int, int]) -> None:
        lost = self._in.lost(header)
        if lost:
            self.lost += lost // _SAMPLES
            self.recording.skip(lost / RATE)
        self.recording.add(from_alaw(payload), follows=lost is not None)
        self.received += 1
        self._in.source, self._in.sequence, self._in.timestamp = header

    def _hear_key(self, payload: bytes, timestamp: int) -> None:
        number, flags, _ = _EVENT.unpack_from(payload)
        if flags & 0x80 and timestamp != self._in.event and number < len(_KEYS):
            self._in.event = timestamp
            self._on_digit(_KEYS[number])


class Pacer:
    """One clock for all streams of a phone: a tick for each every 20 ms, without drift."""

    def __init__(self) -> None:
        self.streams: set[RtpStream] = set()
        self._task: asyncio.Task[None] | None = None

    def add(self, stream: RtpStream) -> None:
        self.streams.add(stream)
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="rtp pacer")

    def remove(self, stream: RtpStream) -> None:
        self.streams.discard(stream)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due = max(due + TICK_S, loop.time() - 5 * TICK_S)
            await asyncio.sleep(due - loop.time())
            for stream in list(self.streams):
                stream.tick()

    async def close(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
