"""A disk that is really full, a file that is really locked: refused or kept beside, and whole afterwards."""

import asyncio
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from switchboard.db import journal_entries
from switchboard.db.audio_store import FolderAudioStore
from switchboard.db.engine import Database
from switchboard.db.messages import DatabaseMessages
from switchboard.db.spool import Spool, drain
from switchboard.db.spool.beside import SpooledMessages
from switchboard.domain.call import CallEvent, EventKind
from tests.contracts.test_messages import AT, message, pending, task
from tests.db.rows import becomes_writable, fetch
from tests.db.test_spool import count
from tests.fakes.recordings import wav
from tests.fakes.world import FakeLog

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
    for written in range(10_000):
        event = journal_entries.event(CallEvent("c1", AT, EventKind.PLAYED, {"text": LONG}))
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


@contextmanager
def disk_takes_nothing() -> Iterator[None]:
    """No file of this process may be written to, whoever the user is: the system itself refuses."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.requirement("R16")
async def test_a_disk_that_takes_nothing_gets_nothing_by_halves(
    spool: Spool, database: Database, tmp_path: Path
) -> None:
    """Database, spool and audio on one: each says no, and what was kept is whole."""
    audio, messages = FolderAudioStore(tmp_path / "audio"), DatabaseMessages(database)
    assert await spool.takes()
    sha256 = await audio.put(wav(0.5))
    assert await messages.keep("a", replace(message("a"), sha256=sha256), task("a"))
    late = replace(message("b"), caller="+46701000001"), replace(task("b"), caller="+46701000001")
    with disk_takes_nothing():
        assert not await database.writable()
        assert not await spool.takes()
        with pytest.raises(OSError, match="too large"):
            await audio.put(wav(2.0))
        with pytest.raises(OperationalError):
            await messages.keep("b", *late)
    assert await asyncio.to_thread(lambda: [*tmp_path.glob("audio/*/*.part")]) == []
    assert await database.writable()
    assert await spool.takes()
    assert await messages.keep("b", *late)
    assert await audio.get(sha256) == wav(0.5)
    assert await count(database, "callback_task") == 2
    assert database.file is not None
    assert whole(database.file)
    assert whole(tmp_path / "folder" / "spool.sqlite3")


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
    await becomes_writable(database)
    spool.told_away = False
    await drain(spool, database, log)
    assert await messages.pending() == [pending("a")]
