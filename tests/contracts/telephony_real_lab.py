"""The contract suite's parties as real SIP telephones on a real Asterisk."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from switchboard.calls.ports import CallLeg
from tests.acceptance.asterisk_box import AsteriskBox
from tests.acceptance.registering import register
from tests.asterisk.box import trunk_port
from tests.asterisk.exchange import PHONES, Exchange, open_exchange
from tests.callers.phone import CallState, PhoneAccount, PhoneCall
from tests.callers.raw_sip import RawPhone
from tests.contracts.telephony_lab import WITHIN_S, Caller, Colleague, Then, Told
from tests.hearing.heard import Heard
from tests.hearing.noise import speech_like, tone

VOICES = {"caller": 1300, "anna": 700, "erik": 900, "outside": 1100}
QUIET_S = 0.7


class RealParty:
    def __init__(self, call: PhoneCall | None = None) -> None:
        self._picked_up = call
        self._since = 0.0

    @property
    def call(self) -> PhoneCall:
        assert self._picked_up is not None
        return self._picked_up

    async def press(self, digits: str) -> None:
        await self.call.dtmf(digits)

    async def hang_up(self) -> None:
        await self.call.hangup()

    async def ended(self) -> None:
        await self.call.ended(WITHIN_S)

    async def hears(self, what: str) -> None:
        call = self.call
        match what:
            case "ring tone":
                await call.hears(lambda _: self._lately.ringing or call.state is CallState.RINGING, WITHIN_S, what)
            case "music":
                await call.hears(lambda _: self._lately.music, WITHIN_S, what)
            case "one" | "two":
                await call.hears(lambda _: self._lately.says(f"sv/{what}"), WITHIN_S, what)
            case _:
                await call.hears(lambda _: self._lately.tone(VOICES[what]), WITHIN_S, what)

    def forget(self) -> None:
        self._since = self.call.heard.until

    @property
    def _lately(self) -> Heard:
        return _from(self.call.heard, self._since)

    async def hears_no_music(self) -> None:
        heard_until = max(self._since, self.call.heard.until)

        def quiet(heard: Heard) -> bool:
            return heard.until > heard_until + QUIET_S and not _from(heard, heard.until - QUIET_S).music

        await self.call.hears(quiet, WITHIN_S, "no music")


def _from(heard: Heard, second: float) -> Heard:
    """What began before counts from then on."""
    since = (replace(each, start=max(each.start, second)) for each in heard.sounds)
    return Heard(tuple(each for each in since if each.end > each.start), heard.until)


class RealCaller(RealParty):
    _speech: "asyncio.Task[None] | None" = None

    async def speaks(self) -> None:
        await self.call.play_on(tone(VOICES["caller"], 1.0))

    def will_say(self, seconds: float, then: Then) -> None:
        self._speech = asyncio.create_task(self._say(seconds, then))

    async def _say(self, seconds: float, then: Then) -> None:
        call = self.call
        await call.until(lambda: bool(call.heard.after(call.heard.until - 0.3).sounds), WITHIN_S)
        await asyncio.sleep(0.4)  # the beep
        await call.play(speech_like(seconds))
        await asyncio.sleep(seconds)
        if then == "hash":
            await call.dtmf("#")
        elif then == "hang_up":
            await call.hangup()

    async def heard_nothing_for(self, seconds: float) -> None:
        await self.call.hears(lambda heard: heard.quiet_for >= seconds, seconds + 2.0, f"{seconds:g} s of silence")

    def prompts(self) -> list[str]:
        return [name.removeprefix("sv/") for name in self.call.heard.prompts]


class RealColleague(RealParty):
    def __init__(self, phone: RawPhone, voice: int) -> None:
        super().__init__()
        self.phone = phone
        self._voice = voice
        self.second: PhoneCall | None = None

    async def pick_up(self) -> None:
        await self.rings()
        await self.call.answer()
        await self.call.play_on(tone(self._voice, 1.0))

    def refuse_calls(self) -> None:
        self.phone.refuses_with = 486

    async def rings(self) -> None:
        self._picked_up = self._picked_up or await self.phone.wait_incoming(WITHIN_S)

    async def stops_ringing(self) -> None:
        for call in self.phone.rung:
            await call.ended(WITHIN_S)

    async def unregister(self) -> None:
        await self.phone.unregister()

    async def hold(self) -> None:
        await self.call.hold()

    async def unhold(self) -> None:
        await self.call.unhold()

    async def transfer(self, target: str) -> None:
        await self.call.blind_transfer(target)

    async def transfer_to_second_call(self) -> None:
        assert self.second is not None
        await self.call.attended_transfer(self.second)

    async def told(self, what: Told) -> None:
        code = 200 if what == "accepted" else 603
        await self.call.until(lambda: code in self.call.transfer_codes, WITHIN_S, f"its transfer {what}")


class RealLab:
    def __init__(self, box: AsteriskBox, names: dict[int, str], exchange: Exchange, stack: AsyncExitStack) -> None:
        self.exchange = exchange
        self.telephony = exchange.telephony
        self.recordings = exchange.recordings
        self._box = box
        self._names = names
        self._stack = stack

    async def call(self) -> tuple[CallLeg, Caller]:
        account = PhoneAccount("+46701234567", self._box.server, sounds=self._names)
        phone = await self._stack.enter_async_context(RawPhone(account))
        dialled = await phone.dial("+46980319210")
        _, leg = await self.exchange.next_call()
        return leg, RealCaller(dialled)

    async def colleague(self, account: str) -> Colleague:
        place = PhoneAccount(account, self._box.server, PHONES[account], sounds=self._names)
        phone = await self._stack.enter_async_context(RawPhone(place))
        await register(phone, self._box)
        self._stack.push_async_callback(phone.unregister)
        return RealColleague(phone, VOICES[account])

    async def second_call(self, colleague: Colleague) -> CallLeg:
        assert isinstance(colleague, RealColleague)
        colleague.second = await colleague.phone.dial("102")
        _, leg = await self.exchange.next_call()
        return leg

    async def outside(self) -> Colleague:
        place = PhoneAccount("provider", self._box.server, sounds=self._names)
        phone = await self._stack.enter_async_context(RawPhone(place, port=trunk_port(self._box)))
        return RealColleague(phone, VOICES["outside"])

    async def left_over(self) -> list[str]:
        """A hang-up takes Asterisk a moment."""
        left: list[str] = []
        for _ in range(50):
            channels = await self.exchange.client.request("GET", "channels")
            bridges = await self.exchange.client.request("GET", "bridges")
            left = [*(each["name"] for each in channels), *(each["id"] for each in bridges)]
            if not left and len(self.exchange.channels) == 0:
                return []
            await asyncio.sleep(0.05)
        return left or [f"{len(self.exchange.channels)} channels held"]


@asynccontextmanager
async def real_lab(box: AsteriskBox, names: dict[int, str]) -> AsyncIterator[RealLab]:
    async with open_exchange(box) as exchange, AsyncExitStack() as stack:
        yield RealLab(box, names, exchange, stack)
        assert exchange.log.events("exception") == []
