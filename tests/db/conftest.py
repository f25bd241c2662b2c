"""What tests of the database share. `database` is one of each kind, see tests/databases.py."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from switchboard.db.directory_store import DirectoryStore
from switchboard.db.engine import Database
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
