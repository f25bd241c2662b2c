"""Whether the database takes changes, and that it has what waited for it."""

import asyncio
import sqlite3

from switchboard.calls.ports import Log
from switchboard.db.engine import DRIVER_ERRORS, Database
from switchboard.db.spool import Spool, continue_after, drain


class Settling:
    """`writable` and `spool_takes` are as of the last look."""

    def __init__(self, database: Database, spool: Spool, log: Log) -> None:
        self._database = database
        self._spool = spool
        self._log = log
        self._turn = asyncio.Lock()
        self._numbered = False
        self.writable = True
        self.spool_takes = False

    async def settle(self) -> bool:
        """Whether the database has everything; what waits beside it is written first, as far as one look goes. Nothing
        can be accounted for before that: a call's end may be among it."""
        async with self._turn:
            self.writable = await self._database.writable()
            self._spool.told_away = not self.writable
            self.spool_takes = await self._spool.takes()
            try:
                return await self._write()
            except (*DRIVER_ERRORS, sqlite3.Error) as error:
                self._log.warning("spool_not_written", error=type(error).__name__, waiting=len(self._spool))
                return False

    async def _write(self) -> bool:
        if not self._numbered:
            await continue_after(self._spool, self._database)
            self._numbered = True
        if self.writable and len(self._spool):
            written = await drain(self._spool, self._database, self._log)
            self._log.info("spool_written", entries=written, waiting=len(self._spool))
        return self.writable and not len(self._spool)
