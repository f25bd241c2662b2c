"""Asterisk 22.10.1 may break down under a storm of hang-ups (docs/operations.md)."""

import asyncio

from tests.acceptance.house import House
from tests.acceptance.wait import until

MOST = 2
AGAIN_WITHIN_S = 30.0


class Uptime:
    """Docker starts it again. What was played at that moment says nothing of us; more than `MOST` do."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._starts: set[str] = set()

    @property
    def breakdowns(self) -> int:
        return max(0, len(self._starts) - 1)

    async def started(self) -> str:
        """When Asterisk was, once it is there and the service has it."""
        await until(self._house.is_healthy, AGAIN_WITHIN_S, "Asterisk and the service are there")
        status = await asyncio.to_thread(self._house.box.ari, "asterisk/info?only=status")
        start = str(status["status"]["startup_time"])
        self._starts.add(start)
        return start

    async def broke_down_since(self, start: str) -> bool:
        broken = await self.started() != start
        assert self.breakdowns <= MOST, f"Asterisk broke down {self.breakdowns} times: {self._house.box.last_words()}"
        return broken
