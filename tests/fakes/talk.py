"""Two legs that hear each other, in memory."""

import asyncio
from typing import TYPE_CHECKING

from switchboard.calls.ports import HoldChanged, Left, TalkEvent
from tests.fakes.leg import MUSIC, FakeLeg

if TYPE_CHECKING:
    from tests.fakes.telephony import FakeTelephony


class FakeJoined:
    """What happens to either leg is kept in order until it is asked for."""

    def __init__(self, telephony: "FakeTelephony", one: FakeLeg, other: FakeLeg) -> None:
        self._telephony = telephony
        self.one, self.other = one, other
        self._events: asyncio.Queue[TalkEvent] = asyncio.Queue()
        self._parted = False
        telephony.bridges += 1
        for leg in (one, other):
            leg.tells = self._receive
            leg.on_end = self._left
            if leg.gone:
                self._left(leg)

    async def event(self) -> TalkEvent:
        await self._telephony.step()
        return await self._events.get()

    async def part(self) -> None:
        await self._telephony.step()
        self.end()

    def end(self) -> None:
        if self._parted:
            return
        self._parted = True
        self._telephony.bridges -= 1
        for leg in (self.one, self.other):
            leg.tells = leg.on_end = leg.talking_to = leg.tone = None

    def _receive(self, event: TalkEvent) -> None:
        self._events.put_nowait(event)
        if isinstance(event, HoldChanged):
            held = self.other if event.leg is self.one else self.one
            held.tone = MUSIC if event.held else None
            if event.held:
                held.hear(MUSIC)

    def _left(self, leg: FakeLeg) -> None:
        self._events.put_nowait(Left(leg))
