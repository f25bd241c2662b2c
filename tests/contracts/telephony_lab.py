"""The far end of a telephony for the contract suite: one face over scripted parties and over real SIP telephones."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Literal, Protocol

from switchboard.calls.ports import CallLeg, RecordingLimits, Recordings, RingFailure, RingRequest, Telephony
from switchboard.domain.diversion import PhoneState
from tests.acceptance.asterisk_box import AsteriskBox
from tests.asterisk.box import LONG
from tests.asterisk.exchange import PHONES, Exchange, open_exchange
from tests.callers.phone import CallState, PhoneAccount, PhoneCall
from tests.callers.raw_sip import RawPhone
from tests.fakes.leg import MUSIC, RING_TONE, FakeLeg, Speech
from tests.fakes.telephony import FakePhone, FakeTelephony, talk_with
from tests.hearing.noise import speech_like, tone

Then = Literal["silence", "hash", "hang_up"]
LIMITS = RecordingLimits(max_seconds=20, silence_seconds=2)
WITHIN_S = 5.0


def request(leg: CallLeg, account: str, timeout_s: float = 10.0) -> RingRequest:
    return RingRequest(leg.id, account, "Norrby: Åsa", "+46701234567", timeout_s)


class Caller(Protocol):
    async def press(self, digits: str) -> None: ...
    async def hang_up(self) -> None: ...
    def will_say(self, seconds: float, then: Then) -> None:
        """What the caller does at the next beep; the word is given just before `record`."""

    async def hears(self, what: Literal["one", "two", "ring tone", "music", "anna"]) -> None: ...
    def prompts(self) -> list[str]:
        """Heard to their end."""

    async def ended(self) -> None: ...


class Colleague(Protocol):
    async def pick_up(self) -> None:
        """Wait until it rings, then answer."""

    def refuse_calls(self) -> None: ...
    async def rings(self) -> None: ...
    async def stops_ringing(self) -> None: ...
    async def hang_up(self) -> None: ...
    async def unregister(self) -> None: ...
    async def ended(self) -> None: ...


class Lab(Protocol):
    @property
    def telephony(self) -> Telephony: ...
    @property
    def recordings(self) -> Recordings: ...
    async def call(self) -> tuple[CallLeg, Caller]:
        """A new call, not answered yet."""

    async def colleague(self, account: Literal["anna", "erik"]) -> Colleague:
        """With a registered phone."""

    async def left_over(self) -> list[str]: ...


async def eventually(condition: Callable[[], bool], within: float = WITHIN_S) -> None:
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - telephones announce nothing to us
            await asyncio.sleep(0.02)


# --- scripted


class FakeCaller:
    def __init__(self, leg: FakeLeg) -> None:
        self._leg = leg

    async def press(self, digits: str) -> None:
        self._leg.press(digits)

    async def hang_up(self) -> None:
        self._leg.leave()

    def will_say(self, seconds: float, then: Then) -> None:
        self._leg.speech = Speech(seconds, then)

    async def hears(self, what: str) -> None:
        wanted = {"ring tone": RING_TONE, "music": MUSIC, "anna": talk_with("anna")}.get(
            what, f"sound:/sounds/sv/{what}"
        )
        await eventually(lambda: wanted in self._leg.hears)

    def prompts(self) -> list[str]:
        return [each.rpartition("/")[2] for each in self._leg.hears if each.startswith("sound:")]

    async def ended(self) -> None:
        async with asyncio.timeout(WITHIN_S):
            await self._leg.wait_gone()


class FakeColleague:
    def __init__(self, phone: FakePhone) -> None:
        self._phone = phone

    async def pick_up(self) -> None:
        await self.rings()
        self._phone.pick_up()

    def refuse_calls(self) -> None:
        self._phone.refuses = RingFailure.BUSY

    async def rings(self) -> None:
        await eventually(lambda: self._phone.ringing is not None)

    async def stops_ringing(self) -> None:
        await eventually(lambda: self._phone.ringing is None)

    async def hang_up(self) -> None:
        self._phone.legs[-1].leave()

    async def unregister(self) -> None:
        self._phone.state = PhoneState.UNREGISTERED

    async def ended(self) -> None:
        await eventually(lambda: self._phone.legs[-1].gone)


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

    async def left_over(self) -> list[str]:
        return self.telephony.left_over()


# --- real


class RealCaller:
    def __init__(self, call: PhoneCall) -> None:
        self._call = call
        self._speech: asyncio.Task[None] | None = None

    async def press(self, digits: str) -> None:
        await self._call.dtmf(digits)

    async def hang_up(self) -> None:
        await self._call.hangup()

    def will_say(self, seconds: float, then: Then) -> None:
        self._speech = asyncio.create_task(self._say(seconds, then))

    async def _say(self, seconds: float, then: Then) -> None:
        await self._call.until(lambda: bool(self._call.heard.after(self._call.heard.until - 0.3).sounds), WITHIN_S)
        await asyncio.sleep(0.4)  # the beep
        await self._call.play(speech_like(seconds))
        await asyncio.sleep(seconds)
        if then == "hash":
            await self._call.dtmf("#")
        elif then == "hang_up":
            await self._call.hangup()

    async def hears(self, what: str) -> None:
        call = self._call
        match what:
            case "ring tone":
                await call.hears(lambda heard: heard.ringing or call.state is CallState.RINGING, WITHIN_S, what)
            case "music":
                await call.hears(lambda heard: heard.music, WITHIN_S, what)
            case "anna":
                await call.hears(lambda heard: heard.tone(700), WITHIN_S, what)
            case _:
                await call.hears_prompt(f"sv/{what}", within=WITHIN_S)

    async def heard_nothing_for(self, seconds: float) -> None:
        call = self._call
        await call.hears(lambda heard: heard.quiet_for >= seconds, seconds + 2.0, f"{seconds:g} s of silence")

    def prompts(self) -> list[str]:
        return [name.removeprefix("sv/") for name in self._call.heard.prompts]

    async def ended(self) -> None:
        await self._call.ended(WITHIN_S)


class RealColleague:
    def __init__(self, phone: RawPhone) -> None:
        self._phone = phone
        self._ringing: PhoneCall | None = None

    async def pick_up(self) -> None:
        await self.rings()
        assert self._ringing is not None
        await self._ringing.answer()
        await self._ringing.play_on(tone(700, 1.0))

    def refuse_calls(self) -> None:
        self._phone.refuses_with = 486

    async def rings(self) -> None:
        self._ringing = self._ringing or await self._phone.wait_incoming(WITHIN_S)

    async def stops_ringing(self) -> None:
        for call in self._phone.rung:
            await call.ended(WITHIN_S)

    async def hang_up(self) -> None:
        assert self._ringing is not None
        await self._ringing.hangup()

    async def unregister(self) -> None:
        await self._phone.unregister()

    async def ended(self) -> None:
        assert self._ringing is not None
        await self._ringing.ended(WITHIN_S)


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
        await phone.register()
        self._stack.push_async_callback(phone.unregister)
        return RealColleague(phone)

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
