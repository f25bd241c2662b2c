import asyncio
import struct

import numpy as np
import pytest

from tests.callers.recording import Recording
from tests.callers.sip.rtp import Pacer, RtpStream
from tests.hearing.noise import tone
from tests.hearing.pcm import to_alaw

REMOTE = ("127.0.0.1", 9)


@pytest.fixture
def stream() -> RtpStream:
    digits: list[str] = []
    made = RtpStream(Recording(), digits.append)
    made.remote = REMOTE
    return made


def packet(number: int, samples: int, *, kind: int = 8, source: int = 1, payload: bytes | None = None) -> bytes:
    sound = payload if payload is not None else to_alaw(np.full(160, 1000, dtype=np.int16))
    return struct.pack("!BBHII", 0x80, kind, number & 0xFFFF, samples & 0xFFFFFFFF, source) + sound


def test_packets_that_follow_are_joined_however_late_they_come(stream: RtpStream) -> None:
    for number in range(50):
        stream.datagram_received(packet(65530 + number, 2**32 - 800 + 160 * number), REMOTE)
    assert (stream.received, stream.lost) == (50, 0)
    assert np.count_nonzero(stream.recording.pcm()) == 50 * 160
    assert stream.recording.seconds == pytest.approx(1.0, abs=0.1)


def test_what_is_lost_is_silence(stream: RtpStream) -> None:
    stream.datagram_received(packet(1, 160), REMOTE)
    stream.datagram_received(packet(4, 640), REMOTE)
    assert stream.lost == 2
    assert np.count_nonzero(stream.recording.pcm()[-4 * 160 :]) == 2 * 160


def test_strangers_and_rubbish_are_not_heard(stream: RtpStream) -> None:
    stream.datagram_received(packet(1, 160), ("127.0.0.1", 10))
    stream.datagram_received(b"\x80\x08", REMOTE)
    stream.datagram_received(packet(1, 160, kind=200), REMOTE)
    assert stream.received == 0


def test_a_key_is_noted_once(stream: RtpStream) -> None:
    digits: list[str] = []
    stream = RtpStream(Recording(), digits.append)
    stream.remote = REMOTE
    for key, began in ((5, 160), (5, 1600), (11, 3200)):
        for tick in range(6):
            stream.datagram_received(packet(tick, began, kind=101, payload=struct.pack("!BBH", key, 10, 160)), REMOTE)
        for _ in range(3):
            last = struct.pack("!BBH", key, 0x80 | 10, 960)
            stream.datagram_received(packet(9, began, kind=101, payload=last), REMOTE)
    assert digits == ["5", "5", "#"]


async def test_a_phone_sends_all_the_time_and_at_the_right_pace() -> None:
    digits: list[str] = []
    pacer, heard, sender = Pacer(), RtpStream(Recording(), digits.append), RtpStream(Recording(), digits.append)
    ports = await heard.open(), await sender.open()
    sender.remote, heard.remote = ("127.0.0.1", ports[0]), ("127.0.0.1", ports[1])
    sender.play(tone(900, 0.1))
    pacer.add(sender)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await sender.press("12#")
    assert loop.time() - began == pytest.approx(3 * 0.32, abs=0.25)
    assert digits == ["1", "2", "#"]
    assert heard.received == pytest.approx(30, abs=2)
    assert sender.playing
    pacer.remove(sender)
    await pacer.close()
    heard.close()
    sender.close()
