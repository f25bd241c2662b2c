"""A copy that is made while others write, and its return: all rows, all audio, or a refusal that changes nothing."""

import asyncio
import hashlib
import json
import os
import shutil
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from switchboard.db.audio_store import FolderAudioStore
from switchboard.db.copies.backing_up import back_up, keep_newest
from switchboard.db.copies.manifest import DATABASE, MANIFEST, copies_in, read_manifest
from switchboard.db.copies.restoring import choose_copy, restore
from switchboard.db.engine import Database, current_revision, downgrade, latest_revision, schema_is_current
from switchboard.db.tables import person, unit, voicemail_message
from switchboard.domain.working_days import STOCKHOLM
from switchboard.errors import Conflict
from tests.db.copies.full_house import Rows, everything, fill
from tests.db.rows import fetch, sql

NOW = datetime(2026, 8, 12, 3, 0, tzinfo=STOCKHOLM)
WAVS = [f"RIFF message {number}".encode() * 1000 for number in range(3)]
NewUrl = Callable[[str], str]


@pytest.fixture
async def database(database_url: str, tmp_path: Path) -> AsyncIterator[Database]:
    """Full, with the audio of its messages."""
    opened = Database(database_url)
    await fill(opened)
    store = FolderAudioStore(tmp_path / "audio")
    for number, wav in enumerate(WAVS, 1):
        name = await store.put(wav)
        async with opened.write() as tx:
            of_it = voicemail_message.c.id == f"message-{number}"
            await tx.execute(update(voicemail_message).where(of_it).values(sha256=name))
    yield opened
    await opened.close()


def audio_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("??/*.wav")}


async def rows_at(url: str) -> Rows:
    database = Database(url)
    try:
        return await everything(database)
    finally:
        await database.close()


async def test_everything_comes_back_as_it_was(database: Database, tmp_path: Path) -> None:
    before, audio = await everything(database), audio_in(tmp_path / "audio")
    copy, manifest = await back_up(database, tmp_path / "audio", tmp_path / "copies", NOW)
    assert manifest == read_manifest(copy)
    assert list(copy.iterdir()) != []
    assert {path.name for path in copy.iterdir()} == {DATABASE, MANIFEST, "recordings"}
    url = f"sqlite:///{tmp_path / 'elsewhere' / 'new.sqlite3'}"
    done = await restore(copy, url, tmp_path / "new audio")
    assert await rows_at(url) == before
    assert audio_in(tmp_path / "new audio") == audio
    assert len(audio) == done.recordings == len(WAVS)
    assert done.put_aside is None


@pytest.mark.postgres
async def test_a_copy_of_sqlite_comes_back_into_postgresql(
    new_database_url: NewUrl, postgres_database: NewUrl, tmp_path: Path
) -> None:
    database = Database(new_database_url("sqlite"))
    await fill(database)
    before = await everything(database)
    copy, _ = await back_up(database, tmp_path / "audio", tmp_path / "copies", NOW)
    await database.close()
    url = postgres_database("template0")
    await restore(copy, url, tmp_path / "audio")
    assert await rows_at(url) == before
    with pytest.raises(Conflict, match="has rows already"):
        await restore(copy, url, tmp_path / "audio")
    await restore(copy, url, tmp_path / "audio", replace=True)
    assert await rows_at(url) == before


async def test_the_copy_is_of_one_moment_although_others_write(database: Database, tmp_path: Path) -> None:
    """Each change writes its number into two rows: they are equal in every moment."""
    going_on, begun = True, asyncio.Event()

    async def write() -> None:
        change = 0
        while going_on:
            change += 1
            async with database.write() as tx:
                await tx.execute(update(person).where(person.c.id == 1).values(title=str(change)))
                await tx.execute(update(unit).where(unit.c.id == 900).values(email=str(change)))
            begun.set()

    writer = asyncio.create_task(write())
    await begun.wait()
    copies = [
        (await back_up(database, tmp_path / "audio", tmp_path / "copies", NOW + timedelta(seconds=number)))[0]
        for number in range(3)
    ]
    going_on = False
    await writer
    pairs = [await _pair(copy) for copy in copies]
    assert all(title == email for title, email in pairs)
    assert len(set(pairs)) == len(copies)


async def _pair(copy: Path) -> tuple[object, ...]:
    kept = Database(f"sqlite:///{copy / DATABASE}")
    (pair,) = await fetch(kept, "SELECT p.title, u.email FROM person p, unit u WHERE p.id = 1 AND u.id = 900")
    await kept.close()
    return pair


@pytest.fixture
async def copied(new_database_url: NewUrl, tmp_path: Path) -> tuple[Path, str]:
    """A copy, and the URL of the database that it is of."""
    url = new_database_url("sqlite")
    database = Database(url)
    await fill(database)
    await FolderAudioStore(tmp_path / "audio").put(WAVS[0])
    copy, _ = await back_up(database, tmp_path / "audio", tmp_path / "copies", NOW)
    await database.close()
    return copy, url


async def test_a_database_with_rows_is_put_aside_only_when_told(copied: tuple[Path, str], tmp_path: Path) -> None:
    copy, url = copied
    database = Database(url)
    before = await everything(database)
    await sql(database, "UPDATE person SET name = 'Sedan Ändrad' WHERE id = 1")
    later = await everything(database)
    await database.close()
    with pytest.raises(Conflict, match="--replace"):
        await restore(copy, url, tmp_path / "audio")
    assert await rows_at(url) == later
    done = await restore(copy, url, tmp_path / "audio", replace=True)
    assert await rows_at(url) == before
    assert done.put_aside is not None
    assert await rows_at(f"sqlite:///{done.put_aside}") == later


