"""Stored audio: for Asterisk, for whoever listens, and uploaded."""

import struct
import wave
from io import BytesIO
from ipaddress import ip_network

import httpx
import pytest

from switchboard.changes import NewGreeting
from switchboard.web.body_limit import LARGEST_BODY
from switchboard.web.ports import WebPorts
from switchboard.web.server import build_app
from tests.fakes.web_ports import FakeWebPorts
from tests.fakes.web_rows import MESSAGE


def wav(seconds: float = 1.0, rate: int = 8000, channels: int = 1, width: int = 2) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as opened:
        opened.setnchannels(channels)
        opened.setsampwidth(width)
        opened.setframerate(rate)
        opened.writeframes(b"\x01" * int(seconds * rate * channels * width))
    return file.getvalue()


def _from(ports: WebPorts, peer: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(build_app(ports), client=(peer, 40000))
    return httpx.AsyncClient(transport=transport, base_url="http://switchboard.test")


async def test_asterisk_gets_audio_that_it_may_keep_for_ever(anyone: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    sound = wav()
    sha256 = await fakes.audio.put(sound)
    answer = await anyone.get(f"/media/{sha256}.wav")
    assert (answer.status_code, answer.content) == (200, sound)
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["etag"] == f'"{sha256}"'
    assert "immutable" in answer.headers["cache-control"]
    again = await anyone.get(f"/media/{sha256}.wav", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = await anyone.head(f"/media/{sha256}.wav")
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(sound)))


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [
        ("bytes=0-3", 206, 0, 3),
        ("bytes=10-", 206, 10, None),
        ("bytes=-5", 206, -5, None),
        ("bytes=0-999999", 206, 0, None),
        ("bytes=99999-", 416, 0, 0),
        ("bytes=5-2", 416, 0, 0),
        ("bytes=-0", 416, 0, 0),
        ("bytes=0-1,3-4", 200, 0, None),
        ("lines=1-2", 200, 0, None),
        ("bytes=-", 200, 0, None),
        ("bytes=x-y", 200, 0, None),
    ],
)
async def test_a_part_is_given_where_one_is_asked_for(
    anyone: httpx.AsyncClient, fakes: FakeWebPorts, asked: str, status: int, first: int, last: int | None
) -> None:
    sound = wav()
    sha256 = await fakes.audio.put(sound)
    answer = await anyone.get(f"/media/{sha256}.wav", headers={"Range": asked})
    assert answer.status_code == status
    if status == 416:
        assert answer.headers["content-range"] == f"bytes */{len(sound)}"
    else:
        assert answer.content == (sound[first:] if last is None else sound[first : last + 1])


