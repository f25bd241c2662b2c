"""The folder of recordings."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchboard.db.audio_store import FolderAudioStore
from tests.fakes.recordings import wav


def _files(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]


async def test_a_file_has_its_name_only_when_it_is_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    store = FolderAudioStore(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            await store.put(wav(1))
    assert _files(tmp_path) == []
    sha256 = await store.put(wav(1))
    assert _files(tmp_path) == [f"{sha256[:2]}/{sha256}.wav"]


async def test_the_same_sound_from_many_at_once(tmp_path: Path) -> None:
    store = FolderAudioStore(tmp_path / "not" / "yet")
    assert len(set(await asyncio.gather(*(store.put(wav(1)) for _ in range(20))))) == 1
    assert len(_files(tmp_path)) == 1


@pytest.mark.parametrize("damage", ["truncated", "swapped"])
async def test_a_file_that_is_not_what_its_name_says_is_noticed(tmp_path: Path, damage: str) -> None:
    damaged: list[str] = []
    store = FolderAudioStore(tmp_path, damaged.append)
    sha256 = await store.put(wav(1))
    (name,) = _files(tmp_path)
    (tmp_path / name).write_bytes(wav(1)[:1000] if damage == "truncated" else wav(2))
    assert await store.get(sha256) is None
    assert damaged == [sha256]
    assert await store.put(wav(1)) == sha256
    assert await store.get(sha256) == wav(1), "the same sound put again mends it"


async def test_a_place_that_cannot_be_written_to_is_told_of(tmp_path: Path) -> None:
    store = FolderAudioStore(tmp_path / "not" / "yet")
    assert not await store.takes(), "its disk may not be mounted"
    await store.open()
    assert await store.takes()
    (tmp_path / "file").write_bytes(b"")
    assert not await FolderAudioStore(tmp_path / "file" / "under").takes()


@pytest.mark.requirement("R44")
async def test_what_a_crash_left_half_written_goes(tmp_path: Path) -> None:
    store = FolderAudioStore(tmp_path)
    sha256 = await store.put(wav(1))
    half = tmp_path / sha256[:2] / "tmpabc.part"
    half.write_bytes(wav(1)[:100])
    assert await store.clear_unfinished(datetime(1999, 1, 1, tzinfo=UTC)) == 0
    assert half.exists()
    assert await store.clear_unfinished(datetime(2200, 1, 1, tzinfo=UTC)) == 1
    assert not half.exists()
    assert await store.get(sha256) == wav(1)
