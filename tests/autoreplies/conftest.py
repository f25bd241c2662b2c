"""The house in which autoreplies are kept, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from switchboard.db.engine import Database
from tests.autoreplies.house import House, build_house


@pytest.fixture
async def house(database: Database) -> AsyncIterator[House]:
    built = await build_house(database)
    yield built
    await built.close()
