"""Transactions on either database.

SQLite has one writer connection: with several, they wait for each other in SQLite's busy loop, and one commit in
a hundred takes 0.1 to 0.4 s. Writers here queue on an asyncio lock instead, readers have a small pool of their own.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.engine.connections import (
    DRIVER_ERRORS,
    LONGEST_STATEMENT_S,
    PROBE,
    postgresql_engine,
    read_url,
    sqlite_engines,
)
from switchboard.db.engine.probe import Probe
from switchboard.db.engine.writability import Writability, postgresql_trial, sqlite_trial


class Database:
    """`url` is `sqlite:///path` or `postgresql://user@host/name`, with or without the driver's name."""

    def __init__(self, url: str) -> None:
        self._url = read_url(url)
        self._write_lock: AbstractAsyncContextManager[object]
        if self._url.get_backend_name() == "sqlite":
            self._reader, self._writer = sqlite_engines(self._url)
            self._write_lock = asyncio.Lock()
            self._writability = Writability(sqlite_trial(Path(self._url.database or ""), self._write_lock))
        elif self._url.get_backend_name() == "postgresql":
            self._writer = postgresql_engine(self._url, LONGEST_STATEMENT_S)
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ")
            self._write_lock = nullcontext()
            self._writability = Writability(postgresql_trial(self._writer))
        else:
            raise ValueError("the database URL must begin with sqlite: or postgresql:")
        self._probes = self._reader.execution_options(**PROBE[self.dialect])

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._url.get_backend_name()

    @property
    def file(self) -> Path | None:
        """SQLite's; None for PostgreSQL."""
        return Path(self._url.database or "") if self.dialect == "sqlite" else None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One snapshot for all statements inside."""
        async with self._reader.connect() as connection, connection.begin() as transaction:
            yield connection
            await transaction.rollback()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Commits at the end, rolls back on any exception."""
        async with self._write_lock, self._writer.begin() as connection:
            yield connection

    @asynccontextmanager
    async def write_at_length(self) -> AsyncIterator[AsyncConnection]:
        """As `write`; and on PostgreSQL a statement, and what it waits for, may take as long as it takes."""
        if self.dialect == "sqlite":
            async with self.write() as connection:
                yield connection
            return
        engine = postgresql_engine(self._url)
        try:
            async with engine.begin() as connection:
                yield connection
        finally:
            await engine.dispose()

    def probe(self, statement: str) -> Probe:
        """For a question asked at each call. Close it before the database."""
        return Probe(self._probes, statement)

    async def ping(self) -> bool:
        """Whether the database answers within two seconds."""
        try:
            async with asyncio.timeout(2):
                async with self.read() as tx:
                    return bool(await tx.scalar(text("SELECT 1")) == 1)
        except DRIVER_ERRORS:
            return False

    async def writable(self, timeout_s: float = 1.0) -> bool:
        """Whether a change would be taken within that time: no on a lock that another process holds, a full disk, a
        standby, and a database without a schema. Costs one small commit on SQLite, one round trip on PostgreSQL."""
        return await self._writability.ask(timeout_s)

    async def close(self) -> None:
        await self._writability.close()
        await self._reader.dispose()
        await self._writer.dispose()
