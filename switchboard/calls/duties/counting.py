"""Figures that a database has to be asked for, asked beside all work, so that none of it can keep them old."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import NoReturn

from switchboard.calls.duties.outages import Outage

EVERY_S = 5.0


class Counting:
    """`counts` are those of the latest look. Empty where it failed: what is old must not pass for what is."""

    def __init__(self, count: Callable[[], Awaitable[Mapping[str, int]]], looks: Outage) -> None:
        self._count = count
        self._looks = looks
        self.counts: Mapping[str, int] = {}

    async def run(self) -> NoReturn:
        while True:
            await self.look()
            await asyncio.sleep(EVERY_S)

    async def look(self) -> None:
        counted: Mapping[str, int] = {}
        with self._looks.trying():
            counted = await self._count()
        self.counts = counted
