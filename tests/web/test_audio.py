"""Stored audio: for Asterisk, for whoever listens, and uploaded."""

import wave
from dataclasses import replace
from io import BytesIO
from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest

from switchboard.changes import GreetingSpot, NewGreeting
from switchboard.db.audio_store import FolderAudioStore
from switchboard.domain.directory import Policy
from switchboard.views import LackingGreetingView, LackingNameView
from switchboard.web.body_limit import LARGEST_BODY
from switchboard.web.ports import WebPorts
from switchboard.web.server import build_app
from tests.builders import MARIA
from tests.fakes.mailbox import GOOD
from tests.fakes.web_ports import FakeWebPorts
from tests.fakes.web_rows import MESSAGE, NOW


def wav(seconds: float = 1.0) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as opened:
        opened.setnchannels(1)
        opened.setsampwidth(2)
        opened.setframerate(8000)
        opened.writeframes(b"\x01" * int(seconds * 16000))
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


async def test_asterisk_gets_no_file_that_is_damaged(fakes: FakeWebPorts, tmp_path: Path) -> None:
    store = FolderAudioStore(tmp_path)
    sha256 = await store.put(wav())
    parts = {name: getattr(fakes.ports(), name) for name in WebPorts.__dataclass_fields__ if name != "audio"}
    async with _from(WebPorts(**parts, audio=store), "127.0.0.1") as client:
        assert (await client.get(f"/media/{sha256}.wav")).status_code == 200
        (tmp_path / sha256[:2] / f"{sha256}.wav").write_bytes(wav()[:-1])
        assert (await client.get(f"/media/{sha256}.wav")).status_code == 404


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
    address = f"{UPLOAD}&reason=vacation&valid_until=2026-09-01"
    answer = await admin.post(address, content=b"an mp3", headers={"Content-Type": "audio/mpeg"})
    assert answer.status_code == 201
    ((new, act),) = fakes.greetings.asked
    assert isinstance(new, NewGreeting)
    assert (new.owner_kind, new.owner_id, new.kind, new.language) == ("person", 4, "personal", "sv")
    assert (new.reason, f"{new.valid_until:%Y-%m-%d %H:%M %z}") == ("vacation", "2026-09-01 00:00 +0200")
    assert fakes.workshop.seen == [b"an mp3"]
    assert fakes.audio.stored[new.sha256].startswith(b"levelled an mp3"), "what is kept is what callers hear"
    assert act.actor == "token 1 (administration)"


@pytest.mark.parametrize("situation", ["present", "absent", "temporary"])
async def test_a_greeting_is_for_a_situation(admin: httpx.AsyncClient, fakes: FakeWebPorts, situation: str) -> None:
    answer = await admin.post(f"{UPLOAD}&situation={situation}&valid_until=2026-09-01", content=b"x")
    assert answer.status_code == 201
    assert fakes.greetings.asked[0][0].situation == situation


@pytest.mark.requirement("R6")
@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"voiced_s": 0.0}, "it holds no speech"),
        ({"loudness_lufs": -60.0}, "it is too quiet: -60 LUFS, and -40 is the least"),
        ({"clipped_share": 0.2}, "it is distorted: 20% of it is clipped"),
        ({"duration_s": 1.0}, "it is 1.0 s long, and 2 is the least"),
        ({"duration_s": 61.0}, "it is 61 s long, and 60 is the most"),
    ],
)
async def test_what_is_not_fit_to_be_heard_is_refused_with_a_sentence(
    admin: httpx.AsyncClient, fakes: FakeWebPorts, changed: dict[str, float], sentence: str
) -> None:
    fakes.workshop.facts = [replace(GOOD, **changed)]
    answer = await admin.post(UPLOAD, content=b"x")
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "body", "message": sentence}]
    assert (fakes.audio.stored, fakes.greetings.asked) == ({}, [])


