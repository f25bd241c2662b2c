"""The port AudioStore: the fake and the folder keep the same promises."""

import hashlib
from pathlib import Path

import pytest

from switchboard.calls.ports import AudioStore
from switchboard.db.audio_store import FolderAudioStore
from tests.fakes.audio import FakeAudioStore
from tests.fakes.recordings import wav

pytestmark = pytest.mark.real_time

SOUND = wav(0.5)


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
