"""Who is on hold is not forgotten: after a time the holder's phone rings anew (Asterisk plays the music itself)."""

import asyncio
from datetime import datetime

from switchboard.calls.conversation import Conversation
from switchboard.calls.ports import CallLeg
from switchboard.calls.talk.joining import phone_request, queue_rules
from switchboard.calls.talk.race import Race, Unanswered, Winner
from switchboard.domain.call import EventKind
from switchboard.domain.display import ComingBack, show_coming_back

RECALL_RINGS_S = 20.0


class Holds:
    """Of one talk. `back` says why the phone rings anew."""

    def __init__(self, talk: Conversation) -> None:
        self._talk = talk
        self._since: dict[str, tuple[CallLeg, datetime]] = {}
        self._race: Race | None = None
        self._holder: CallLeg | None = None
        self.back = ComingBack("held")

    async def change(self, leg: CallLeg, held: bool) -> None:
        if held == (leg.id in self._since):
            return
        if held:
            self._since[leg.id] = leg, self._talk.now
            await self._talk.note(EventKind.HELD, by=leg.account)
            return
        del self._since[leg.id]
        if self._holder is not None and self._holder.id == leg.id:
            await self.stop()
        await self._talk.note(EventKind.RESUMED, by=leg.account, account=leg.account)

    def patience(self) -> float | None:
        """Seconds until somebody has been held too long; None: nobody is held, or the phone rings already."""
        if self._race is not None or not self._since:
            return None
        longest = self._talk.now - min(since for _, since in self._since.values())
        return max(0.0, queue_rules(self._talk).hold_seconds - longest.total_seconds())

    async def recall(self) -> None:
        """Ring the phone of whoever has held longest."""
        talk = self._talk
        holder, since = min(self._since.values(), key=lambda each: each[1])
        self._holder, self.back = holder, ComingBack("held", since=since)
        account = holder.account or ""
        await talk.note(EventKind.RANG, accounts=account, why="held")
        talk.display = show_coming_back(self.back, talk.now)
        self._race = Race(talk.ports.telephony, [phone_request(talk, account, RECALL_RINGS_S)])

    async def recalled(self) -> Winner | Unanswered:
        """How the phone's ringing ended; never comes while it does not ring."""
        while self._race is None:
            await asyncio.Event().wait()
        return await self._race.outcome()

    def taken(self) -> CallLeg | None:
        """The answer is the talk's own from now on. Gives the leg that held."""
        if self._race is not None:
            self._race.taken()
        return self._holder

    async def stop(self) -> None:
        race, self._race, self._holder = self._race, None, None
        if race is not None:
            await race.stop()
