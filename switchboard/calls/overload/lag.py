"""How late the event loop is: what every caller waits for beside their own call."""

import asyncio
from collections import deque
from typing import NoReturn

EVERY_S = 0.1
LOOKS = 5


class LoopLag:
    """`run` looks ten times a second, which costs a call nothing. One long step of the loop is no overload: `seconds`
    is what the loop was late by at each of the last looks, at the least."""

    def __init__(self) -> None:
        self._late: deque[float] = deque([0.0] * LOOKS, maxlen=LOOKS)
        self.seconds = 0.0
        self.latest = 0.0

    async def run(self) -> NoReturn:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + EVERY_S
            await asyncio.sleep(EVERY_S)
            self.note(loop.time() - due)

    def note(self, late: float) -> None:
        self.latest = max(0.0, late)
        self._late.append(self.latest)
        self.seconds = min(self._late)