async def test_a_service_that_runs_is_not_robbed_of_its_database(copied: tuple[Path, str], tmp_path: Path) -> None:
    copy, url = copied
    service = Database(url)
    before = await everything(service)
    with pytest.raises(Conflict, match="stop the service first"):
        await restore(copy, url, tmp_path / "audio", replace=True)
    assert await everything(service) == before
    await service.close()


async def test_an_older_schema_is_brought_to_this_releases(new_database_url: NewUrl, tmp_path: Path) -> None:
    url = new_database_url("sqlite")
    database = Database(url)
    await fill(database)
    names = await fetch(database, "SELECT id, name FROM person ORDER BY id")
    await downgrade(database, "0014")
    copy, manifest = await back_up(database, tmp_path / "audio", tmp_path / "copies", NOW)
    await database.close()
    assert manifest.revision == "0014"
    assert latest_revision() > "0014"
    await restore(copy, url, tmp_path / "audio", replace=True)
    restored = Database(url)
    assert await schema_is_current(restored)
    assert await fetch(restored, "SELECT id, name FROM person ORDER BY id") == names
    await restored.close()
    kept = Database(f"sqlite:///{copy / DATABASE}")
    assert await current_revision(kept) == "0014"
    await kept.close()


def _damage(copy: Path) -> str:
    file = next(copy.glob("recordings/??/*.wav"))
    file.write_bytes(b"RIFF other")
    return "is damaged"


def _lose(copy: Path) -> str:
    next(copy.glob("recordings/??/*.wav")).unlink()
    return "is missing"


def _damage_database(copy: Path) -> str:
    with (copy / DATABASE).open("r+b") as file:
        file.seek(5000)
        file.write(b"\xff" * 100)
    return f"{DATABASE} is damaged"


def _make_later(copy: Path) -> str:
    import sqlite3

    with sqlite3.connect(copy / DATABASE) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    manifest = json.loads((copy / MANIFEST).read_text())
    manifest["revision"] = "9999"
    manifest["files"][DATABASE] = hashlib.sha256((copy / DATABASE).read_bytes()).hexdigest()
    (copy / MANIFEST).write_text(json.dumps(manifest))
    return "was made by a later release"


def _break_manifest(copy: Path) -> str:
    (copy / MANIFEST).write_text("{")
    return "cannot be read"


@pytest.mark.parametrize("harm", [_damage, _lose, _damage_database, _make_later, _break_manifest])
async def test_a_copy_that_is_not_whole_changes_nothing(
    copied: tuple[Path, str], tmp_path: Path, harm: Callable[[Path], str]
) -> None:
    copy, url = copied
    before = await rows_at(url)
    reason = harm(copy)
    with pytest.raises(Conflict, match=reason):
        await restore(copy, url, tmp_path / "new audio", replace=True)
    assert await rows_at(url) == before
    assert not (tmp_path / "new audio").exists()


async def test_recordings_that_are_there_stay_and_damaged_ones_are_told(
    copied: tuple[Path, str], tmp_path: Path
) -> None:
    copy, url = copied
    later = await FolderAudioStore(tmp_path / "audio").put(b"RIFF later")
    done = await restore(copy, url, tmp_path / "audio", replace=True)
    assert done.recordings == 0
    assert await FolderAudioStore(tmp_path / "audio").get(later) == b"RIFF later"
    (tmp_path / "audio" / later[:2] / f"{later}.wav").write_bytes(b"RIFF swapped")
    database = Database(url)
    await sql(database, f"UPDATE voicemail_message SET sha256 = '{later}' WHERE id = 'message-1'")  # noqa: S608
    _, manifest = await back_up(database, tmp_path / "audio", tmp_path / "copies", NOW + timedelta(days=1))
    await database.close()
    assert later in manifest.missing
    assert not any(later in name for name in manifest.files)


async def test_a_copy_costs_only_what_is_new(copied: tuple[Path, str], tmp_path: Path) -> None:
    first, url = copied
    database = Database(url)
    second, _ = await back_up(database, tmp_path / "audio", tmp_path / "copies", NOW + timedelta(days=1))
    (old,), (new,) = (list(copy.glob("recordings/??/*.wav")) for copy in (first, second))
    assert old.stat().st_ino == new.stat().st_ino
    assert old.stat().st_ino != next((tmp_path / "audio").glob("??/*.wav")).stat().st_ino
    old.unlink()
    old.write_bytes(b"RIFF swapped")
    old.chmod(0o600)
    os.utime(old)
    shutil.rmtree(second)
    third, manifest = await back_up(database, tmp_path / "audio", tmp_path / "copies", NOW + timedelta(days=2))
    await database.close()
    assert next(third.glob("recordings/??/*.wav")).read_bytes() == WAVS[0]
    assert any(name.startswith("recordings/") for name in manifest.files)


async def test_the_newest_are_kept_and_what_broke_off_is_none(copied: tuple[Path, str], tmp_path: Path) -> None:
    first, url = copied
    folder = tmp_path / "copies"
    (folder / ".unfinished" / "recordings").mkdir(parents=True)
    (folder / "switchboard-20270101T000000Z").mkdir()
    database = Database(url)
    later = [(await back_up(database, tmp_path / "audio", folder, NOW + timedelta(days=n)))[0] for n in (1, 2)]
    with pytest.raises(Conflict, match="is there already"):
        await back_up(database, tmp_path / "audio", folder, NOW)
    await database.close()
    assert choose_copy(folder) == later[-1]
    assert choose_copy(first) == first
    assert keep_newest(folder, 2) == [first]
    assert list(copies_in(folder)) == later
    assert not (folder / ".unfinished").exists()
    assert (folder.stat().st_mode | later[0].stat().st_mode) & 0o077 == 0
    with pytest.raises(Conflict, match="no complete copy"):
        choose_copy(tmp_path / "audio")
