"""Whether the database takes a change just now: asked between calls, so that it must hurt no writer and never hang."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from switchboard.db.engine.connections import DRIVER_ERRORS

Trial = Callable[[float], Awaitable[bool]]
"""Given how long it may wait for a lock, in seconds."""
THERE_AND_BACK = ("UPDATE change_counter SET pruned = pruned + 1", "UPDATE change_counter SET pruned = pruned - 1")
"""Nobody sees a change, and yet a page is written and synced: a lock shows, and a full disk. A row that is set to
what it was is not written by SQLite."""

MAY_WRITE = "SELECT current_setting('transaction_read_only') = 'off' AND has_table_privilege('call', 'INSERT')"


class Writability:
    """One trial at a time: while an old one hangs, the answer is no and none is added."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self._trying: asyncio.Task[bool] | None = None

    async def ask(self, timeout_s: float) -> bool:
        if self._trying is None or self._trying.done():
            self._trying = asyncio.create_task(self._try(timeout_s), name="trial of writing")
        await asyncio.wait({self._trying}, timeout=timeout_s)
        return self._trying.done() and not self._trying.cancelled() and self._trying.result()

    async def _try(self, timeout_s: float) -> bool:
        try:
            return await self._trial(timeout_s)
        except (*DRIVER_ERRORS, sqlite3.Error):
            return False

    async def close(self) -> None:
        if self._trying is not None and not self._trying.done():
            self._trying.cancel()
            await asyncio.wait({self._trying})


def sqlite_trial(file: Path, write_lock: AbstractAsyncContextManager[object]) -> Trial:
    """A connection of its own: the writer's waits ten seconds for a lock, and cannot be called off."""

    async def trial(timeout_s: float) -> bool:
        async with write_lock:
            await asyncio.to_thread(_rewrite, file, timeout_s)
        return True

    return trial


def _rewrite(file: Path, timeout_s: float) -> None:
    """The file is not created where it is missing."""
    url = f"{file.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(url, uri=True, timeout=timeout_s, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("BEGIN IMMEDIATE")
        for statement in THERE_AND_BACK:
            connection.execute(statement)
        connection.execute("COMMIT")


def postgresql_trial(engine: AsyncEngine) -> Trial:
    """A standby and a server that was set to read only refuse. No row is locked: an administrator's open transaction
    hinders nobody here."""

    async def trial(timeout_s: float) -> bool:
        async with asyncio.timeout(timeout_s), engine.connect() as connection:
            return bool(await connection.scalar(text(MAY_WRITE)))

    return trial
