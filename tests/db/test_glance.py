"""What SQLite tells at once in the event loop: always the last commit, never a wait, and where it tells nothing the
question is asked in the ordinary way."""

import asyncio
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from switchboard.db.directory_store import DirectoryStore
from switchboard.db.directory_store.store import LATEST
from switchboard.db.engine import Database
from switchboard.db.engine.glance import Glance
from tests.db.conftest import NOW
from tests.db.rows import ALL, sql
from tests.fakes.world import FakeLog

_OTHER_PROCESS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10)
for line in sys.stdin:
    connection.execute("UPDATE person SET name = ? WHERE id = 1", (line.strip(),))
    print(connection.execute("SELECT seq FROM change_counter").fetchone()[0], flush=True)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """One number, in a file without a write-ahead log, where a writer does lock readers out."""
    path = tmp_path / "it's 100 % a #file?.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE change_counter (seq); INSERT INTO change_counter VALUES (7)")
    return path


@pytest.fixture
def glance(file: Path) -> Iterator[Glance]:
    with closing(Glance.open(file, LATEST)) as opened:
        yield opened


@pytest.fixture
async def database(new_database_url: Callable[[str], str]) -> AsyncIterator[Database]:
    opened = Database(new_database_url("sqlite"))
    await sql(opened, *ALL)
    yield opened
    await opened.close()


@pytest.fixture
async def directory(database: Database, log: FakeLog) -> AsyncIterator[DirectoryStore]:
    """Loaded, and asked once in the ordinary way."""
    opened = DirectoryStore(database, lambda: NOW, log)
    for _ in range(2):
        await opened.current()
    yield opened
    await opened.close()


@asynccontextmanager
async def other_process(database: Database) -> AsyncIterator[Callable[[str], "asyncio.Future[int]"]]:
    """Renames person 1 in a transaction of its own and tells the change counter after that."""
    path = make_url(str(database._url)).database or ""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _OTHER_PROCESS, path), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    told, answers = process.stdin, process.stdout

    async def rename(name: str) -> int:
        told.write(f"{name}\n".encode())
        await told.drain()
        return int(await answers.readline())

    try:
        yield lambda name: asyncio.ensure_future(rename(name))
    finally:
        told.close()
        await process.wait()


async def test_what_another_process_committed_is_seen_by_the_very_next_call(
    database: Database, directory: DirectoryStore
) -> None:
    async with other_process(database) as rename, asyncio.timeout(20):
        for number in range(50):
            seq = await rename(f"Anna {number}")
            assert directory._probe.peek() == seq
            person = (await directory.current()).person(1)
            assert person is not None
            assert person.name == f"Anna {number}"


async def test_what_is_still_true_costs_no_question(database: Database, directory: DirectoryStore) -> None:
    asked = directory._asked
    for _ in range(100):
        await directory.current()
    assert directory._asked == asked
    await sql(database, "DELETE FROM person WHERE id = 1")
    assert (await directory.current()).person(1) is None
    assert directory._asked == asked + 1


