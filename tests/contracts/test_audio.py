"""The port AudioStore: the fake and the folder keep the same promises."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchboard.calls.ports import AudioStore
from switchboard.db.audio_store import FolderAudioStore
from tests.fakes.audio import FakeAudioStore
from tests.fakes.recordings import wav

pytestmark = pytest.mark.real_time

SOUND = wav(0.5)
LONG_BEFORE, LONG_AFTER = datetime(1999, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@pytest.fixture(params=["fake", "folder"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> AudioStore:
    return FakeAudioStore() if request.param == "fake" else FolderAudioStore(tmp_path / "audio")


async def test_what_is_put_can_be_got_by_its_sha256(store: AudioStore) -> None:
    sha256 = await store.put(SOUND)
    assert sha256 == hashlib.sha256(SOUND).hexdigest()
    assert await store.get(sha256) == SOUND


async def test_the_same_sound_is_kept_once(store: AudioStore) -> None:
    assert await store.put(SOUND) == await store.put(SOUND)


async def test_what_was_never_put_is_none(store: AudioStore) -> None:
    assert await store.get("0" * 64) is None


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n", "\0" * 64])
async def test_what_is_no_sha256_is_none(store: AudioStore, name: str) -> None:
    assert await store.get(name) is None


@pytest.mark.requirement("R44")
async def test_what_was_put_before_is_deleted_and_what_was_put_since_stays(store: AudioStore) -> None:
    sha256 = await store.put(SOUND)
    assert await store.delete(sha256, LONG_BEFORE) is False
    assert await store.get(sha256) == SOUND
    assert await store.delete(sha256, LONG_AFTER) is True
    assert await store.get(sha256) is None


@pytest.mark.requirement("R44")
async def test_deleting_what_is_not_there_is_harmless(store: AudioStore) -> None:
    for name in ("0" * 64, "..", ""):
        assert await store.delete(name, LONG_AFTER) is True


async def test_names_are_those_that_were_put_before(store: AudioStore) -> None:
    assert await store.names(LONG_AFTER) == []
    put = [await store.put(SOUND), await store.put(wav(0.7))]
    assert sorted(await store.names(LONG_AFTER)) == sorted(put)
    assert await store.names(LONG_BEFORE) == []


async def test_what_was_deleted_can_be_put_again(store: AudioStore) -> None:
    sha256 = await store.put(SOUND)
    await store.delete(sha256, LONG_AFTER)
    assert await store.put(SOUND) == sha256
    assert await store.get(sha256) == SOUND
