"""Who calls and who answers. Everybody goes by dice of the run's own seed."""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from tests.acceptance.phones import PhoneRoom
from tests.acceptance.registering import Exchange
from tests.acceptance.wait import until
from tests.callers.phone import CallState, DidNotHappen, NotOnThisPhone, RegistrationRefused
from tests.callers.raw_sip import RawPhone
from tests.callers.sip.call import RawCall
from tests.hearing.noise import speech_like
from tests.hearing.pcm import Pcm
from tests.soak.pace import Kind

MAIN, ANNA, MARIA, ASA = "+46980319200", "+46980319210", "+46980319212", "+46980319214"
ANNAS_EXTENSION = "210"
TRANSFERS = 0.3
"""Of the operators' calls, while Anna is free."""
SIGN_IN_S = 45.0
LONGEST_S = 90.0


@dataclass(frozen=True, slots=True)
class Voices:
    """Made once: it costs more than the calls."""

    spoken: Sequence[Pcm]

    @classmethod
    def made(cls) -> "Voices":
        return cls([speech_like(1.5 + seconds, seed=seconds) for seconds in range(1, 5)])


class Staff:
    """The telephones inside, which do their work until they are told to stop."""

    def __init__(self, operators: Sequence[RawPhone], anna: RawPhone, asa: RawPhone, dice: random.Random) -> None:
        self.anna, self.asa = anna, asa
        self.annas_turn, self.asas_turn = asyncio.Lock(), asyncio.Lock()
        self._operators = operators
        self._dice = dice
        self.asa_is_away = False
        self.answered = self.transferred = 0

    @classmethod
    async def at_work(cls, phones: PhoneRoom, dice: random.Random) -> "Staff":
        op1, op2, anna, asa = [await phones.colleague(name) for name in ("op1", "op2", "anna", "asa")]
        return cls([op1, op2], anna, asa, dice)

    def work(self) -> list[asyncio.Task[None]]:
        duties = [*(self._operate(phone) for phone in self._operators), self._be_anna(), self._stay_signed_in()]
        return [asyncio.create_task(each) for each in duties]

    async def _operate(self, phone: RawPhone) -> None:
        while True:
            rung = await _next_ring(phone)
            await asyncio.sleep(self._dice.uniform(0.2, 1.2))
            if not await _answers(rung):
                continue
            self.answered += 1
            await asyncio.sleep(self._dice.uniform(1.0, 3.0))
            if self._dice.random() < TRANSFERS and not self.annas_turn.locked():
                async with self.annas_turn:
                    await self._send_to_anna(rung)
            await _hangs_up(rung)

    async def _send_to_anna(self, talk: RawCall) -> None:
        """Her turn lasts until she has hung up."""
        if talk.state is not CallState.TALKING:
            return
        with suppress(DidNotHappen, TimeoutError):
            await talk.blind_transfer(ANNAS_EXTENSION)
            await talk.ended(within=20)
            self.transferred += 1
        for call in [*self.anna.calls.values()]:
            with suppress(DidNotHappen):
                await call.ended(within=20)

    async def _be_anna(self) -> None:
        while True:
            rung = await _next_ring(self.anna)
            await asyncio.sleep(self._dice.uniform(0.2, 0.8))
            if await _answers(rung):
                with suppress(DidNotHappen):
                    await rung.ended(within=self._dice.uniform(4.0, 6.0))
                await _hangs_up(rung)

    async def _stay_signed_in(self) -> None:
        while True:
            await asyncio.sleep(SIGN_IN_S)
            for phone in (*self._operators, self.anna, self.asa):
                with suppress(RegistrationRefused, TimeoutError):
                    await phone.register()


async def _next_ring(phone: RawPhone) -> RawCall:
    while True:
        with suppress(DidNotHappen):
            rung = await phone.wait_incoming(within=3600)
            assert isinstance(rung, RawCall)
            phone.rung.clear()
            return rung


