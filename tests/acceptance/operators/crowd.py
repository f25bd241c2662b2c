"""The parties of a desk, and what each of them can do at a given moment: whatever a telephone can do."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.floor import Outside
from tests.acceptance.operators.rows import OPERATORS, PEOPLE
from tests.acceptance.registering import register
from tests.callers.phone import CallState
from tests.callers.raw_sip import RawPhone
from tests.callers.sip.call import RawCall
from tests.hearing.noise import speech_like

CITIZENS = ("citizen1", "citizen2", "citizen3")
OUTSIDE = "outside"
ORDERS = ("*20", "#20", "*21*1", "#21", "*68", "*67")
VOICE = speech_like(1.0)
SPEAKS_S = 2.0
"""The beep, and more than what counts as having spoken."""
KEYS = ("*1", "*2", "*4", "**5#", "**8#")


@dataclass(frozen=True, slots=True)
class Chance:
    """Something that `who` could do now. `act` does it; it may turn out to be too late for it."""

    who: str
    what: str
    weight: float
    act: Callable[[], Awaitable[object]]

    def __str__(self) -> str:
        return f"{self.who}: {self.what}"


@dataclass(frozen=True, slots=True)
class Dialled:
    who: str
    number: str
    call: RawCall


class Crowd:
    """Every telephone is registered at `gather` and stays so from one sequence to the next."""

    def __init__(self, desk: Desk, outside: Outside) -> None:
        self.desk = desk
        self.citizens: dict[str, RawPhone] = {}
        self.dialled: list[Dialled] = []
        self._outside = outside
        self._number_outside = f"07011{desk.number}2233"
        self._away: set[str] = set()
        self._absent: set[str] = set()

    async def gather(self) -> None:
        self.desk.set_queue(announce_seconds=1)
        for who in PEOPLE:
            await self.desk.colleague(who)
        for who in CITIZENS:
            self.citizens[who] = await self.desk.citizen()

    async def begin(self) -> None:
        """As at the beginning of every sequence: the operators at work, nobody absent, no call remembered."""
        for who in sorted(self._away):
            await register(self.desk.phones[who], self.desk.house.box)
        for who in sorted(self._absent):
            self.desk.present(who)
        for who in OPERATORS:
            self.desk.sign_out(who)
            self.desk.sign_in(who)
        self._away.clear()
        self._absent.clear()
        self.dialled.clear()
        for phone in (*self.desk.phones.values(), *self.citizens.values()):
            phone.forget_calls()

    async def start_anew(self) -> None:
        """After Asterisk has broken down: nobody is in a call, and every telephone registers again."""
        for phone in (*self.desk.phones.values(), *self.citizens.values()):
            await phone.hang_up_all()
            for call in phone.calls.values():
                call.vanish()
        for call in self._rung_outside():
            call.vanish()
        self._away.update(PEOPLE)

    # Whose calls they are

    @property
    def numbers(self) -> Sequence[str]:
        """Of the citizens, and of the number outside that colleagues call."""
        return (*(phone.account.user for phone in self.citizens.values()), f"+46{self._number_outside[1:]}")

    @property
    def accounts(self) -> Sequence[str]:
        return [phone.account.user for phone in self.desk.phones.values()]

    def account(self, who: str) -> str:
        """The account of a colleague, the number of a citizen."""
        phone = self.citizens.get(who) or self.desk.phones[who]
        return phone.account.user

    def calls(self) -> list[RawCall]:
        """Those that are up, of every telephone of the desk."""
        phones = (*self.desk.phones.values(), *self.citizens.values())
        calls = [call for phone in phones for call in list(phone.calls.values())] + self._rung_outside()
        return [call for call in calls if call.state is not CallState.ENDED]

    def _rung_outside(self) -> list[RawCall]:
        return [call for number in self.numbers for call in self._outside.rung(number)]

    # What can be done

    def chances(self, dice: random.Random) -> list[Chance]:
        found = [chance for who in CITIZENS for chance in self._of_citizen(who, dice)]
        found += [chance for who in PEOPLE for chance in self._of_colleague(who, dice)]
        return found + self._of_outside() + [Chance("all", "wait", 1.0, lambda: asyncio.sleep(2.2))]

    def _of_citizen(self, who: str, dice: random.Random) -> list[Chance]:
        call = _first(self.citizens[who], CallState.TALKING, CallState.RINGING, CallState.CALLING)
        if call is None:
            person = dice.choice(["anna", "erik", "maria"])
            quiet = 2.0 if self.calls() else 8.0
            return [
                self._dials(who, self.desk.main, quiet),
                self._dials(who, self.desk.public(person), quiet / 2),
            ]
        if call.state is not CallState.TALKING:
            return [Chance(who, "hangs up", 0.4, call.hangup)]
        keys, ends = dice.choice(["1", "1", "11", "0", "2", "9"]), dice.choice(["", "#"])
        return [
            Chance(who, "hangs up", 0.4, call.hangup),
            Chance(who, f"presses {keys}", 0.6, _pressing(call, keys)),
            Chance(who, f"presses 1, speaks on and {'presses #' if ends else 'hangs up'}", 1.2, _speaking(call, ends)),
        ]

    def _of_colleague(self, who: str, dice: random.Random) -> list[Chance]:
        phone = self.desk.phones[who]
        found: list[Chance] = []
        if rung := _rung(phone):
            found += [Chance(who, "answers", 6.0, rung.answer), Chance(who, "refuses", 1.0, _refusing(rung))]
        if talk := _first(phone, CallState.TALKING):
            return found + self._in_talk(who, talk, dice)
        if dialling := _first(phone, CallState.CALLING):
            return [*found, Chance(who, "hangs up", 0.5, dialling.hangup)]
        return found + self._at_rest(who, dice)

    def _in_talk(self, who: str, talk: RawCall, dice: random.Random) -> list[Chance]:
        target, asked = self._target(dice), self._extension(dice)
        keys = dice.choice([*KEYS, f"*{asked}#", f"**8{asked}#"])
        patience, completes = dice.uniform(0.1, 1.2), dice.random() < 0.7
        return [
            Chance(who, "holds", 1.0, talk.hold),
            Chance(who, "takes back", 1.0, talk.unhold),
            Chance(who, f"sends on to {target}", 2.0, lambda: talk.blind_transfer(target)),
            Chance(
                who,
                f"asks {asked} for {patience:.1f} s and {'connects' if completes else 'returns'}",
                2.0,
                lambda: self._consult(who, talk, asked, patience if completes else -patience),
            ),
            Chance(who, f"presses {keys}", 2.0, _pressing(talk, keys)),
            Chance(who, "hangs up", 1.0, talk.hangup),
        ]

    def _at_rest(self, who: str, dice: random.Random) -> list[Chance]:
        if who in self._away:
            return [Chance(who, "registers", 1.5, lambda: self._comes(who))]
        found = [
            self._dials(who, self._target(dice), 0.7),
            self._dials(who, self._order(dice), 0.4),
            Chance(who, "unregisters", 0.3, lambda: self._goes(who)),
        ]
        if who in self._absent:
            return [*found, Chance(who, "is present again", 0.6, lambda: self._is_present(who))]
        return [*found, self.absence_of(who)]

    def _of_outside(self) -> list[Chance]:
        found: list[Chance] = []
        for call in self._rung_outside():
            if call.state is CallState.RINGING:
                found += [
                    Chance(OUTSIDE, "answers", 3.0, call.answer),
                    Chance(OUTSIDE, "refuses", 1.0, _refusing(call)),
                ]
            elif call.state is CallState.TALKING:
                found.append(Chance(OUTSIDE, "hangs up", 1.0, call.hangup))
        return found

    # How it is done

    def _dials(self, who: str, number: str, weight: float) -> Chance:
        return Chance(who, f"dials {number}", weight, lambda: self._dial(who, number))

    async def _dial(self, who: str, number: str) -> RawCall:
        phone = self.citizens.get(who) or self.desk.phones[who]
        call = await phone.dial(quote(number, safe="*+"))
        self.dialled.append(Dialled(who, number, call))
        await call.play_on(VOICE)
        return call

    async def _consult(self, who: str, talk: RawCall, asked: str, patience: float) -> None:
        """Hold, call, and complete sooner or later; or, after a negative time, think better of it."""
        await talk.hold()
        second = await self._dial(who, asked)
        await asyncio.sleep(abs(patience))
        if patience > 0:
            await talk.attended_transfer(second)
        else:
            await second.hangup()
            await talk.unhold()

    async def _goes(self, who: str) -> None:
        self._away.add(who)
        await self.desk.phones[who].unregister()

    async def _comes(self, who: str) -> None:
        await register(self.desk.phones[who], self.desk.house.box)
        self._away.discard(who)

    async def _is_absent(self, who: str) -> None:
        self._absent.add(who)
        self.desk.absent(who)

    def absence_of(self, who: str) -> Chance:
        return Chance(who, "is absent", 0.3, lambda: self._is_absent(who))

    async def _is_present(self, who: str) -> None:
        self.desk.present(who)
        self._absent.discard(who)

    def _extension(self, dice: random.Random) -> str:
        return self.desk.extension(dice.choice(list(PEOPLE)))

    def _order(self, dice: random.Random) -> str:
        return dice.choice([*ORDERS, f"*22*{self._extension(dice)}"])

    def _target(self, dice: random.Random) -> str:
        end = self.desk.end
        special = [
            *map(end, ("00", "20", "21", "30", "31", "99")),
            "*67",
            f"*8{self._extension(dice)}",
            self._number_outside,
        ]
        return dice.choice([self._extension(dice), self._extension(dice), *special])


def _first(phone: RawPhone, *states: CallState) -> RawCall | None:
    """Of the calls that the phone is in; what rings there is none of them."""
    rung = phone.rung
    calls = [call for call in list(phone.calls.values()) if call.state is CallState.TALKING or call not in rung]
    return next((call for state in states for call in calls if call.state is state), None)


def _rung(phone: RawPhone) -> RawCall | None:
    calls = (call for call in reversed(phone.rung) if isinstance(call, RawCall))
    return next((call for call in calls if call.state is CallState.RINGING), None)


def _pressing(call: RawCall, keys: str) -> Callable[[], Awaitable[object]]:
    """What the last key does may end the call before the key is let go."""
    return lambda: asyncio.gather(call.dtmf(keys), return_exceptions=True)


def _speaking(call: RawCall, ends: str) -> Callable[[], Awaitable[object]]:
    async def speak() -> None:
        await _pressing(call, "1")()
        await asyncio.sleep(SPEAKS_S)
        await (_pressing(call, ends)() if ends else call.hangup())

    return speak


def _refusing(call: RawCall) -> Callable[[], Awaitable[object]]:
    return lambda: call.reject(486)
