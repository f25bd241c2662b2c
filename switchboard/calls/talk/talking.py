"""Two talk: what either does is followed to the end of the talk, or to where the one who remains goes on."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import partial

from switchboard.calls.conversation import Conversation
from switchboard.calls.live import Party, StillRinging
from switchboard.calls.ports import (
    AttendedTransfer,
    BlindTransfer,
    CallLeg,
    HoldChanged,
    Joined,
    KeyPressed,
    Left,
    LegGone,
    TalkEvent,
    TelephonyFault,
)
from switchboard.calls.talk import leaving
from switchboard.calls.talk.hold import Holds
from switchboard.calls.talk.joining import join
from switchboard.calls.talk.keys import key_command
from switchboard.calls.talk.race import Unanswered, Winner
from switchboard.calls.talk.steps import BackToOperators, MovedOn
from switchboard.domain.call import EventKind
from switchboard.domain.display import ComingBack
from switchboard.domain.talk_keys import TalkKeys

Ending = Callable[[], Awaitable[Party | None]]
"""What is done once the two are parted: with whom the subject talks next, None where the talk is over."""


class _Asked(Enum):
    """Another call's story wants the other party of one of our legs."""

    FOR_A_PARTY = 1


class _TooLong(Enum):
    ON_HOLD = 1


async def converse(talk: Conversation, far: Party) -> None:
    """Let the subject talk with `far`; returns once it is over, and nobody but the subject is left.

    LegGone: the subject had left before it began; TelephonyFault: `far` had. MovedOn: the subject was sent elsewhere.
    HandedOver: somebody's other call took the talk over.
    """
    talk.involve(far.leg)
    try:
        await talk_on(talk, await join(talk, far.leg), far)
    finally:
        await asyncio.shield(talk.end_others())


async def talk_on(talk: Conversation, joined: Joined, far: Party) -> None:
    """As `converse`, for two who talk already."""
    talk.involve(far.leg)
    try:
        onward = await Talk(talk, far, joined).follow()
        while onward is not None:
            onward = await _go_on(talk, onward)
    finally:
        await asyncio.shield(talk.end_others())


async def _go_on(talk: Conversation, far: Party) -> Party | None:
    """With another party, or the same one again. Where this one is gone, the subject goes to the operators."""
    try:
        joined = await join(talk, far.leg)
    except LegGone:
        return None
    except TelephonyFault as fault:
        talk.log.warning("not_connected", fault=str(fault))
        await talk.note(EventKind.FAULT, what="not connected")
        raise MovedOn(BackToOperators(ComingBack("no_answer", far.name or ""))) from fault
    await talk.note(EventKind.CONNECTED, account=far.leg.account)
    return await Talk(talk, far, joined).follow()


@dataclass(slots=True)
class Talk:
    """One joining of the subject with `far`, from its beginning to its end."""

    talk: Conversation
    far: Party
    joined: Joined
    began: float = field(default_factory=lambda: asyncio.get_running_loop().time())
    keys: dict[str, TalkKeys] = field(default_factory=dict)
    holds: Holds = field(init=False)

    def __post_init__(self) -> None:
        self.holds = Holds(self.talk)

    async def follow(self) -> Party | None:
        self.talk.stage, self.talk.display = "in conversation", None
        try:
            with self.talk.ports.lasting.holds(self.talk.call.id):
                ending = await self._until_parting()
        finally:
            await asyncio.shield(self._part())
        return await ending()

    async def _part(self) -> None:
        await self.joined.part()
        await self.holds.stop()

    async def _until_parting(self) -> Ending:
        ending: Ending | None = None
        while ending is None:
            match await self._next():
                case _Asked():
                    ending = partial(leaving.hand_over, self)
                case _TooLong():
                    await self.holds.recall()
                case Winner(leg=leg):
                    self.talk.involve(leg)
                    ending = partial(leaving.take_back, self, self.holds.taken(), leg)
                case Unanswered(why=why):
                    ending = partial(leaving.hold_no_longer, self, self.holds.taken(), why)
                case event:
                    ending = await self._heed(event)
        return ending

    async def _heed(self, event: TalkEvent) -> Ending | None:
        """Only phones of ours may do more than hang up."""
        if isinstance(event, Left):
            return self._over
        if event.leg.account is None:
            if isinstance(event, BlindTransfer | AttendedTransfer):
                await event.leg.decline_transfer()
            return None
        match event:
            case HoldChanged(leg=leg, held=held):
                await self.holds.change(leg, held)
                return None
            case KeyPressed(leg=leg, digit=digit):
                return await key_command(self, leg, digit)
            case BlindTransfer(leg=leg, target=target):
                return partial(leaving.send_on, self, leg, target)
            case AttendedTransfer(leg=leg, consultation=consultation):
                return await self._attended(leg, consultation)

    async def _attended(self, leg: CallLeg, consultation: str) -> Ending | None:
        taken = await self._take_over(consultation)
        if taken is None:
            await leg.decline_transfer()
            return None
        return partial(leaving.join_with, self, leg, taken)

    async def _take_over(self, consultation: str) -> Party | StillRinging | None:
        """Whom the phone talks with by its leg `consultation`, taken out of that call (REFER with Replaces, RFC 3891).
        None: nobody, or not any more."""
        other = self.talk.ports.live.of(consultation)
        if other is None or other is self.talk.live:
            return None
        taken = await other.ask(consultation)
        if isinstance(taken, Party):
            self.talk.involve(taken.leg)
        return taken

    async def _over(self) -> None:
        await self.talk.end_others()

    async def _next(self) -> TalkEvent | Winner | Unanswered | _Asked | _TooLong:
        """What happens next; of two things in the same instant the talk's own event comes first."""
        event = asyncio.ensure_future(self.joined.event())
        asked = asyncio.ensure_future(self.talk.live.asked())
        recalled = asyncio.ensure_future(self.holds.recalled())
        tasks = (event, asked, recalled)
        try:
            await asyncio.wait(tasks, timeout=self.holds.patience(), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if not event.cancelled():
            return event.result()
        if not recalled.cancelled():
            return recalled.result()
        return _TooLong.ON_HOLD if asked.cancelled() else _Asked.FOR_A_PARTY

    def leave(self, leg: CallLeg) -> Party:
        """The party who leaves; the other one is the subject of the call from now on."""
        return self.far if leg.id == self.far.leg.id else self.talk.go_on_with(self.far)
