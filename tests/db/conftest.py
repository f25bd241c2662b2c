"""Tests of the database run on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from switchboard.db.directory_store import DirectoryStore
from switchboard.db.engine import Database
from tests.databases import *  # noqa: F403 - the fixtures
from tests.fakes.world import FakeLog

NOW = datetime(2026, 8, 3, 8, 0, tzinfo=UTC)


@pytest.fixture
def log() -> FakeLog:
    return FakeLog()


@pytest.fixture
async def directory(database: Database, log: FakeLog) -> AsyncIterator[DirectoryStore]:
    opened = DirectoryStore(database, lambda: NOW, log)
    yield opened
    await opened.close()
