"""A disk that is really full, a file that is really locked: refused or kept beside, and whole afterwards."""

import asyncio
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from switchboard.db import journal_entries
from switchboard.db.audio_store import FolderAudioStore
from switchboard.db.engine import Database, upgrade
from switchboard.db.messages import DatabaseMessages
from switchboard.db.spool import Spool, drain
from switchboard.db.spool.beside import SpooledMessages
from switchboard.domain.call import CallEvent, EventKind
from tests.contracts.test_messages import AT, message, pending, task
from tests.db.rows import fetch
from tests.db.test_spool import count
from tests.fakes.recordings import wav
from tests.fakes.world import FakeLog

DISK = "size=6m"
LONG = "ö" * 3000


@pytest.fixture
def database_url(new_database_url: Callable[[str], str]) -> str:
    """Of SQLite alone: a server's disk is the server's."""
    return new_database_url("sqlite")


def whole(file: Path) -> bool:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def fill(database: Database) -> int:
    """Until no long event fits; how many did."""
    event = journal_entries.event(CallEvent("c1", AT, EventKind.PLAYED, {"text": LONG}))
    for written in range(10_000):
        try:
            async with database.write() as tx:
                await journal_entries.write_entries(tx, [event])
        except OperationalError:
            return written
    raise AssertionError("it never got full")


async def limit(database: Database, more_pages: int) -> None:
    async with database.write() as tx:
        pages = await tx.scalar(text("PRAGMA page_count"))
        await tx.execute(text(f"PRAGMA max_page_count = {pages + more_pages}"))


@pytest.mark.requirement("R16")
async def test_a_database_that_takes_no_more_keeps_what_it_has_and_gets_the_rest_later(
    spool: Spool, database: Database, log: FakeLog
) -> None:
    inner = DatabaseMessages(database)
    messages = SpooledMessages(inner, spool)
    await messages.begin(pending("a"))
    assert await messages.keep("a", message("a"), task("a"))
    await limit(database, 5)
    kept = await fill(database)
    told = replace(pending("b"), call_id=LONG * 5)
    await messages.begin(told)
    assert len(spool) == 1, "whose it is waits beside the database"
    with pytest.raises(OperationalError, match="full"):
        await inner.keep("b", replace(message("b"), call_id=LONG * 5), replace(task("b"), caller="+46701000001"))
    assert database.file is not None
    assert whole(database.file)
    assert await count(database, "voicemail_message") == 1
    assert await count(database, "call_event") == kept
    await limit(database, 1000)
    await drain(spool, database, log)
    assert await messages.pending() == [told]
    late = replace(message("b"), caller="+46701000001"), replace(task("b"), caller="+46701000001")
    assert await messages.keep("b", *late)
    assert [await count(database, name) for name in ("voicemail_message", "callback_task", "pending_recording")] == [
        *(2, 2, 0)
    ]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", DISK, "tmpfs", str(folder)]
    if subprocess.run(words, capture_output=True, timeout=10).returncode != 0:
        pytest.skip("a file system may not be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True, timeout=10)


@pytest.mark.requirement("R16")
async def test_a_disk_that_is_full_takes_nothing_by_halves(small_disk: Path) -> None:
    """Database, spool and audio on one: each says no, and what was kept is whole."""
    database = Database(f"sqlite:///{small_disk / 'switchboard.sqlite3'}")
    spool, audio = Spool(small_disk / "spool.sqlite3"), FolderAudioStore(small_disk / "audio")
    try:
        await upgrade(database)
        assert await spool.takes()
        messages = DatabaseMessages(database)
        sha256 = await audio.put(wav(0.5))
        assert await messages.keep("a", replace(message("a"), sha256=sha256), task("a"))
        ballast = small_disk / "ballast"
        with pytest.raises(OSError, match="No space"):
            await asyncio.to_thread(ballast.write_bytes, bytes(8_000_000))
        with pytest.raises(OSError, match="No space"):
            await audio.put(wav(20.0))
        assert await asyncio.to_thread(lambda: [*small_disk.glob("audio/*/*.part")]) == []
        await fill(database)
        assert not await database.writable()
        assert not await spool.takes()
        ballast.unlink()
        assert await database.writable()
        assert await spool.takes()
        assert await messages.keep("b", message("b"), replace(task("b"), caller="+46701000001"))
        assert await audio.get(sha256) == wav(0.5)
    finally:
        await spool.close()
        await database.close()
    assert whole(small_disk / "switchboard.sqlite3")
    assert whole(small_disk / "spool.sqlite3")


@pytest.mark.requirement("R16")
async def test_a_file_that_another_process_holds_is_written_to_as_soon_as_it_is_free(
    spool: Spool, database: Database, log: FakeLog
) -> None:
    messages = SpooledMessages(DatabaseMessages(database), spool)
    assert database.file is not None
    with closing(sqlite3.connect(database.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert not await database.writable(0.2)
        spool.told_away = True
        await messages.begin(pending("a"))
        assert await fetch(database, "SELECT count(*) FROM pending_recording") == [(0,)], "readers wait for nobody"
        other.execute("ROLLBACK")
    assert await database.writable()
    spool.told_away = False
    await drain(spool, database, log)
    assert await messages.pending() == [pending("a")]
