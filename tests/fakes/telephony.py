"""Telephony without telephones: the ports' semantics on `asyncio.sleep` and the loop's clock alone.

    telephony = FakeTelephony()
    caller = telephony.caller()
    caller.on_hearing("menu", lambda: caller.press("1"))
    anna = telephony.phone("anna", answers_after=3)
    …
    assert caller.hears == ["sound:welcome", RING_TONE, talk_with("anna")]
    assert telephony.left_over() == []

`hang_up_after_steps=n` makes the first caller hang up at the n-th point at which the story gives control
away; count them with `telephony.steps` in an undisturbed run. Other fakes may add points of their own with
`await telephony.step()`.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from switchboard.calls.ports import (
    CallLeg,
    HangupCause,
    LegGone,
    RingFailure,
    RingingLeg,
    RingRequest,
    Stray,
    TelephonyFault,
)
from switchboard.domain.call import IncomingCall
from switchboard.domain.diversion import PhoneState
from tests.fakes.leg import FakeLeg, Stage

ABANDONED_AFTER_SECONDS = 0.25


def talk_with(name: str) -> str:
    return f"<talk with {name}>"


@dataclass(slots=True)
class FakePhone:
    """A device. `answers_after` None: nobody answers; `refuses` is what it does instead.

    A busy phone still rings when it is asked to: Asterisk gives it a second call.
    """

    telephony: "FakeTelephony"
    account: str
    state: PhoneState = PhoneState.FREE
    answers_after: float | None = None
    refuses: RingFailure | None = None
    refuses_after: float = 0.0
    talks_for: float | None = None
    rung: list[RingRequest] = field(default_factory=list)
    ringing: "FakeRinging | None" = None
    stopped_with: list[HangupCause | RingFailure] = field(default_factory=list)
    legs: list[FakeLeg] = field(default_factory=list)

    def pick_up(self) -> None:
        """The person answers now."""
        if self.ringing is not None:
            self.ringing.pick_up()


class FakeRinging:
    """A ringing phone. Who cancels the wait keeps the duty to call `cancel`; the phone stops soon anyway."""

    def __init__(self, phone: FakePhone, request: RingRequest) -> None:
        loop = asyncio.get_running_loop()
        self._phone = phone
        self._result: asyncio.Future[FakeLeg | RingFailure] = loop.create_future()
        self._taken = False
        self._timers = [loop.call_later(request.timeout_s, self._fail, RingFailure.NO_ANSWER)]
        if phone.refuses is not None:
            self._timers.append(loop.call_later(phone.refuses_after, self._fail, phone.refuses))
        elif phone.answers_after is not None:
            self._timers.append(loop.call_later(phone.answers_after, self.pick_up))
        phone.ringing = self

    def pick_up(self) -> None:
        if self._result.done():
            return
        leg = FakeLeg(self._phone.telephony, f"{self._phone.account}-{len(self._phone.legs) + 1}")
        leg.answered_at = asyncio.get_running_loop().time()
        self._phone.legs.append(leg)
        self._phone.telephony.legs.append(leg)
        self._stop(leg)

    async def answered(self) -> CallLeg | RingFailure:
        try:
            await self._phone.telephony.step()
            result = await asyncio.shield(self._result)
            await self._phone.telephony.step()
        except asyncio.CancelledError:
            self._timers.append(asyncio.get_running_loop().call_later(ABANDONED_AFTER_SECONDS, self._abandon))
            raise
        self._taken = True
        return result

    async def cancel(self, cause: HangupCause) -> None:
        await self._phone.telephony.step()
        self._give_up(cause)

    def _abandon(self) -> None:
        self._give_up(HangupCause.NORMAL)

    def _give_up(self, cause: HangupCause) -> None:
        if self._taken:
            return
        if not self._result.done():
            self._phone.stopped_with.append(cause)
            self._stop(RingFailure.NO_ANSWER)
        elif isinstance(leg := self._result.result(), FakeLeg):
            leg.end(cause)

    def _fail(self, failure: RingFailure) -> None:
        if not self._result.done():
            self._phone.stopped_with.append(failure)
            self._stop(failure)

    def _stop(self, result: FakeLeg | RingFailure) -> None:
        self._result.set_result(result)
        for timer in self._timers:
            timer.cancel()
        if self._phone.ringing is self:
            self._phone.ringing = None


class FakeTelephony(Stage):
    """The stage with its phones."""

    def __init__(self, hang_up_after_steps: int | None = None) -> None:
        super().__init__(hang_up_after_steps)
        self.phones: dict[str, FakePhone] = {}
        self.bridges = 0
        self.left_behind: list[Stray] = []
        self._partners: dict[str, FakeLeg] = {}

    def stray(self, call: IncomingCall, partner: FakeLeg | None = None) -> FakeLeg:
        """A call that a crash left behind: talking with `partner`, or alone (`going_on`: being recorded)."""
        leg = self.caller(call.id)
        if partner is not None:
            self._partners[call.id] = partner
        self.left_behind.append(Stray(call, leg, partner is not None))
        return leg

    def caller(self, name: str = "caller-1") -> FakeLeg:
        leg = FakeLeg(self, name)
        self.legs.append(leg)
        return leg

    def phone(
        self,
        account: str,
        state: PhoneState = PhoneState.FREE,
        answers_after: float | None = None,
        refuses: RingFailure | None = None,
        talks_for: float | None = None,
    ) -> FakePhone:
        phone = FakePhone(self, account, state, answers_after, refuses, talks_for=talks_for)
        self.phones[account] = phone
        return phone

    def left_over(self) -> list[str]:
        """What a clean end of all calls would have ended."""
        alive = [f"leg {leg.name}" for leg in self.legs if not leg.gone]
        acting = [f"{leg.acting} on {leg.name}" for leg in self.legs if leg.acting]
        ringing = [f"ringing {phone.account}" for phone in self.phones.values() if phone.ringing]
        return alive + acting + ringing + [f"{self.bridges} bridges"] * bool(self.bridges)

    # Telephony

    async def ring(self, request: RingRequest) -> RingingLeg | RingFailure:
        await self.step()
        self.fail_if_asked("ring_phone")
        phone = self.phones.get(request.account)
        if phone is None or phone.state is PhoneState.UNREGISTERED:
            return RingFailure.UNREGISTERED
        phone.rung.append(request)
        ringing = FakeRinging(phone, request)
        try:
            await self.step()
        except asyncio.CancelledError:
            await ringing.cancel(HangupCause.NORMAL)
            raise
        return ringing

    async def connect(self, caller: CallLeg, answerer: CallLeg) -> None:
        assert isinstance(caller, FakeLeg)
        assert isinstance(answerer, FakeLeg)
        self.bridges += 1
        try:
            await self._begin_talk(caller, answerer)
            await _first_gone(caller, answerer)
        finally:
            self.bridges -= 1
            caller.talking_to = answerer.talking_to = None
            answerer.end(HangupCause.NORMAL)
        caller.end(HangupCause.NORMAL)

    async def phone_states(self, accounts: Sequence[str]) -> Mapping[str, PhoneState]:
        await self.step()
        self.fail_if_asked("phone_states")
        return {
            account: self.phones[account].state if account in self.phones else PhoneState.UNREGISTERED
            for account in accounts
        }

    async def strays(self, followed: Callable[[str], bool]) -> Sequence[Stray]:
        await self.step()
        self.fail_if_asked("strays")
        return [each for each in self.left_behind if not each.leg.gone and not followed(each.call.id)]

    async def watch_talk(self, stray: Stray) -> None:
        caller, partner = stray.leg, self._partners.pop(stray.call.id)
        assert isinstance(caller, FakeLeg)
        try:
            await self.step()
            await _first_gone(caller, partner)
        finally:
            partner.end(HangupCause.NORMAL)
        caller.end(HangupCause.NORMAL)

    async def _begin_talk(self, caller: FakeLeg, answerer: FakeLeg) -> None:
        await self.step()
        self.fail_if_asked("connect")
        if caller.gone:
            raise LegGone
        if answerer.gone:
            raise TelephonyFault("the answering party left before the talk began")
        caller.tone = answerer.tone = None
        caller.talking_to, answerer.talking_to = answerer.name, caller.name
        account = answerer.name.rpartition("-")[0]
        caller.hear(talk_with(account))
        phone = self.phones.get(account)
        if phone is not None and phone.talks_for is not None:
            answerer.hang_up_after(phone.talks_for)
        await self.step()


async def _first_gone(*legs: FakeLeg) -> None:
    waits = [asyncio.ensure_future(leg.wait_gone()) for leg in legs]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