async def test_what_is_not_committed_is_not_seen(database: Database, directory: DirectoryStore) -> None:
    with closing(sqlite3.connect(str(database._url.database), isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM person WHERE id = 1")
        assert (await directory.current()).person(1) is not None
        writer.execute("COMMIT")
    assert (await directory.current()).person(1) is None


async def test_a_glance_leaves_nothing_behind_that_keeps_the_log_from_being_written_back(
    database: Database, directory: DirectoryStore
) -> None:
    await directory.current()
    with closing(sqlite3.connect(str(database._url.database), isolation_level=None)) as writer:
        busy, pages, _ = writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert (busy, pages) == (0, 0)


@pytest.mark.parametrize("broken", ["closed", "missing", "wrong"])
async def test_without_a_glance_the_ordinary_question_tells(
    database: Database, directory: DirectoryStore, log: FakeLog, broken: str
) -> None:
    probe = directory._probe
    assert probe._glance is not None
    probe._glance.close()
    if broken == "missing":
        probe._glance = None
    if broken == "wrong":
        probe._glance = Glance.open(Path(database._url.database or ""), "SELECT nothing FROM nowhere")
    assert probe.peek() is None
    asked = directory._asked
    assert (await directory.current()).person(1) is not None
    assert directory._asked == asked + 1
    await sql(database, "DELETE FROM person WHERE id = 1")
    assert (await directory.current()).person(1) is None
    assert log.lines == []
    assert (probe.peek() is not None) == (broken == "missing"), "what was missing is opened by the next question"


async def test_while_the_ordinary_question_hangs_the_glance_still_tells(
    database: Database, directory: DirectoryStore, log: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calls wait for it only once something was changed, and no longer than it is waited for."""
    monkeypatch.setattr(directory, "_patience_s", 0.05)
    ordinary, awake = directory._probe.ask, asyncio.Event()

    async def hang() -> int:
        await awake.wait()
        return await ordinary()

    monkeypatch.setattr(directory._probe, "ask", hang)
    hanging = directory._question()
    await asyncio.sleep(0.1)
    assert not directory.answering
    async with asyncio.timeout(2):
        assert (await directory.current()).person(1) is not None
        assert directory.answering
        await sql(database, "DELETE FROM person WHERE id = 1")
        assert (await directory.current()).person(1) is not None
        assert not directory.answering
        assert log.events("warning") == ["directory_not_refreshed"]
        awake.set()
        await hanging
        assert (await directory.current()).person(1) is None
        assert directory.answering


async def test_only_sqlite_is_asked_at_a_glance_and_only_after_a_question(database_url: str) -> None:
    database = Database(database_url)
    probe = database.probe(LATEST)
    assert probe.peek() is None
    asked = await probe.ask()
    assert probe.peek() == (asked if database.dialect == "sqlite" else None)
    await probe.close()
    assert probe.peek() is None
    await database.close()


async def test_a_probe_that_lost_its_connection_looks_again_after_the_next_question(database: Database) -> None:
    probe = database.probe(LATEST)
    await probe.ask()
    await probe._drop()
    assert probe.peek() is None
    assert probe.peek() != await probe.ask() == probe.peek()
    await probe.close()


async def test_a_glance_that_cannot_be_opened_is_tried_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    probe = database.probe(LATEST)
    with monkeypatch.context() as patched:
        patched.setattr(Glance, "open", _unable)
        asked = await probe.ask()
        assert probe.peek() is None
    assert await probe.ask() == asked
    assert probe.peek() == asked
    await probe.close()


def _unable(_file: Path, _statement: str) -> Glance:
    raise sqlite3.OperationalError("unable to open database file")


def test_it_sees_each_commit(file: Path, glance: Glance) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        for number in (8, 9):
            writer.execute("UPDATE change_counter SET seq = ?", (number,))
            assert glance.look() == number


def test_locked_out_it_does_not_wait(file: Path, glance: Glance) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        assert glance.look() is None
        assert time.monotonic() - began < 0.5
        writer.execute("COMMIT")
        assert glance.look() == 7


def test_it_cannot_write(file: Path, glance: Glance) -> None:
    with closing(Glance.open(file, "UPDATE change_counter SET seq = 0 RETURNING seq")) as writing:
        assert writing.look() is None
    assert glance.look() == 7


@pytest.mark.parametrize("seq", [None, "seven", b"\xff"])
def test_what_is_no_number_is_no_answer(file: Path, glance: Glance, seq: object) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("UPDATE change_counter SET seq = ?", (seq,))
    assert glance.look() is None


def test_without_a_row_there_is_no_answer(file: Path, glance: Glance) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("DELETE FROM change_counter")
        assert glance.look() is None
        writer.execute("DROP TABLE change_counter")
        assert glance.look() is None


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.Error):
        Glance.open(tmp_path / "none.sqlite3", LATEST)
    assert not list(tmp_path.iterdir())
