"""A house whose database is PostgreSQL."""

import asyncio
import itertools
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import asyncpg  # type: ignore[import-untyped]

from tests.acceptance.asterisk_box import AsteriskBox
from tests.acceptance.house import WEDNESDAY, House


class PostgresHouse(House):
    """To be furnished, not to be moved into."""

    def __init__(self, box: AsteriskBox, url: str, at: datetime = WEDNESDAY) -> None:
        super().__init__(box, at)
        self.url = url
        self.environment["SWITCHBOARD_DATABASE_URL"] = url

    def sql(self, statement: str, *values: object) -> list[Any]:
        """As SQLite has it, with a question mark for each value."""
        numbers = itertools.count(1)
        numbered = re.sub(r"\?", lambda _: f"${next(numbers)}", statement)
        # On a loop of its own, since a test's is running.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, self._fetch(numbered, values)).result()

    async def _fetch(self, statement: str, values: tuple[object, ...]) -> list[Any]:
        connection = await asyncpg.connect(self.url, timeout=10, command_timeout=10)
        try:
            return list(await connection.fetch(statement, *values))
        finally:
            await connection.close()
