"""A colleague who asks another is reminded of the caller who waits, as long as that may last (`domain.held`)."""

import asyncio
from datetime import datetime
from typing import NoReturn

from switchboard.calls.conversation import Conversation
from switchboard.calls.live import Party
from switchboard.calls.ports import CallLeg
from switchboard.calls.talk.joining import queue_rules
from switchboard.domain.announcement import FixedPrompt
from switchboard.domain.display import ComingBack, show_coming_back
from switchboard.domain.held import next_step

REMINDER = FixedPrompt("beep")
BEEPS = 2


class Held:
    """The subject of the call, while `by` asks another. `since` None: they talk with `by` just now. `too_long`: the
    wait is over by rule."""

    def __init__(self, talk: Conversation, by: Party) -> None:
        self._talk = talk
        self._by = by
        self._reminded = 0
        self.since: datetime | None = talk.now
        self.too_long = False

    @property
    def back(self) -> ComingBack:
        return ComingBack("held", since=self.since)

    def waits(self, held: bool) -> None:
        """From now on, or not any more. Whoever waits already waits on."""
        if held is (self.since is not None):
            return
        self.since, self._reminded, self.too_long = (self._talk.now if held else None), 0, False

    async def until_too_long(self) -> None:
        """Remind the colleague until then; can be asked again. Never comes while nobody waits."""
        if self.since is None:
            await asyncio.Event().wait()
        while self.since is not None and not self.too_long:
            step = next_step(self.since, self._reminded, queue_rules(self._talk))
            await asyncio.sleep(max(0.0, (step.at - self._talk.now).total_seconds()))
            if step.what == "return":
                self.too_long = True
            else:
                self._reminded += 1
                await self._remind()

    async def remind_on(self) -> NoReturn:
        """While a phone rings the colleague cannot do without the caller yet: ringing ends by itself."""
        await self.until_too_long()
        await asyncio.Event().wait()
        raise AssertionError("nothing sets it")

    async def _remind(self) -> None:
        """On the display, and by a tone that nobody else hears: the colleague talks about the caller."""
        talk = self._talk
        await talk.ports.telephony.tell(self._by.leg.account or "", show_coming_back(self.back, talk.now))
        await _beep(talk, self._by.leg)


async def _beep(talk: Conversation, leg: CallLeg) -> None:
    media = talk.ports.announcer.media(REMINDER, "sv", talk.now)
    await talk.ports.telephony.whisper(leg, [*media] * BEEPS)
