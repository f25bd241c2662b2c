"""Many parties who do at random whatever a telephone can do, each at its own pace."""

import asyncio
import random
from collections import Counter

from tests.acceptance.operators.desk import Desk, leave, register
from tests.acceptance.operators.rows import PEOPLE
from tests.callers.phone import CallState, DidNotHappen, NotOnThisPhone, RegistrationRefused
from tests.callers.raw_sip import RawPhone
from tests.callers.sip.call import RawCall

OUTSIDE = "0701112233"
CODES = ("*20", "%2320", "*21*1", "%2321", "*68", "*67")
KEYS = ("*1", "*2", "*4", "**5#", "**8#")
LONGEST_S = 10.0


class Crowd:
    """`done` counts the actions. Every choice comes from the seed; what the telephones meet does not."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk = desk
        self.done: Counter[str] = Counter()
        self._random = random.Random(seed)
        self._citizens: list[RawPhone] = []

    async def gather(self) -> None:
        for who in PEOPLE:
            await self.desk.colleague(who)
        for who in ("op1", "op2"):
            self.desk.sign_in(who)
        self._citizens = [await self.desk.citizen() for _ in range(4)]

    async def act(self, steps: int) -> None:
        """Every party on its own, `steps` actions in all."""
        parties = [*self.desk.phones, *range(len(self._citizens))]
        lots = [self._random.choice(parties) for _ in range(steps)]
        seeds = {party: self._random.randrange(2**32) for party in parties}
        await asyncio.gather(*(self._live(party, lots.count(party), seeds[party]) for party in parties))

    async def _live(self, party: str | int, steps: int, seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(steps):
            await asyncio.sleep(dice.uniform(0.02, 0.35))
            act = self._citizen_acts if isinstance(party, int) else self._colleague_acts
            try:
                async with asyncio.timeout(LONGEST_S):
                    await act(party, dice)  # type: ignore[arg-type]
            except (DidNotHappen, NotOnThisPhone, RegistrationRefused, TimeoutError):
                self.done["too late"] += 1

    async def _citizen_acts(self, place: int, dice: random.Random) -> None:
        phone = self._citizens[place]
        call = _first(phone, CallState.TALKING, CallState.RINGING, CallState.CALLING)
        if call is None:
            self.done["call"] += 1
            who = dice.choice([None, None, None, "anna", "erik", "maria"])
            await phone.dial(self.desk.public(who) if who else self.desk.main)
        elif dice.random() < 0.3:
            self.done["hang up"] += 1
            await call.hangup()
        elif call.state is CallState.TALKING and dice.random() < 0.3:
            self.done["press"] += 1
            await asyncio.gather(call.dtmf(dice.choice("0129")), return_exceptions=True)

    async def _colleague_acts(self, who: str, dice: random.Random) -> None:
        phone = self.desk.phones[who]
        rung, talk = _incoming(phone), _first(phone, CallState.TALKING)
        if rung is not None and dice.random() < 0.8:
            await self._heed(rung, dice)
        elif talk is not None:
            await self._talking(who, phone, talk, dice)
        else:
            await self._idle(who, phone, dice)

    async def _heed(self, rung: RawCall, dice: random.Random) -> None:
        refuses = dice.random() < 0.15
        self.done["refuse" if refuses else "answer"] += 1
        await (rung.reject(486) if refuses else rung.answer())

    async def _talking(self, who: str, phone: RawPhone, talk: RawCall, dice: random.Random) -> None:
        what = dice.choice(["hold", "unhold", "blind", "blind", "consult", "keys", "keys", "hang up", "stay", "stay"])
        self.done[what] += 1
        match what:
            case "hold":
                await talk.hold()
            case "unhold":
                await talk.unhold()
            case "blind":
                await talk.blind_transfer(self._target(dice))
            case "consult":
                await self._consult(phone, talk, dice)
            case "keys":
                keys = dice.choice([*KEYS, f"*{self._extension(dice)}#", f"**8{self._extension(dice)}#"])
                await asyncio.gather(talk.dtmf(keys), return_exceptions=True)
            case "hang up":
                await talk.hangup()
            case _:
                await asyncio.sleep(0.2)

    async def _consult(self, phone: RawPhone, talk: RawCall, dice: random.Random) -> None:
        """Hold, call, and complete sooner or later; or think better of it."""
        await talk.hold()
        second = await phone.dial(self._extension(dice))
        await asyncio.sleep(dice.uniform(0.1, 1.2))
        if dice.random() < 0.7:
            self.done["attended"] += 1
            await talk.attended_transfer(second)
        else:
            await second.hangup()
            await talk.unhold()

    async def _idle(self, who: str, phone: RawPhone, dice: random.Random) -> None:
        what = dice.choice(["dial", "code", "absent", "present", "unregister", "sign in", "nothing", "nothing"])
        self.done[what] += 1
        match what:
            case "dial":
                await phone.dial(self._target(dice))
            case "code":
                await phone.dial(dice.choice(CODES))
            case "absent":
                self.desk.absent(who)
            case "present":
                self.desk.present(who)
            case "unregister":
                await phone.unregister()
                await asyncio.sleep(dice.uniform(0.1, 0.6))
                await register(phone)
            case "sign in":
                await phone.dial("*20")
            case _:
                await asyncio.sleep(0.2)

    def _extension(self, dice: random.Random) -> str:
        return self.desk.extension(dice.choice(list(PEOPLE)))

    def _target(self, dice: random.Random) -> str:
        desk = self.desk
        special = [desk.end("20"), desk.end("99"), desk.end("00"), "*67", f"*8{desk.extension('erik')}", OUTSIDE]
        return dice.choice([self._extension(dice), self._extension(dice), *special])

    async def go_home(self) -> None:
        """Everybody hangs up."""
        phones = [*self.desk.phones.values(), *self._citizens]
        await asyncio.gather(*(_hang_up(phone) for phone in phones))

    async def close(self) -> None:
        await asyncio.gather(*(leave(phone) for phone in self.desk.phones.values()))


def _first(phone: RawPhone, *states: CallState) -> RawCall | None:
    return next((call for call in list(phone.calls.values()) if call.state in states), None)


def _incoming(phone: RawPhone) -> RawCall | None:
    calls = (call for call in reversed(phone.rung) if isinstance(call, RawCall))
    return next((call for call in calls if call.state is CallState.RINGING), None)


async def _hang_up(phone: RawPhone) -> None:
    """Also what comes to ring meanwhile, for a while."""
    for _ in range(60):
        calls = [call for call in list(phone.calls.values()) if call.state is not CallState.ENDED]
        if not calls:
            return
        await asyncio.gather(*(call.hangup() for call in calls), return_exceptions=True)
        await asyncio.sleep(0.1)
