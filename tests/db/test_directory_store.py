"""How often the directory asks, and what it does when the database does not answer."""

import asyncio

import pytest

from switchboard.db.directory_store import DirectoryStore, store
from switchboard.db.engine import Database, DatabaseAway
from tests.db.conftest import NOW
from tests.db.rows import ALL, AUTHORITY, PERSON, fetch, sql
from tests.fakes.world import FakeLog


async def test_callers_share_a_question_but_never_an_older_one(database: Database, directory: DirectoryStore) -> None:
    await directory.current()
    early = [asyncio.create_task(directory.current()) for _ in range(50)]
    await asyncio.sleep(0)
    await sql(database, AUTHORITY)
    late = await directory.current()
    assert late.authority(1) is not None
    await asyncio.gather(*early)
    assert directory._asked < 60


async def test_a_call_that_was_announced_waits_for_the_question_asked_then(
    database: Database, directory: DirectoryStore
) -> None:
    """And a change committed before the announcement is seen by it. An announcement serves one call once."""
    for _ in range(2):
        await directory.current()
    await sql(database, *ALL)
    asked = directory._asked
    directory.expect("call-1")
    directory.expect("call-2")
    assert directory._asked == asked + 1
    first, second = await directory.current("call-1"), await directory.current("call-2")
    assert first.person(2) is not None
    assert second is first
    assert directory._asked <= asked + 2
    await sql(database, "DELETE FROM person WHERE id = 2")
    assert (await directory.current("call-1")).person(2) is None


async def test_what_is_known_to_be_current_is_not_asked_for(database: Database, directory: DirectoryStore) -> None:
    """SQLite tells at a glance; PostgreSQL is asked by the announcement, and the call waits for that question."""
    for _ in range(2):
        await directory.current()
    asked = directory._asked
    directory.expect("call-1")
    await directory.current("call-1")
    assert directory._asked == asked + (0 if database.dialect == "sqlite" else 1)


async def test_one_question_for_a_crowd(directory: DirectoryStore) -> None:
    await directory.current()
    asked = directory._asked
    await asyncio.gather(*(directory.current() for _ in range(500)))
    assert directory._asked <= asked + 2


async def test_too_many_changes_read_everything(
    database: Database, directory: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MOST_CHANGES", 2)
    await directory.current()
    await sql(database, *ALL)
    assert (await directory.current()).person(2) is not None


async def test_the_feed_is_pruned_and_nobody_misses_anything(
    database: Database, directory: DirectoryStore, log: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "KEPT_CHANGES", 3)
    behind = DirectoryStore(database, lambda: NOW, log)
    await behind.current()
    await sql(database, *ALL, *["UPDATE person SET ring_seconds = coalesce(ring_seconds, 0) + 1 WHERE id = 1"] * 10)
    await directory.current()
    pruning = directory._pruning
    assert pruning is not None
    await pruning
    listed = await fetch(database, "SELECT count(*), min(seq) FROM change_log")
    pruned, seq = (await fetch(database, "SELECT pruned, seq FROM change_counter"))[0]
    assert listed == [(3, seq - 2)]  # type: ignore[operator]
    assert pruned == seq - 3  # type: ignore[operator]
    assert (await behind.current()).person(1).ring_seconds == 10  # type: ignore[union-attr]
    assert (await behind.current()).schedule(1) is not None
    await behind.close()


class _Away:
    """A database that can be taken away."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, directory: DirectoryStore) -> None:
        self._monkeypatch, self._probe = monkeypatch, directory._probe
        self._ask = directory._probe.ask
        self.hanging = False
        self.awake = asyncio.Event()

    def take(self) -> None:
        async def ask() -> int:
            if self.hanging:
                await self.awake.wait()
                return await self._ask()
            raise DatabaseAway

        self._monkeypatch.setattr(self._probe, "ask", ask)
        self._monkeypatch.setattr(self._probe, "peek", lambda: None)

    def give_back(self) -> None:
        self._monkeypatch.undo()


async def test_the_last_directory_serves_while_the_database_is_away(
    database: Database, directory: DirectoryStore, log: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sql(database, *ALL)
    await directory.current()
    away = _Away(monkeypatch, directory)
    away.take()
    for _ in range(3):
        assert (await directory.current()).person(1) is not None
    assert log.events("warning") == ["directory_not_refreshed"]
    away.give_back()
    await sql(database, "DELETE FROM person WHERE id = 1")
    assert (await directory.current()).person(1) is None
    assert log.events("info") == ["directory_refreshed_again"]


async def test_nobody_waits_for_a_hanging_database(
    database: Database, directory: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sql(database, AUTHORITY, PERSON)
    await directory.current()
    monkeypatch.setattr(directory, "_patience_s", 0.05)
    away = _Away(monkeypatch, directory)
    away.hanging = True
    away.take()
    async with asyncio.timeout(2):
        assert (await directory.current()).person(1) is not None


async def test_a_hanging_database_does_not_answer_until_an_answer_comes(
    database: Database, directory: DirectoryStore, log: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sql(database, *ALL)
    await directory.current()
    assert directory.answering
    monkeypatch.setattr(directory, "_patience_s", 0.05)
    away = _Away(monkeypatch, directory)
    away.hanging = True
    away.take()
    await directory.current()
    await directory.current()
    assert not directory.answering
    assert log.events("warning") == ["directory_not_refreshed"]
    away.awake.set()
    await directory.current()
    assert directory.answering
    assert log.events("info") == ["directory_refreshed_again"]


async def test_the_first_question_of_all_may_hang_too(
    directory: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "_patience_s", 0.05)
    never = asyncio.Event()
    monkeypatch.setattr(directory, "_catch_up", never.wait)
    waiting = asyncio.create_task(directory.current())
    async with asyncio.timeout(2):
        while directory.answering:  # noqa: ASYNC110 - a property has nothing to wait on
            await asyncio.sleep(0.01)
    never.set()
    with pytest.raises(DatabaseAway):
        await waiting


async def test_without_any_directory_it_says_so(empty_database_url: str, log: FakeLog) -> None:
    database = Database(empty_database_url)
    directory = DirectoryStore(database, lambda: NOW, log)
    with pytest.raises(DatabaseAway, match="never loaded"):
        await directory.current()
    assert not list(directory.latest.authorities())
    await directory.close()
    await database.close()


async def test_when_it_was_last_true(directory: DirectoryStore) -> None:
    assert directory.checked_at is None
    await directory.current()
    assert directory.checked_at == NOW


async def test_secrets_stay_in_the_database(database: Database, directory: DirectoryStore) -> None:
    await sql(
        database,
        *ALL,
        "INSERT INTO device (id, person_id, account, password) VALUES (1, 1, 'anna', 'hemligt')",
        "UPDATE person SET pin_hash = 'hemligt'",
    )
    index = await directory.current()
    assert "hemligt" not in repr([index.person(1), index.devices(1), index.faults()])
