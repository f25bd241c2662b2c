"""Databases for tests: migrated once into a template, copied for each test. A plugin of pytest, so that the
whole run shares one server."""

import asyncio
import itertools
import os
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from switchboard.db.engine import Database, upgrade
from tests.postgres_server import postgres_server

_NUMBERS = itertools.count(1)
BOTH = [
    "sqlite",
    pytest.param("postgres", marks=pytest.mark.postgres),
]


def _now(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end on a loop of its own, also where a test's loop exists."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


async def _migrate(url: str) -> None:
    database = Database(url)
    await upgrade(database)
    await database.close()


async def _administer(url: str, *statements: str) -> None:
    engine = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "switchboard.sqlite3"
    _now(_migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def _postgres_template(postgres_url: str) -> Iterator[str]:
    name = f"switchboard_template_{os.getpid()}"
    _now(_administer(postgres_url, f"CREATE DATABASE {name}"))
    _now(_migrate(_named(postgres_url, name)))
    yield name
    _now(_administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)"))


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[Callable[[str], str]]:
    """Creates databases from a template; all are gone at the end of the test."""
    made: list[str] = []

    def create(template: str) -> str:
        name = f"switchboard_test_{os.getpid()}_{next(_NUMBERS)}"
        _now(_administer(postgres_url, f"CREATE DATABASE {name} TEMPLATE {template}"))
        made.append(name)
        return _named(postgres_url, name)

    yield create
    _now(_administer(postgres_url, *(f"DROP DATABASE {name} WITH (FORCE)" for name in made)))


@pytest.fixture
def new_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """A migrated database without rows, on the engine asked for: `sqlite` or `postgres`."""

    def new(engine: str) -> str:
        if engine == "postgres":
            create: Callable[[str], str] = request.getfixturevalue("postgres_database")
            return create(request.getfixturevalue("_postgres_template"))
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "switchboard.sqlite3")
        return f"sqlite:///{tmp_path / 'switchboard.sqlite3'}"

    return new


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, new_database_url: Callable[[str], str]) -> str:
    return new_database_url(request.param)


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Nothing in it, not even tables."""
    if request.param == "postgres":
        create: Callable[[str], str] = request.getfixturevalue("postgres_database")
        return create("template0")
    return f"sqlite:///{tmp_path / 'empty' / 'switchboard.sqlite3'}"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()
