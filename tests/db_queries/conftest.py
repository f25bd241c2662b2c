"""What is listed and changed, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator, Callable

import pytest

from switchboard.db.engine import Database
from tests.demo_house import furnish


@pytest.fixture
async def house(database: Database) -> Database:
    """A database with the demo's two authorities."""
    await furnish(database)
    return database


@pytest.fixture
async def sqlite_house(new_database_url: Callable[[str], str]) -> AsyncIterator[Database]:
    """The same on SQLite, which keeps any text in any column."""
    database = Database(new_database_url("sqlite"))
    await furnish(database)
    yield database
    await database.close()
