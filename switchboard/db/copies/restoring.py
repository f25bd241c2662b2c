"""A copy back into place: verified first, then the recordings, then the database at once."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from switchboard.db.audio_store import FolderAudioStore, sync
from switchboard.db.copies.manifest import DATABASE, MANIFEST, Manifest, checksum, copies_in, read_manifest
from switchboard.db.copies.moving import move_rows
from switchboard.db.copies.rows import OF_EVERY_DATABASE, is_empty
from switchboard.db.copies.sqlite_file import check_sound, check_unused, copy_sqlite, revision_of, rows_of
from switchboard.db.engine import Database, current_revision, knows_revision, schema_is_current, upgrade
from switchboard.errors import Conflict

MOST_NAMED = 5
BEFORE = ".before-restore"
_PUT_ASIDE = f"--replace puts it aside, as …{BEFORE}, and restores"
_SAYS_NOTHING = OF_EVERY_DATABASE | {"alembic_version"}


@dataclass(frozen=True, slots=True)
class Restored:
    """`put_aside`: the file of the database that was there before."""

    copy: Path
    manifest: Manifest
    rows: Mapping[str, int]
    recordings: int
    put_aside: Path | None


def choose_copy(folder: Path) -> Path:
    """The folder itself where it is a copy, else the newest in it. Raises Conflict."""
    if (folder / MANIFEST).exists():
        return folder
    copies = copies_in(folder)
    if not copies:
        raise Conflict(f"there is no complete copy in {folder}")
    return copies[-1]


async def restore(copy: Path, url: str, recordings: Path, *, replace: bool = False) -> Restored:
    """`url` as in the settings. Raises Conflict, and has changed nothing then but for recordings that were added."""
    manifest = await asyncio.to_thread(verify, copy)
    target = Database(url)
    try:
        if target.file is None:
            return await _into_server(copy, manifest, target, recordings, replace)
        return await _into_file(copy, manifest, target.file, recordings, replace)
    finally:
        await target.close()


async def _into_file(copy: Path, manifest: Manifest, file: Path, recordings: Path, replace: bool) -> Restored:
    await asyncio.to_thread(_check_file, file, replace)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".restoring-") as folder:
        staged = await _stage(copy / DATABASE, Path(folder) / DATABASE)
        rows = await asyncio.to_thread(rows_of, staged)
        added = await _restore_recordings(copy, manifest, recordings)
        return Restored(copy, manifest, rows, added, _put_in_place(staged, file))


async def _into_server(copy: Path, manifest: Manifest, target: Database, recordings: Path, replace: bool) -> Restored:
    await _check_server(target, replace)
    with tempfile.TemporaryDirectory(prefix="restoring-") as folder:
        staged = await _stage(copy / DATABASE, Path(folder) / DATABASE)
        added = await _restore_recordings(copy, manifest, recordings)
        rows = await move_rows(staged, target, replace=replace)
    return Restored(copy, manifest, rows, added, None)


def verify(copy: Path) -> Manifest:
    """Raises Conflict with what is missing or damaged, and for a copy of a later release."""
    manifest = read_manifest(copy)
    wrong = list(_wrong_files(copy, manifest))
    if wrong:
        more = f" and {len(wrong) - MOST_NAMED} more" if len(wrong) > MOST_NAMED else ""
        raise Conflict(f"{copy}: {', '.join(wrong[:MOST_NAMED])}{more}")
    if revision_of(copy / DATABASE) != manifest.revision:
        raise Conflict(f"{copy}: the schema is not {manifest.revision}, as {MANIFEST} says")
    if not knows_revision(manifest.revision):
        raise Conflict(f"{copy} was made by a later release (schema {manifest.revision}): update first")
    return manifest


def _wrong_files(copy: Path, manifest: Manifest) -> Iterator[str]:
    for name, expected in manifest.files.items():
        if not (copy / name).is_file():
            yield f"{name} is missing"
        elif checksum(copy / name) != expected:
            yield f"{name} is damaged"


def _check_file(file: Path, replace: bool) -> None:
    """Whatever its schema."""
    if not file.exists():
        return
    check_unused(file)
    if not replace and any(number for table, number in rows_of(file).items() if table not in _SAYS_NOTHING):
        raise Conflict(f"{file} has rows already; {_PUT_ASIDE}")


async def _check_server(target: Database, replace: bool) -> None:
    if replace or await current_revision(target) is None:
        return
    if not await schema_is_current(target):
        raise Conflict("that database has an older schema, and so was used; to empty it and restore: --replace")
    async with target.read() as tx:
        if not await is_empty(tx):
            raise Conflict("that database has rows already; to empty it and restore: --replace")


async def _stage(source: Path, staged: Path) -> Path:
    """Brought to this release's schema, in one file, on the disk."""
    await asyncio.to_thread(copy_sqlite, source, staged)
    await _migrate(staged)
    check_unused(staged)
    await asyncio.to_thread(check_sound, staged)
    sync(staged)
    return staged


async def _migrate(file: Path) -> None:
    database = Database(f"sqlite:///{file}")
    try:
        await upgrade(database)
    finally:
        await database.close()


async def _restore_recordings(copy: Path, manifest: Manifest, recordings: Path) -> int:
    """How many were not there. None is taken away: a recording without its row may be all that is left."""
    store = FolderAudioStore(recordings)
    added = 0
    for name in manifest.files:
        if name != DATABASE and not await _has(store, name):
            await store.put((copy / name).read_bytes())
            added += 1
    return added


async def _has(store: FolderAudioStore, name: str) -> bool:
    return await store.get(Path(name).stem) is not None


def _put_in_place(staged: Path, file: Path) -> Path | None:
    aside = None
    if file.exists():
        aside = file.with_name(f"{file.name}{BEFORE}")
        _take_owner_of(file, staged)
        aside.unlink(missing_ok=True)
        os.link(file, aside)
    staged.replace(file)
    sync(file.parent)
    return aside


def _take_owner_of(file: Path, staged: Path) -> None:
    """Restored by root, it is still the service's."""
    seen = file.stat()
    shutil.copymode(file, staged)
    with suppress(PermissionError):
        os.chown(staged, seen.st_uid, seen.st_gid)
