"""What a caller hears while waiting: the answer phrase, music, the position and an honest estimate, the ring tone."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass

from switchboard.calls.conversation import Conversation
from switchboard.calls.ports import TelephonyFault
from switchboard.calls.queue.keep_place import NoNumber, ask_number
from switchboard.calls.queue.lines import Lines
from switchboard.calls.queue.places import Waiting
from switchboard.domain.announcement import FixedPrompt, QueuePosition
from switchboard.domain.call import EventKind
from switchboard.domain.greeting import answer_phrase

# Whether an operator is free is known at once, unless the database is away.
FIRST_LOOK_S = 1.5
FIRST_POSITION_S = 10.0
SHORTEST_PAUSE_S = 5.0


async def greet(talk: Conversation) -> None:
    """The answer phrase of the authority dialled (R38)."""
    await talk.answer()
    if talk.authority is not None:
        await talk.say(answer_phrase(talk.directory, talk.authority, talk.now))


@dataclass(slots=True)
class Ears:
    """`welcome`: the answer phrase is still to be said. It comes before anything else that is said, but never while a
    phone rings: whoever answers at once says it."""

    talk: Conversation
    lines: Lines
    waiting: Waiting
    welcome: bool = True
    place_offered: bool = False

    async def listen(self) -> str | NoNumber:
        """Until the caller has asked to keep the place: the number to call, or that a message is left instead."""
        await self._first_look()
        await self.waiting.until(lambda: self.waiting.over is None)
        if self.waiting.offer is None:
            await self._greet()
        announce_at = self._now() + (FIRST_POSITION_S if self._position() == 1 else 0.0)
        digit: str | None = None
        while True:
            if digit is not None:
                chosen = await self._choose(digit)
                if chosen is not None:
                    return chosen
                digit = None
            elif self.waiting.offer is not None:
                await self._tone(self.talk.leg.ring())
                await self.waiting.until(lambda: self.waiting.offer is None)
            elif self.welcome:
                await self._greet()
            elif self._now() >= announce_at:
                digit = await self._announce()
                announce_at = self._now() + self._pause()
            else:
                await self._tone(self.talk.leg.hold_music())
                digit = await self._digit_before(announce_at)

    async def _first_look(self) -> None:
        try:
            async with asyncio.timeout(FIRST_LOOK_S):
                await self.waiting.until(lambda: not self.waiting.entering)
        except TimeoutError:
            self.talk.log.warning("queue_not_looked_at_in_time")

    async def _greet(self) -> None:
        welcome, self.welcome = self.welcome, False
        await (greet(self.talk) if welcome else self.talk.answer())

    async def _announce(self) -> str | None:
        """The position, the estimate where there is one, and that the place can be kept."""
        minutes = await self.lines.estimate(self.waiting)
        keep = self.talk.directory.operator_queue(self.waiting.place.group_id).keep_place
        more = [FixedPrompt("queue-keep-place-offer")] if keep else []
        self.place_offered = keep
        return await self.talk.say(QueuePosition(self._position(), minutes), *more, until_digit=True)

    async def _digit_before(self, announce_at: float) -> str | None:
        """None once it is time to speak, or a phone rings."""
        digit = asyncio.create_task(self.talk.leg.digit(max(0.0, announce_at - self._now())))
        turn = asyncio.create_task(self.waiting.until(lambda: self.waiting.offer is not None))
        try:
            await asyncio.wait({digit, turn}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            turn.cancel()
            if not digit.done():
                digit.cancel()
            await asyncio.gather(digit, turn, return_exceptions=True)
        return None if digit.cancelled() else digit.result()

    async def _choose(self, digit: str) -> str | NoNumber | None:
        await self.talk.note(EventKind.CHOSE, digit=digit)
        other = self.talk.other_language
        if digit == "9" and other is not None:
            self.talk.language = other
        elif digit == "1" and self.place_offered and self.waiting.offer is None:
            return await self._keep()
        return None

    async def _keep(self) -> str | NoNumber | None:
        """While the number is agreed on nobody is rung; the place is kept."""
        self.waiting.ready = False
        number = await ask_number(self.talk)
        if number is not NoNumber.WAITS_ON:
            return number
        await self.talk.say(FixedPrompt("queue-still-in-line"))
        self.waiting.ready = True
        self.talk.stage = "while waiting for the operators"
        self.lines.wake()
        return None

    async def _tone(self, sound: Awaitable[None]) -> None:
        try:
            await sound
        except TelephonyFault as fault:
            self.talk.log.warning("no_tone_in_queue", fault=str(fault))

    def _position(self) -> int:
        return self.lines.position(self.waiting)

    def _pause(self) -> float:
        return max(SHORTEST_PAUSE_S, self.talk.directory.operator_queue(self.waiting.place.group_id).announce_seconds)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