async def _answers(rung: RawCall) -> bool:
    """False where it rings no more: another was sooner, or the caller gave up."""
    try:
        await rung.answer()
    except NotOnThisPhone:
        return False
    rung.media.close()
    return True


async def _hangs_up(call: RawCall) -> None:
    with suppress(DidNotHappen, TimeoutError):
        async with asyncio.timeout(10):
            await call.hangup()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`citizens` is one telephone from which all call, each by a number of their own."""

    exchange: Exchange
    citizens: RawPhone
    staff: Staff
    voices: Voices
    dice: random.Random
    time_in: Callable[[float], str]
    """HHMM so many hours from now, by the house's clock."""


async def call_as(kind: Kind, number: str, around: Surroundings) -> None:
    """The whole call, to its end. Raises DidNotHappen where it did not go as it must."""
    match kind:
        case Kind.MESSAGE:
            await _leave_message(number, around)
        case Kind.HANGS_UP:
            call = await _dial(around, number, MAIN)
            await asyncio.sleep(around.dice.uniform(0.3, 5.0))
            await call.hangup()
        case Kind.OPERATOR:
            call = await _dial(around, number, MAIN)
            await call.ended(within=LONGEST_S)
        case Kind.COLLEAGUE:
            await _talk_with_anna(number, around)
        case Kind.MAYBE_ABSENT:
            call = await _dial(around, number, ASA)
            await asyncio.sleep(around.dice.uniform(1.0, 5.0))
            await call.hangup()
        case Kind.ABSENCE:
            await _change_absence(around)
        case Kind.ANNOUNCEMENT:
            raise ValueError("SIPp's")


async def _dial(around: Surroundings, number: str, called: str) -> RawCall:
    """Without sound of its own: it costs the machine nothing while it waits."""
    call = await _dial_with_sound(around, number, called)
    call.media.close()
    return call


async def _dial_with_sound(around: Surroundings, number: str, called: str) -> RawCall:
    return await around.citizens.dial_as(f"<sip:{number}@127.0.0.1>".encode(), called)


async def _leave_message(number: str, around: Surroundings) -> None:
    """Ended by a hang-up, by the hash key, or by silence."""
    spoken = around.dice.choice(around.voices.spoken)
    way = around.dice.choice(["hang up", "#", "silence"])
    call = await _dial_with_sound(around, number, MARIA)
    await call.hears_prompt("sv/menu-message", within=30)
    await call.dtmf("1")
    await call.hears_prompt("sv/beep", within=20)
    await call.play(spoken)
    await call.until(lambda: not call.media.stream.playing, within=20, what="the message is spoken")
    if way == "hang up":
        await call.hangup()
        return
    if way == "#":
        await call.dtmf("#")
    await call.hears_prompt("sv/promise-call-by", within=30)
    await call.ended(within=30)


async def _talk_with_anna(number: str, around: Surroundings) -> None:
    """Nobody else has her meanwhile. Of a talk before this one her telephone must have told Asterisk the end."""

    async def she_is_free() -> bool:
        return await asyncio.to_thread(around.exchange.device_state, around.staff.anna.account.user) == "NOT_INUSE"

    async with around.staff.annas_turn:
        await until(she_is_free, 20, "Anna's telephone is free")
        call = await _dial(around, number, ANNA)
        await call.talks(within=20)
        with suppress(DidNotHappen):
            await call.ended(within=around.dice.uniform(2.0, 4.0))
        await _hangs_up(call)


async def _change_absence(around: Surroundings) -> None:
    """Åsa goes to lunch, or comes back: each of her orders is the other one."""
    staff = around.staff
    async with staff.asas_turn:
        goes, staff.asa_is_away = not staff.asa_is_away, not staff.asa_is_away
        call = await staff.asa.dial(f"*23*2*{around.time_in(2)}#" if goes else "#23#")
        if goes:
            await call.hears_prompt("sv/absence-keep-or-undo", within=30)
            await call.dtmf("1")
        await call.ended(within=30)
