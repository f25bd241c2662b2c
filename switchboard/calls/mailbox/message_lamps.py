"""The message lamp of each telephone shows its owner's messages (R11), whoever changed them, by whatever way.

What is kept in the database is compared with what Asterisk was told, after each change and now and then besides, so
that a row changed by plain SQL counts too. Asterisk forgets its lamps when it restarts: after each connection all are
told again.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import NoReturn

from switchboard.calls.duties.outages import Outage
from switchboard.calls.ports import Log, MessageCounts, Telephony

LOOK_EVERY_S = 15.0
# However many messages come in, the database is asked no more often.
BETWEEN_LOOKS_S = 0.5
AT_ONCE = 4

Counts = tuple[int, int]


class MessageLamps:
    """`run` it as a task. `wake`: messages may have changed; `forget`: Asterisk may have forgotten what it was told."""

    def __init__(self, telephony: Telephony, counts: MessageCounts, log: Log) -> None:
        self._telephony = telephony
        self._counts = counts
        self.log = log
        self._looks = Outage(log, "message_lamps_not_shown", "message_lamps_shown_again")
        self._shown: dict[int, Counts] = {}
        self._woken = asyncio.Event()
        self._connected = False

    def wake(self) -> None:
        self._woken.set()

    def forget(self) -> None:
        """Called at each connection; nothing is shown before the first."""
        self._shown.clear()
        self._connected = True
        self._woken.set()

    async def run(self) -> NoReturn:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._woken.wait()
            self._woken.clear()
            with self._looks.trying():
                await self.show()
            await asyncio.sleep(BETWEEN_LOOKS_S)

    async def show(self) -> None:
        """What differs from what is shown. A lamp that could not be shown differs next time too."""
        if not self._connected:
            return
        wanted = await self._counts.by_person()
        limit = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self._show(limit, id, each) for id, each in self._changed(wanted).items()))

    def _changed(self, wanted: Mapping[int, Counts]) -> dict[int, Counts]:
        """Whoever has no row any more, since erasure took the last, has no messages."""
        gone = {id: (0, 0) for id, shown in self._shown.items() if id not in wanted and shown != (0, 0)}
        return {**{id: counts for id, counts in wanted.items() if self._shown.get(id) != counts}, **gone}

    async def _show(self, limit: asyncio.Semaphore, person_id: int, counts: Counts) -> None:
        async with limit:
            if await self._telephony.show_messages(str(person_id), *counts):
                self._shown[person_id] = counts