async def test_what_is_no_audio_is_refused_with_a_sentence(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    fakes.workshop.unreadable = True
    answer = await admin.post(UPLOAD, content=b"x")
    assert answer.status_code == 422
    sentence = "it is no audio that can be read; send wav, flac, ogg or mp3"
    assert answer.json()["errors"] == [{"field": "body", "message": sentence}]


async def test_a_name_may_be_short(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    fakes.workshop.facts = [replace(GOOD, duration_s=0.7, voiced_s=0.6)]
    assert (await admin.post(UPLOAD, content=b"x")).status_code == 422
    assert (await admin.post(UPLOAD.replace("personal", "name"), content=b"x")).status_code == 201


async def test_the_longest_is_the_owner_s_authority_s(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    policy = next(each for each in fakes.directory.index.rows(Policy) if each.authority_id == 1)
    fakes.directory.index.put(replace(policy, greeting_max_seconds=5))
    fakes.directory.index.put(replace(MARIA, id=4))
    answer = await admin.post(UPLOAD, content=b"x")
    assert answer.json()["errors"] == [{"field": "body", "message": "it is 6 s long, and 5 is the most"}]


@pytest.mark.requirement("R12")
async def test_a_greeting_is_removed_and_the_one_before_taken_back(
    admin: httpx.AsyncClient, fakes: FakeWebPorts
) -> None:
    place = "owner_kind=person&owner_id=4&kind=personal&language=sv&situation=absent"
    assert (await admin.delete(f"/api/v1/greetings?{place}")).status_code == 204
    assert (await admin.post(f"/api/v1/greetings/restore?{place}")).json()["id"] == 9
    spot = GreetingSpot("person", 4, "personal", "sv", situation="absent")
    assert [asked[0] for asked in fakes.greetings.asked] == [spot, spot]
    nobody = place.replace("owner_id=4", "owner_id=5")
    assert (await admin.delete(f"/api/v1/greetings?{nobody}")).status_code == 404
    assert (await admin.post(f"/api/v1/greetings/restore?{nobody}")).status_code == 404


@pytest.mark.requirement("R12", "R13")
async def test_who_lacks_a_greeting_and_what_was_recorded_are_lists(
    admin: httpx.AsyncClient, fakes: FakeWebPorts
) -> None:
    fakes.greetings.without = (LackingGreetingView(4, "Maria Berg", "Norrby kommun", None, "212", ("sv", "en")),)
    answer = (await admin.get("/api/v1/greetings/lacking?authority=Norrby kommun")).json()
    assert [(item["person"], item["languages"]) for item in answer["items"]] == [("Maria Berg", ["sv", "en"])]
    assert fakes.greetings.asked[0][0] == ("Norrby kommun", NOW)
    fakes.greetings.nameless = (LackingNameView("unit", 1, "Bygglov", "Norrby kommun", None),)
    answer = (await admin.get("/api/v1/greetings/lacking-names")).json()
    assert [(item["owner_kind"], item["name"]) for item in answer["items"]] == [("unit", "Bygglov")]
    answer = (await admin.get("/api/v1/greetings/history?owner_kind=person&owner_id=4")).json()
    assert answer == {"items": [], "next": None}


async def test_the_words_of_who_forwarded_a_message_are_heard(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    assert (await admin.get("/api/v1/voicemail-messages/message-1/preface")).status_code == 404
    sha256 = await fakes.audio.put(wav())
    fakes.voicemail_messages.rows = [replace(MESSAGE, preface_sha256=sha256)]
    answer = await admin.get("/api/v1/voicemail-messages/message-1/preface")
    assert (answer.status_code, answer.content) == (200, wav())
    assert (fakes.voicemail_messages.prefaces_heard, fakes.voicemail_messages.heard_by) == (["message-1"], [])


async def test_what_was_erased_is_gone(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    fakes.voicemail_messages.rows = [replace(MESSAGE, sha256="", erased_at=MESSAGE.received_at)]
    assert (await admin.get("/api/v1/voicemail-messages/message-1/audio")).status_code == 410
    assert fakes.voicemail_messages.heard_by == []


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
        ({"situation": "never"}, "situation"),
        ({"situation": "present", "reason": "vacation"}, "situation"),
        ({"situation": "present", "kind": "name"}, "situation"),
        ({"situation": "temporary"}, "valid_until"),
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
