"""How connections are made and set up."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import URL, Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from switchboard.db.engine.one_turn import connect

BUSY_TIMEOUT_MS = 10_000
"""How long SQLite waits for another process that writes, such as an administrator's own session."""
LONGEST_STATEMENT_S = 30.0
"""On PostgreSQL. A step of the schema may take longer."""
READERS = 5
"""One of them is kept by the probe of the change feed."""
PROBE: Mapping[str, Mapping[str, object]] = {
    "sqlite": {"no_transaction": True},
    "postgresql": {"isolation_level": "AUTOCOMMIT"},
}
"""Execution options under which a single statement needs no transaction around it."""

DRIVER_ERRORS = (SQLAlchemyError, OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What a question to the database may raise. A refused login comes as the driver's own error, not SQLAlchemy's."""


def read_url(url: str) -> URL:
    """ValueError, without the URL's text: it may hold a password."""
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError("it is no URL such as sqlite:///path or postgresql://user@host/name") from None


def missing_file(url: str) -> Path | None:
    """The SQLite file that is not there yet, which opening it would create. ValueError where `url` is none."""
    read = read_url(url)
    if read.get_backend_name() != "sqlite" or not read.database or Path(read.database).exists():
        return None
    return Path(read.database)


def sqlite_engines(url: URL) -> tuple[AsyncEngine, AsyncEngine]:
    """Readers and the one writer. The folder of the file is made where it is missing."""
    if not url.database or url.database == ":memory:":
        raise ValueError("SQLite needs a file: sqlite:///path/to/switchboard.sqlite3")
    if url.query:
        raise ValueError(
            "SQLite takes no options: sqlite:///path/to/switchboard.sqlite3, without ? and what follows it"
        )
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    return _sqlite_engine(url, READERS, writer=False), _sqlite_engine(url, 1, writer=True)


def _sqlite_engine(url: URL, connections: int, *, writer: bool) -> AsyncEngine:
    engine = create_async_engine(
        url.set(drivername="sqlite+aiosqlite"),
        async_creator=partial(connect, str(url.database)),
        hide_parameters=True,
        pool_size=connections,
        max_overflow=0,
        pool_reset_on_return=None,
    )
    pragmas = [
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"query_only={'OFF' if writer else 'ON'}",
    ]

    def set_up(connection: DBAPIConnection, _record: object) -> None:
        # SQLite's own leaves Å, Ä and Ö as they are.
        connection.create_function("lower", 1, _lower, deterministic=True)
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def begin(connection: Connection) -> None:
        """The driver begins nothing by itself; a writer takes its lock at once, so that it cannot fail half-way."""
        if not connection.get_execution_options().get("no_transaction"):
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    event.listen(engine.sync_engine, "connect", set_up)
    event.listen(engine.sync_engine, "begin", begin)
    return engine


def _lower(value: object) -> str | None:
    return None if value is None else str(value).lower()


def postgresql_engine(url: URL, statement_s: float | None = None) -> AsyncEngine:
    """`statement_s`: the longest that a statement may take; None: as long as it takes."""
    return create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        pool_size=8,
        max_overflow=8,
        hide_parameters=True,
        pool_timeout=10,
        pool_pre_ping=True,
        connect_args={
            "timeout": 5,
            "command_timeout": statement_s,
            "server_settings": {"application_name": "switchboard", "timezone": "Europe/Stockholm"},
        },
    )
