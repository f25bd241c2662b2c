"""What tests of the database share. `database` is one of each kind, see tests/databases.py."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchboard.db.directory_store import DirectoryStore
from switchboard.db.engine import Database
from switchboard.db.spool import Spool
from tests.fakes.world import FakeLog

NOW = datetime(2026, 8, 3, 8, 0, tzinfo=UTC)


@pytest.fixture
def log() -> FakeLog:
    return FakeLog()


@pytest.fixture
async def directory(database: Database, log: FakeLog) -> AsyncIterator[DirectoryStore]:
    opened = DirectoryStore(database, lambda: NOW, log, patience_s=10)
    yield opened
    await opened.close()


@pytest.fixture
async def spool(tmp_path: Path) -> AsyncIterator[Spool]:
    opened_spool = Spool(tmp_path / "folder" / "spool.sqlite3")
    yield opened_spool
    await opened_spool.close()
