"""How each part is, of real stores that are well, cannot be written, or are away."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from prometheus_client import generate_latest

from switchboard.asterisk.event_stream import ConnectionState
from switchboard.db import journal_entries
from switchboard.db.audio_store import FolderAudioStore
from switchboard.db.engine import Database
from switchboard.db.spool import Spool
from switchboard.domain.call import CallEvent, EventKind
from switchboard.health import BesideHealth, ServiceHealth, Stores
from switchboard.monitoring import HealthFigures, registry_of
from switchboard.views import HealthPart
from tests.contracts.test_messages import AT
from tests.fakes.world import FakeLog

PARTS = {"ari", "ami", "database", "schema", "recordings", "load"}


def health_of(
    database: Database, folder: Path, spool: Spool | None = None, directory_age: Callable[[], float] = lambda: 83.4
) -> ServiceHealth:
    """With an Asterisk that is there."""
    ari, ami = ConnectionState(connected=True), SimpleNamespace(connected=True)
    ari.reconciled.set()
    if not (folder / "audio").exists():
        (folder / "audio").mkdir()
    stores = Stores(
        database, Spool(folder / "spool.sqlite3") if spool is None else spool, FolderAudioStore(folder / "audio")
    )
    return ServiceHealth(ari, cast("Any", ami), stores, BesideHealth(directory_age, lambda: "2 of 250 calls"))


@pytest.fixture
async def database(new_database_url: Callable[[str], str]) -> AsyncIterator[Database]:
    opened = Database(new_database_url("sqlite"))
    yield opened
    await opened.close()


async def part(health: ServiceHealth, name: str) -> HealthPart:
    return next(each for each in await health.parts() if each.name == name)


async def test_all_is_well(database: Database, tmp_path: Path) -> None:
    health = health_of(database, tmp_path)
    assert {each.name for each in await health.parts() if each.ok} == PARTS
    assert health.latest == dict.fromkeys(PARTS, True)


async def test_recordings_that_cannot_be_written_are_told_before_anybody_speaks(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "audio").write_text("no folder")
    health = health_of(database, tmp_path)
    recordings = await part(health, "recordings")
    assert recordings == HealthPart("recordings", False, "cannot be written: is the disk full?")
    scraped = generate_latest(registry_of(HealthFigures(lambda: health.latest))).decode()
    assert 'switchboard_healthy{part="recordings"} 0.0' in scraped
    assert 'switchboard_healthy{part="database"} 1.0' in scraped


async def test_with_the_database_away_it_is_told_how_old_the_directory_is(tmp_path: Path) -> None:
    away = Database(f"sqlite:///{tmp_path}")  # a folder
    health = health_of(away, tmp_path)
    told = "the database does not answer; calls are routed by the directory of 83 s ago, 0 entries wait to be written"
    assert await part(health, "database") == HealthPart("database", False, told)
    assert await part(health, "schema") == HealthPart("schema", False, "run: switchboard migrate")
    assert (await part(health, "recordings")).ok
    await away.close()


@pytest.mark.parametrize(
    ("takes_changes", "waiting", "told"),
    [
        (False, 0, "the database takes no changes; calls are routed by the directory of 83 s ago, 0 entries"),
        (False, 1, "the database takes no changes; calls are routed by the directory of 83 s ago, 1 entries"),
        (True, 1, "what waited is being written; calls are routed by the directory of 83 s ago, 1 entries"),
    ],
)
async def test_a_database_that_takes_no_changes_is_away_too(
    database: Database, tmp_path: Path, takes_changes: bool, waiting: int, told: str
) -> None:
    spool = Spool(tmp_path / "spool.sqlite3")
    await spool.put([journal_entries.event(CallEvent("c1", AT, EventKind.PLAYED, {}))] * waiting)
    spool.told_away = not takes_changes
    health = health_of(database, tmp_path, spool)
    assert await part(health, "database") == HealthPart("database", False, f"{told} wait to be written")
    await spool.close()


async def test_a_directory_that_was_never_read_has_no_negative_age(tmp_path: Path) -> None:
    away = Database(f"sqlite:///{tmp_path}")  # a folder
    health = health_of(away, tmp_path, directory_age=lambda: -1.0)
    assert "the directory of 0 s ago" in (await part(health, "database")).detail
    await away.close()


async def test_it_looks_by_itself_and_again_after_a_fault(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look that fails ends neither the looking nor the service."""
    monkeypatch.setattr("switchboard.health.LOOK_EVERY_S", 0)
    health, log, looks, seen_anew = health_of(database, tmp_path), FakeLog(), [], asyncio.Event()
    answers = health.parts

    async def first_a_fault() -> object:
        looks.append(health.latest)
        if len(looks) == 1:
            raise ConnectionError
        try:
            return await answers()
        finally:
            seen_anew.set()

    monkeypatch.setattr(health, "parts", first_a_fault)
    looking = asyncio.create_task(health.run(log))
    try:
        await asyncio.wait_for(seen_anew.wait(), 10)
        assert health.latest["recordings"]
        assert log.events("exception") == ["health_not_looked_at"]
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


async def test_a_disk_that_hangs_is_told_of_and_looked_at_once(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[asyncio.Event] = []

    async def hanging(_: FolderAudioStore) -> bool:
        looks.append(asyncio.Event())
        await looks[-1].wait()
        return True

    monkeypatch.setattr("switchboard.health.DISK_WITHIN_S", 0.05)
    monkeypatch.setattr(FolderAudioStore, "takes", hanging)
    health = health_of(database, tmp_path)
    assert not (await part(health, "recordings")).ok
    assert not (await part(health, "recordings")).ok
    assert len(looks) == 1
    looks[0].set()
    await asyncio.sleep(0)
    assert looks[0].is_set()
    assert (await part(health, "ari")).ok
