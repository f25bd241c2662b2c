"""The spool into the database: once each, in order, and nothing thrown away."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from switchboard.db import journal as journal_module
from switchboard.db import journal_entries
from switchboard.db.engine import Database
from switchboard.db.journal import DatabaseJournal
from switchboard.db.spool import Spool, continue_after, drain, draining
from switchboard.domain.call import CallEvent, EventKind
from tests.contracts.test_messages import AT
from tests.db.rows import fetch
from tests.db.test_journal import incoming
from tests.db.test_spool import EVERYTHING, count, noted
from tests.fakes.world import FakeLog


@pytest.mark.requirement("R16")
async def test_everything_is_written_once_although_the_service_dies_after_the_commit(
    spool: Spool, database: Database, log: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    await spool.put(EVERYTHING)
    removed = spool.remove_to

    async def dies(_seq: int) -> None:
        raise sqlite3.OperationalError("killed here")

    monkeypatch.setattr(spool, "remove_to", dies)
    with pytest.raises(sqlite3.OperationalError):
        await drain(spool, database, log)
    monkeypatch.setattr(spool, "remove_to", removed)
    await spool.put([noted(2)])
    await drain(spool, database, log)
    assert len(spool) == 0
    steps = await fetch(database, "SELECT kind FROM call_event ORDER BY id")
    assert [kind for (kind,) in steps] == ["played", "played"]
    assert await fetch(database, "SELECT outcome, waited_s FROM call") == [("informed", 2.5)]
    assert [await count(database, name) for name in ("pending_recording", "callback_task", "callback_event")] == [1] * 3


async def test_two_spools_do_not_take_each_others_mark(
    spool: Spool, database: Database, log: FakeLog, tmp_path: Path
) -> None:
    other = Spool(tmp_path / "other.sqlite3")
    await spool.put([journal_entries.arrival(incoming("c1"), None), noted(1), noted(2)])
    await other.put([noted(3)])
    assert await drain(spool, database, log) == 3
    assert await drain(other, database, log) == 1
    assert await count(database, "call_event") == 3
    await other.close()


async def test_what_cannot_be_read_or_written_holds_up_nothing(
    spool: Spool, database: Database, log: FakeLog, tmp_path: Path
) -> None:
    await spool.put([journal_entries.arrival(incoming("c1"), None), noted(1)])
    nobody = journal_entries.Event("c1", {"call_id": "c1", "at": AT, "kind": None, "detail": {}, "account": None})
    await spool.put([nobody, journal_entries.Tally("c1", {"column_of_old": 1})])
    await spool.close()
    with closing(sqlite3.connect(tmp_path / "folder" / "spool.sqlite3")) as file, file:
        file.execute("INSERT INTO item (kind, body) VALUES ('Event', '{'), ('Nonsense', '{}')")
    again = Spool(tmp_path / "folder" / "spool.sqlite3")
    await again.put([noted(2)])
    await drain(again, database, log)
    assert len(again) == 0
    assert await count(database, "call_event") == 2
    assert log.events("exception") == ["spooled_not_written"] * 2
    await again.close()
    with closing(sqlite3.connect(tmp_path / "folder" / "spool.sqlite3")) as file:
        assert file.execute("SELECT count(*) FROM refused").fetchone() == (4,), "nothing is thrown away"


@pytest.mark.requirement("R16")
async def test_a_database_that_is_full_gets_it_later(
    spool: Spool, database: Database, log: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may look writable: a small change still fits."""
    await spool.put(EVERYTHING)

    async def full(*_: object) -> None:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr(draining, "write_entries", full)
        with pytest.raises(OperationalError):
            await drain(spool, database, log)
    assert len(spool) == len(EVERYTHING)
    await drain(spool, database, log)
    assert await count(database, "callback_task") == 1


async def test_a_file_that_came_back_from_a_copy_swallows_nothing(
    spool: Spool, database: Database, log: FakeLog, tmp_path: Path
) -> None:
    await spool.open()
    await spool.close()
    copy = tmp_path / "copy.sqlite3"
    with closing(sqlite3.connect(tmp_path / "folder" / "spool.sqlite3")) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)
    await spool.put([journal_entries.arrival(incoming("c1"), None), noted(1), noted(2)])
    await drain(spool, database, log)
    restored = Spool(copy)
    await restored.open()
    assert restored.id == spool.id
    await continue_after(restored, database)
    await restored.put([noted(3)])
    await drain(restored, database, log)
    assert await count(database, "call_event") == 3
    await restored.close()


async def test_a_batch_that_the_database_refuses_for_a_while_is_not_lost(
    spool: Spool, database: Database, log: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it takes changes again when the journal looks: one entry is not the row's own fault then."""
    journal = DatabaseJournal(database, log, 0.1, spool)

    async def locked(*_: object) -> None:
        raise OperationalError("BEGIN", {}, sqlite3.OperationalError("database is locked"))

    with monkeypatch.context() as patch:
        patch.setattr(journal_module, "write_entries", locked)
        journal.start()
        await journal.arrived(incoming("c1"), None)
        await journal.flush()
    assert (journal.lost, len(spool)) == (0, 1)
    await journal.note(CallEvent("c1", AT, EventKind.PLAYED, {}))
    await journal.close()
    assert await count(database, "call") == 0, "what waits goes first"
    await drain(spool, database, log)
    assert (await count(database, "call_event"), journal.lost) == (1, 0)


async def test_the_journal_goes_to_the_spool_while_anything_waits_there(
    spool: Spool, database: Database, log: FakeLog
) -> None:
    journal = DatabaseJournal(database, log, 0.3, spool)
    journal.start()
    spool.told_away = True
    await journal.arrived(incoming("c1"), None)
    await journal.flush()
    assert (journal.spooled, await count(database, "call")) == (1, 0)
    spool.told_away = False
    await journal.note(CallEvent("c1", AT, EventKind.PLAYED, {}))
    await journal.flush()
    assert journal.spooled == 2, "the call must stand before its event"
    await drain(spool, database, log)
    await journal.note(CallEvent("c1", AT, EventKind.PLAYED, {}))
    await journal.close()
    assert (await count(database, "call_event"), journal.spooled, journal.lost) == (2, 0, 0)