async def test_a_part_of_what_has_changed_is_the_whole(anyone: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    sha256 = await fakes.audio.put(wav())
    headers = {"Range": "bytes=0-3", "If-Range": '"other"'}
    assert (await anyone.get(f"/media/{sha256}.wav", headers=headers)).status_code == 200


@pytest.mark.parametrize("name", ["0" * 64, "x", "..%2f..%2fetc%2fpasswd", "A" * 64, "0" * 63])
async def test_other_names_are_not_to_be_found(anyone: httpx.AsyncClient, name: str) -> None:
    assert (await anyone.get(f"/media/{name}.wav")).status_code == 404


@pytest.mark.parametrize(
    ("peer", "status"),
    [
        ("127.0.0.1", 200),
        ("::1", 200),
        ("::ffff:127.0.0.1", 200),
        ("10.1.2.3", 200),
        ("::ffff:10.1.2.3", 200),
        ("10.2.0.1", 403),
        ("192.0.2.1", 403),
        ("2001:db8::1", 403),
        ("testclient", 403),
    ],
)
async def test_only_this_machine_and_asterisk_s_network_fetch_audio(
    fakes: FakeWebPorts, peer: str, status: int
) -> None:
    sha256 = await fakes.audio.put(wav())
    given = fakes.ports()
    parts = {name: getattr(given, name) for name in WebPorts.__dataclass_fields__ if name != "media_peers"}
    async with _from(WebPorts(**parts, media_peers=[ip_network("10.1.0.0/16")]), peer) as client:
        answer = await client.get(f"/media/{sha256}.wav", headers={"X-Forwarded-For": "127.0.0.1"})
    assert answer.status_code == status


@pytest.mark.requirement("R46")
async def test_listening_is_written_down_and_not_kept_on_the_way(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    sound = wav()
    fakes.audio.stored[MESSAGE.sha256] = sound
    answer = await admin.get("/api/v1/voicemail-messages/message-1/audio")
    assert (answer.status_code, answer.content) == (200, sound)
    assert answer.headers["cache-control"] == "private, no-store"
    ((id, act),) = fakes.voicemail_messages.heard_by
    assert (id, act.actor) == ("message-1", "token 1 (administration)")


async def test_a_message_whose_audio_is_lost_is_logged_and_does_not_count_as_heard(
    admin: httpx.AsyncClient, fakes: FakeWebPorts
) -> None:
    assert (await admin.get("/api/v1/voicemail-messages/message-1/audio")).status_code == 404
    assert fakes.voicemail_messages.heard_by == []
    assert fakes.log.events("warning") == ["audio of a message is missing"]


UPLOAD = "/api/v1/greetings?owner_kind=person&owner_id=4&kind=personal&language=sv"


@pytest.mark.requirement("R12")
async def test_a_greeting_is_uploaded(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    sound = wav(seconds=3)
    address = f"{UPLOAD}&reason=vacation&valid_until=2026-09-01"
    answer = await admin.post(address, content=sound, headers={"Content-Type": "audio/wav"})
    assert answer.status_code == 201
    ((new, act),) = fakes.greetings.asked
    assert isinstance(new, NewGreeting)
    assert (new.owner_kind, new.owner_id, new.kind, new.language) == ("person", 4, "personal", "sv")
    assert (new.reason, f"{new.valid_until:%Y-%m-%d %H:%M %z}") == ("vacation", "2026-09-01 00:00 +0200")
    assert fakes.audio.stored[new.sha256] == sound
    assert act.actor == "token 1 (administration)"


@pytest.mark.parametrize(
    ("sound", "sentence"),
    [
        (b"", "is not a wav file with PCM audio; convert it to wav, 8000 Hz, mono, 16 bit"),
        (b"ID3" + b"\x00" * 100, "is not a wav file with PCM audio; convert it to wav, 8000 Hz, mono, 16 bit"),
        (wav()[:20], "is not a wav file with PCM audio; convert it to wav, 8000 Hz, mono, 16 bit"),
        (wav(rate=16000), "the file has 16000 Hz, mono, 16 bit; it must have 8000 Hz, mono, 16 bit"),
        (wav(channels=2), "the file has 8000 Hz, 2 channels, 16 bit; it must have 8000 Hz, mono, 16 bit"),
        (wav(width=1), "the file has 8000 Hz, mono, 8 bit; it must have 8000 Hz, mono, 16 bit"),
        (wav(seconds=0), "the file holds no sound"),
        (wav(seconds=121), "the file is 121 seconds long; at most 120 are taken"),
    ],
)
async def test_other_files_are_refused_with_a_sentence(
    admin: httpx.AsyncClient, fakes: FakeWebPorts, sound: bytes, sentence: str
) -> None:
    answer = await admin.post(UPLOAD, content=sound)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "body", "message": sentence}]
    assert fakes.audio.stored == {}


async def test_a_wav_of_another_kind_than_pcm_is_refused(admin: httpx.AsyncClient) -> None:
    sound = bytearray(wav())
    sound[20:22] = struct.pack("<H", 6)
    assert (await admin.post(UPLOAD, content=bytes(sound))).status_code == 422


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"owner_kind": "dog"}, "owner_kind"),
        ({"owner_id": "0"}, "owner_id"),
        ({"owner_id": "99999999999"}, "owner_id"),
        ({"owner_id": "5"}, "owner_id"),
        ({"kind": "song"}, "kind"),
        ({"kind": "answer_phrase"}, "kind"),
        ({"language": "de"}, "language"),
        ({"reason": "holiday"}, "reason"),
        ({"valid_until": "soon"}, "valid_until"),
        ({"vaild_until": "2026-09-01"}, "vaild_until"),
    ],
)
async def test_a_place_that_cannot_be_is_refused_by_name(
    admin: httpx.AsyncClient, change: dict[str, str], field: str
) -> None:
    place = {"owner_kind": "person", "owner_id": "4", "kind": "personal", "language": "sv", **change}
    answer = await admin.post("/api/v1/greetings", params=place, content=wav())
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_a_body_that_is_too_large_is_refused_before_it_is_read(admin: httpx.AsyncClient) -> None:
    answer = await admin.post(UPLOAD, content=b"x" * (LARGEST_BODY + 1))
    assert (answer.status_code, answer.json()["status"]) == (413, 413)
