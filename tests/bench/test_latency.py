"""Times are taken of the events and requests that belong together."""

import json
import struct

import pytest

from tests.bench.latency import EventFrames, Stopwatch

HEAD = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"


def frame(payload: bytes, kind: int = 1) -> bytes:
    length = len(payload)
    if length < 126:
        return bytes([0x80 | kind, length]) + payload
    if length < 65_536:
        return bytes([0x80 | kind, 126]) + struct.pack(">H", length) + payload
    return bytes([0x80 | kind, 127]) + struct.pack(">Q", length) + payload


@pytest.mark.parametrize("size", [1, 125, 126, 65_535, 65_536])
def test_events_are_read_however_they_are_cut(size: int) -> None:
    wire = HEAD + frame(b"a" * size) + frame(b"", kind=9) + frame(b"second")
    for step in (1, 7, len(wire)):
        if size > 1000 and step < 7:
            step = 4096
        frames = EventFrames()
        pieces = [wire[at : at + step] for at in range(0, len(wire), step)]
        assert [text for piece in pieces for text in frames.feed(piece)] == ["a" * size, "second"]


def test_answers_of_plain_http_are_no_events() -> None:
    frames = EventFrames()
    assert frames.feed(b"HTTP/1.1 204 No Content\r\n\r\n" + frame(b"x")) == []


def event(kind: str, channel: str) -> str:
    return json.dumps({"type": kind, "channel": {"id": channel}})


def test_each_request_ends_what_its_event_began() -> None:
    times = iter([1.0, 1.5, 2.0, 2.002, 3.0, 3.001])
    watch = Stopwatch(lambda: next(times))
    watch.event(event("CallBroadcast", "box-1.1"))
    watch.event(event("CallBroadcast", "box-1.2"))
    watch.event(json.dumps({"type": "PlaybackFinished", "playback": {"id": "p"}}))
    watch.event(event("StasisStart", "box-1.1"))
    watch.request("/ari/channels/box-1.1/answer")
    watch.request("/ari/channels/box-1.1/answer")
    watch.request("/ari/channels/box-1.3/answer")
    watch.request("/ari/events/claim?channelId=box-1.1&application=switchboard-0")
    assert watch.answer_ms == [pytest.approx(2.0)]
    assert watch.claim_ms == [pytest.approx(2000.0)]
    watch.forget()
    watch.request("/ari/events/claim?channelId=box-1.2&application=switchboard-0")
    assert watch.claim_ms == []
