"""The contract suite's parties as scripted ones."""

import asyncio

from switchboard.calls.ports import CallLeg, RingFailure
from switchboard.domain.diversion import PhoneState
from tests.asterisk.box import LONG
from tests.contracts.telephony_lab import OUTSIDE, WITHIN_S, Caller, Colleague, Then, Told, eventually
from tests.fakes.leg import MUSIC, RING_TONE, FakeLeg, Speech
from tests.fakes.telephony import FakePhone, FakeTelephony, talk_with

TONES = {"ring tone": RING_TONE, "music": MUSIC}


class FakeParty:
    def __init__(self, leg: FakeLeg | None = None) -> None:
        self._picked_up = leg
        self._since = 0

    @property
    def leg(self) -> FakeLeg:
        assert self._picked_up is not None
        return self._picked_up

    async def press(self, digits: str) -> None:
        self.leg.press(digits)

    async def hang_up(self) -> None:
        self.leg.leave()

    async def ended(self) -> None:
        async with asyncio.timeout(WITHIN_S):
            await self.leg.wait_gone()

    async def hears(self, what: str) -> None:
        wanted = f"sound:/sounds/sv/{what}" if what in ("one", "two") else TONES.get(what, talk_with(what))
        await eventually(lambda: wanted in self.leg.hears[self._since :] or self._talks_with(what))

    def _talks_with(self, who: str) -> bool:
        partner = (self.leg.talking_to or "").rpartition("-")[0]
        return self.leg.tone is None and partner == who

    def forget(self) -> None:
        self._since = len(self.leg.hears)

    async def hears_no_music(self) -> None:
        await eventually(lambda: self.leg.tone != MUSIC)


class FakeCaller(FakeParty):
    async def speaks(self) -> None:
        """Nothing to do: who talks is heard."""

    def will_say(self, seconds: float, then: Then) -> None:
        self.leg.speech = Speech(seconds, then)

    def prompts(self) -> list[str]:
        return [each.rpartition("/")[2] for each in self.leg.hears if each.startswith("sound:")]


class FakeColleague(FakeParty):
    def __init__(self, phone: FakePhone) -> None:
        super().__init__()
        self.phone = phone
        self.second: FakeLeg | None = None

    async def pick_up(self) -> None:
        await self.rings()
        self.phone.pick_up()
        self._picked_up = self.phone.leg

    def refuse_calls(self) -> None:
        self.phone.refuses = RingFailure.BUSY

    async def rings(self) -> None:
        await eventually(lambda: self.phone.ringing is not None)

    async def stops_ringing(self) -> None:
        await eventually(lambda: self.phone.ringing is None)

    async def unregister(self) -> None:
        self.phone.state = PhoneState.UNREGISTERED

    async def hold(self) -> None:
        self.leg.hold()

    async def unhold(self) -> None:
        self.leg.unhold()

    async def transfer(self, target: str) -> None:
        self.leg.transfer(target)

    async def transfer_to_second_call(self) -> None:
        assert self.second is not None
        self.leg.transfer_attended(self.second.id)

    async def told(self, what: Told) -> None:
        await eventually(lambda: self.leg.transfers[-1:] == [what])


class FakeLab:
    def __init__(self) -> None:
        self.telephony = FakeTelephony()
        self.telephony.missing_media = {"sound:/sounds/sv/missing"}
        self.telephony.media_seconds = {LONG: 5.3}
        self.recordings = self.telephony.recordings

    async def call(self) -> tuple[CallLeg, Caller]:
        leg = self.telephony.caller(f"caller-{len(self.telephony.legs)}")
        return leg, FakeCaller(leg)

    async def colleague(self, account: str) -> Colleague:
        return FakeColleague(self.telephony.phone(account))

    async def second_call(self, colleague: Colleague) -> CallLeg:
        assert isinstance(colleague, FakeColleague)
        account = colleague.phone.account
        colleague.second = self.telephony.caller(f"{account}-second", account)
        return colleague.second

    async def outside(self) -> Colleague:
        return FakeColleague(self.telephony.phone(OUTSIDE))

    async def left_over(self) -> list[str]:
        return self.telephony.left_over()
