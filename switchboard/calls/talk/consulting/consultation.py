"""A colleague asks another while the caller waits: by keys, for telephones that have none for it.

Any of the three may leave at any moment. Two who are left talk with each other; a colleague who leaves has sent the
caller on, and gets them back where nobody is to be had.
"""

import asyncio
from typing import NoReturn

from switchboard.calls.conversation import Conversation
from switchboard.calls.live import Party
from switchboard.calls.ports import AttendedTransfer, BlindTransfer, Joined, KeyPressed, Left, LegGone, TelephonyFault
from switchboard.calls.talk.consulting.aside import talk_aside
from switchboard.calls.talk.consulting.consulted import answering_party, tell_why, why_back
from switchboard.calls.talk.consulting.reminding import Held
from switchboard.calls.talk.joining import (
    forget_digits,
    note_transfer,
    shown_target,
    transferor_at,
    try_sound,
)
from switchboard.calls.talk.race import Race, Unanswered, Watch, Winner
from switchboard.calls.talk.steps import BackToOperators, ComeBack, MovedOn, SendOn, Step
from switchboard.calls.talk.targets import Elsewhere, NotToBeHad, ToRing, find_target, group_to_ring
from switchboard.domain.call import EventKind
from switchboard.domain.display import ComingBack
from switchboard.domain.routing import ToGroup, ToOperators
from switchboard.domain.talk_keys import Cancel, Complete, TalkCommand, TalkKeys

LONGEST_WAIT_FOR_KEY_S = 3600.0


async def consult(talk: Conversation, by: Party, number: str) -> Party | None:
    """`by` asks `number` while the subject hears music. With whom the subject talks next; None: with nobody, because
    the subject has left."""
    return await _Consultation(talk, by, number).run()


