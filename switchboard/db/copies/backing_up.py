"""A copy of the database and the recordings while the service runs: `switchboard-<time>/` in a folder of copies.

The database comes first, and the recordings after it: what a row of the copy names is on the disk by then. A recording
that the copy before has is linked, not copied, once its checksum is seen to be right.
"""

import asyncio
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from switchboard.db.audio_store import SHA256, sync
from switchboard.db.copies.manifest import (
    DATABASE,
    PREFIX,
    RECORDINGS,
    Manifest,
    checksum,
    copies_in,
    write_manifest,
)
from switchboard.db.copies.rows import copy_rows
from switchboard.db.copies.sqlite_file import check_sound, copy_sqlite, recordings_named_in, revision_of, rows_of
from switchboard.db.engine import Database, schema_is_current, upgrade
from switchboard.errors import Conflict

UNFINISHED = ".unfinished"
LOCK = ".lock"


async def back_up(database: Database, recordings: Path, folder: Path, now: datetime) -> tuple[Path, Manifest]:
    """Where the copy is, and what it holds; it is complete and on the disk. Raises Conflict."""
    with _alone(folder):
        finished = folder / f"{PREFIX}{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        if finished.exists():
            raise Conflict(f"{finished} is there already")
        made = _make_anew(folder / UNFINISHED)
        await _copy_database(database, made / DATABASE)
        manifest = await asyncio.to_thread(_copy_recordings, recordings, made, _newest_recordings(folder), now)
        write_manifest(made, manifest)
        made.rename(finished)
        sync(folder)
    return finished, manifest


def keep_newest(folder: Path, number: int) -> list[Path]:
    """Removes the older copies; which they were."""
    older = list(copies_in(folder))[:-number]
    for copy in older:
        shutil.rmtree(copy)
    return older


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """The lock goes with the process: a copy that broke off hinders none."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(f"another copy is being made in {folder}") from None
        yield


def _make_anew(folder: Path) -> Path:
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    return folder


def _newest_recordings(folder: Path) -> Path | None:
    copies = copies_in(folder)
    return copies[-1] / RECORDINGS if copies else None


async def _copy_database(database: Database, file: Path) -> None:
    """PostgreSQL's rows become an SQLite database too, so that every copy can be restored into either."""
    if database.file is not None:
        await asyncio.to_thread(copy_sqlite, database.file, file)
    else:
        await _copy_from_server(database, file)
    await asyncio.to_thread(check_sound, file)
    sync(file)


async def _copy_from_server(database: Database, file: Path) -> None:
    if not await schema_is_current(database):
        raise Conflict("the schema is not this release's; run: switchboard migrate")
    copy = Database(f"sqlite:///{file}")
    try:
        await upgrade(copy)
        async with database.read() as there, copy.write() as here:
            await copy_rows(there, here)
    finally:
        await copy.close()
    # Closed by everybody it is one file; SQLite's own copy of it is one whatever was left beside it.
    await asyncio.to_thread(_settle, file)


def _settle(file: Path) -> None:
    settled = file.with_suffix(".settled")
    copy_sqlite(file, settled)
    for left in file.parent.glob(f"{file.name}*"):
        left.unlink()
    settled.rename(file)


def _copy_recordings(store: Path, made: Path, before: Path | None, now: datetime) -> Manifest:
    """One that is erased meanwhile is left out, and one whose content is not its name's."""
    files = {DATABASE: checksum(made / DATABASE)}
    for source in sorted(store.glob("??/*.wav")):
        if SHA256.fullmatch(source.stem):
            name = f"{RECORDINGS}/{source.parent.name}/{source.name}"
            if _take(source, made / name, before):
                files[name] = source.stem
    for folder in (made / RECORDINGS, *(made / RECORDINGS).glob("??")):
        if folder.is_dir():
            sync(folder)
    there = {Path(name).stem for name in files}
    missing = sorted(recordings_named_in(made / DATABASE) - there)
    revision = revision_of(made / DATABASE)
    if revision is None:
        raise Conflict("the database was never migrated; run: switchboard migrate")
    return Manifest(now, revision, rows_of(made / DATABASE), files, missing)


def _take(source: Path, target: Path, before: Path | None) -> bool:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if before is not None:
        with suppress(OSError):
            os.link(before / source.parent.name / source.name, target)
            if checksum(target) == source.stem and source.exists():
                return True
            target.unlink()
    try:
        shutil.copyfile(source, target)
    except FileNotFoundError:
        return False
    if checksum(target) != source.stem:
        target.unlink()
        return False
    sync(target)
    return True