class _Consultation:
    """`onward`: where the caller goes when the colleague has left."""

    def __init__(self, talk: Conversation, by: Party, number: str) -> None:
        self._talk = talk
        self._by = by
        self._number = number
        self._who = transferor_at(talk, by.leg.account or "")
        self._onward: Step = SendOn(self._who, number)
        self._keys = TalkKeys()
        self._keys.consulting = True
        self._command: TalkCommand | None = None
        self._left = False
        self._held = Held(talk, by)

    async def run(self) -> Party | None:
        talk = self._talk
        talk.stage = "during a consultation"
        try:
            await try_sound(talk, talk.leg.hold_music())
            await try_sound(talk, self._by.leg.ring())
            await forget_digits(self._by.leg)
            shown = shown_target(talk, self._who, self._number)
            await talk.note(EventKind.CONSULTED, by=self._who.account, pii_number=shown)
            return await self._call(await self._target())
        except LegGone as left:
            if talk.leg.gone:
                return None
            raise MovedOn(self._onward) from left

    async def _target(self) -> ToRing | NotToBeHad:
        match await find_target(self._talk, self._who, self._number):
            case Elsewhere(route=ToGroup(group=group)):
                return await group_to_ring(self._talk, group)
            case Elsewhere(route=ToOperators()):
                return await self._into_the_line()
            case Elsewhere():
                return NotToBeHad(ComingBack("not_allowed", number=self._number))
            case target:
                return target

    async def _call(self, target: ToRing | NotToBeHad) -> Party | None:
        if isinstance(target, NotToBeHad):
            return await self._in_vain(target.back)
        race = Race(self._talk.ports.telephony, target.requests)
        try:
            result = await self._until_answer(race)
            if isinstance(result, Winner):
                race.taken()
                self._talk.involve(result.leg)
        finally:
            await race.stop()
        match result:
            case Winner() if self._left:
                return answering_party(self._talk, result)
            case Winner():
                return await self._between(answering_party(self._talk, result))
            case Unanswered(why=why):
                return await self._in_vain(target.in_vain(why_back(why)))
            case None:
                return None if self._talk.leg.gone else self._by

    async def _until_answer(self, race: Race) -> Winner | Unanswered | None:
        """None: called off, or the caller has left. The colleague who leaves, or completes, does not stop the ringing:
        then the caller hears it."""
        talk, by = self._talk, self._by
        while True:
            watch = Watch(
                caller=talk.leg.wait_gone(),
                colleague=by.leg.wait_gone(),
                key=self._next_command(),
                held=self._held.remind_on(),
            )
            try:
                result = await race.result(*watch.all())
            finally:
                await watch.stop()
            if talk.leg.gone:
                return None
            if result is not None:
                return result
            if by.leg.gone or isinstance(self._command, Complete):
                return await self._ring_on(race)
            if isinstance(self._command, Cancel):
                return None

    async def _ring_on(self, race: Race) -> Winner | Unanswered:
        talk = self._talk
        talk.stage = "while a phone rang"
        await self._leave()
        await forget_digits(talk.leg)
        await try_sound(talk, talk.leg.ring())
        watch = Watch(caller=talk.leg.wait_gone())
        try:
            result = await race.result(*watch.all())
        finally:
            await watch.stop()
        if result is None or talk.leg.gone:
            raise LegGone
        return result

    async def _into_the_line(self) -> NoReturn:
        """Of the operators nobody in particular can be asked: the caller goes on to them, and the colleague is free."""
        await self._leave()
        await forget_digits(self._talk.leg)
        await try_sound(self._talk, self._talk.leg.ring())
        raise MovedOn(self._onward)

    async def _next_command(self) -> None:
        self._command = None
        while self._command is None:
            digit = await self._by.leg.digit(LONGEST_WAIT_FOR_KEY_S)
            self._command = self._keys.feed(digit, self._talk.now) if digit else None

    async def _in_vain(self, back: ComingBack) -> Party | None:
        """The colleague hears why, and has the caller again; or has left, and is rung."""
        self._onward = ComeBack(self._who, back)
        if self._left or self._by.leg.gone:
            raise LegGone
        await tell_why(self._talk, self._by, back)
        return self._by

    async def _leave(self) -> None:
        """The colleague is out of it, and has passed the caller on."""
        self._left = True
        await note_transfer(self._talk, self._who, self._number, how="consultation")
        await self._talk.end_other(self._by.leg)

    # Three are there

    async def _between(self, asked: Party) -> Party | None:
        with_asked = True
        while True:
            command = await self._talk_once(asked, with_asked)
            caller, colleague, gone = self._talk.leg.gone, self._by.leg.gone, asked.leg.gone
            if caller:
                return None if colleague or gone else await self._without_caller(asked)
            if colleague and gone:
                raise MovedOn(ComeBack(self._who, ComingBack("no_answer", asked.name or "")))
            if gone or (isinstance(command, Cancel) and not colleague):
                await self._talk.end_other(asked.leg)
                return self._by
            if colleague or isinstance(command, Complete):
                await self._leave()
                return asked
            if command is None and self._held.too_long:
                self._let_talk_on(asked)
                raise MovedOn(BackToOperators(self._held.back))
            with_asked = not with_asked

    async def _talk_once(self, asked: Party, with_asked: bool) -> TalkCommand | None:
        """Until a key, or until anybody of the three leaves."""
        talk, by = self._talk, self._by
        waiting = talk.leg if with_asked else asked.leg
        self._held.waits(with_asked)
        try:
            await try_sound(talk, waiting.hold_music())
            joined = await talk.ports.telephony.join(by.leg, asked.leg if with_asked else talk.leg)
        except LegGone:
            return Cancel()
        except TelephonyFault as fault:
            talk.log.warning("not_connected", fault=str(fault))
            return Cancel()
        watch = Watch(
            waiting=waiting.wait_gone(), command=self._until_command(joined), held=self._held.until_too_long()
        )
        try:
            await asyncio.wait(watch.all(), return_when=asyncio.FIRST_COMPLETED)
        finally:
            await watch.stop()
            await asyncio.shield(joined.part())
        return self._command

    def _let_talk_on(self, asked: Party) -> None:
        """The two colleagues; what they talk about may be more than the caller, who need not wait for it."""
        talk = self._talk
        for party in (self._by, asked):
            talk.give_away(party.leg)
        talk.beside(talk_aside(talk.ports.telephony, self._by.leg, asked.leg), "talk-aside")

    async def _until_command(self, joined: Joined) -> None:
        self._command = None
        while self._command is None:
            match await joined.event():
                case Left():
                    return
                case KeyPressed(leg=leg, digit=digit) if leg.id == self._by.leg.id:
                    self._command = self._keys.feed(digit, self._talk.now)
                case BlindTransfer(leg=leg) | AttendedTransfer(leg=leg):
                    await leg.decline_transfer()
                case _:
                    pass

    async def _without_caller(self, asked: Party) -> Party:
        """The two colleagues go on talking."""
        former = self._talk.go_on_with(self._by)
        await self._talk.end_other(former.leg)
        return asked
