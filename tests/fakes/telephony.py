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
    Joined,
    Lamp,
    LegGone,
    OutsideRequest,
    RingFailure,
    RingingLeg,
    RingRequest,
    Stray,
    TelephonyFault,
)
from switchboard.domain.call import IncomingCall
from switchboard.domain.diversion import PhoneState
from tests.fakes.leg import FakeLeg
from tests.fakes.stage import Stage
from tests.fakes.talk import FakeJoined

ABANDONED_AFTER_SECONDS = 0.25


def talk_with(name: str) -> str:
    return f"<talk with {name}>"


@dataclass(slots=True)
class FakePhone:
    """A device, or an outside telephone by its number. `answers_after` None: nobody answers; `refuses` is what it does
    instead. `on_answer` is told of each leg as it is picked up.

    A busy phone still rings when it is asked to: Asterisk gives it a second call. One that has a leg, or
    rings, is busy.
    """

    telephony: "FakeTelephony"
    account: str
    state: PhoneState = PhoneState.FREE
    answers_after: float | None = None
    refuses: RingFailure | None = None
    refuses_after: float = 0.0
    talks_for: float | None = None
    rung: list[RingRequest] = field(default_factory=list)
    dialled: list[OutsideRequest] = field(default_factory=list)
    ringing: "FakeRinging | None" = None
    stopped_with: list[HangupCause | RingFailure] = field(default_factory=list)
    legs: list[FakeLeg] = field(default_factory=list)
    on_answer: Callable[[FakeLeg], object] | None = None

    @property
    def leg(self) -> FakeLeg:
        """The latest one."""
        return self.legs[-1]

    def pick_up(self) -> None:
        """The person answers now."""
        if self.ringing is not None:
            self.ringing.pick_up()


class FakeRinging:
    """A ringing phone. Who cancels the wait keeps the duty to call `cancel`; the phone stops soon anyway."""

    def __init__(self, phone: FakePhone, request: RingRequest | OutsideRequest) -> None:
        loop = asyncio.get_running_loop()
        self._phone = phone
        self._account = request.account if isinstance(request, RingRequest) else None
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
        name = f"{self._phone.account}-{len(self._phone.legs) + 1}"
        leg = FakeLeg(self._phone.telephony, name, self._account)
        leg.answered_at = asyncio.get_running_loop().time()
        self._phone.legs.append(leg)
        self._phone.telephony.legs.append(leg)
        self._stop(leg)
        if self._phone.on_answer is not None:
            self._phone.on_answer(leg)

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
    """The stage with its phones. `told`, `lamps` and `message_lamps` (new and old messages by mailbox, `lamps_shown` in
    order) show what was sent to phones; `lamps_broken` True: Asterisk does not show them."""

    def __init__(self, hang_up_after_steps: int | None = None, who_hangs_up: str | None = None) -> None:
        super().__init__(hang_up_after_steps, who_hangs_up)
        self.phones: dict[str, FakePhone] = {}
        self.bridges = 0
        self.told: list[tuple[str, str]] = []
        self.lamps: dict[str, Lamp] = {}
        self.message_lamps: dict[str, tuple[int, int]] = {}
        self.lamps_shown: list[tuple[str, int, int]] = []
        self.lamps_broken = False
        self.left_behind: list[Stray] = []
        self._partners: dict[str, FakeLeg] = {}

    def stray(self, call: IncomingCall, partner: FakeLeg | None = None) -> FakeLeg:
        """A call that a crash left behind: talking with `partner`, or alone (`going_on`: being recorded)."""
        leg = self.caller(call.id, call.account)
        if partner is not None:
            self._partners[call.id] = partner
        self.left_behind.append(Stray(call, leg, partner is not None))
        return leg

    def caller(self, name: str = "caller-1", account: str | None = None) -> FakeLeg:
        """Somebody who calls us: from outside, or from the phone `account`."""
        leg = FakeLeg(self, name, account)
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

    async def ring(self, request: RingRequest | OutsideRequest) -> RingingLeg | RingFailure:
        await self.step()
        self.fail_if_asked("ring_phone")
        phone = self.phones.get(request.account if isinstance(request, RingRequest) else request.number)
        if phone is None or phone.state is PhoneState.UNREGISTERED:
            return RingFailure.UNREGISTERED if isinstance(request, RingRequest) else RingFailure.FAILED
        if isinstance(request, RingRequest):
            phone.rung.append(request)
        else:
            phone.dialled.append(request)
        ringing = FakeRinging(phone, request)
        try:
            await self.step()
        except asyncio.CancelledError:
            await ringing.cancel(HangupCause.NORMAL)
            raise
        return ringing

    async def join(self, one: CallLeg, other: CallLeg) -> Joined:
        assert isinstance(one, FakeLeg)
        assert isinstance(other, FakeLeg)
        for leg in (one, other):
            assert leg.acting is None, f"{leg.name} is joined while {leg.acting} goes on"
            assert leg.tells is None, f"{leg.name} is joined twice"
        await self.step()
        self.fail_if_asked("join")
        if one.gone:
            raise LegGone
        if other.gone:
            raise TelephonyFault("the other party left before the talk began")
        joined = FakeJoined(self, one, other)
        self._begin(joined)
        try:
            await self.step()
        except asyncio.CancelledError:
            joined.end()
            raise
        return joined

    async def rejoin(self, stray: Stray) -> tuple[Joined, CallLeg]:
        partner = self._partners.pop(stray.call.id)
        assert isinstance(stray.leg, FakeLeg)
        await self.step()
        return FakeJoined(self, stray.leg, partner), partner

    async def tell(self, account: str, text: str) -> None:
        await self.step()
        self.told.append((account, text))

    async def show_lamp(self, name: str, lit: Lamp) -> None:
        await self.step()
        self.lamps[name] = lit

    async def show_messages(self, mailbox: str, new: int, old: int) -> bool:
        await self.step()
        if self.lamps_broken:
            return False
        self.message_lamps[mailbox] = (new, old)
        self.lamps_shown.append((mailbox, new, old))
        return True

    async def phone_states(self, accounts: Sequence[str]) -> Mapping[str, PhoneState]:
        await self.step()
        self.fail_if_asked("phone_states")
        return {account: self.state_of(account) for account in accounts}

    def state_of(self, account: str) -> PhoneState:
        phone = self.phones.get(account)
        if phone is None:
            return PhoneState.UNREGISTERED
        in_use = phone.ringing or any(leg.account == account and not leg.gone for leg in self.legs)
        return PhoneState.BUSY if in_use and phone.state is PhoneState.FREE else phone.state

    async def strays(self, followed: Callable[[str], bool]) -> Sequence[Stray]:
        await self.step()
        self.fail_if_asked("strays")
        return [each for each in self.left_behind if not each.leg.gone and not followed(each.call.id)]

    def _begin(self, joined: FakeJoined) -> None:
        one, other = joined.one, joined.other
        one.tone = other.tone = None
        for leg, partner in ((one, other), (other, one)):
            leg.talking_to = partner.name
            leg.hear(talk_with(partner.name.rpartition("-")[0]))
        phone = self.phones.get(other.name.rpartition("-")[0])
        if phone is not None and phone.talks_for is not None:
            other.hang_up_after(phone.talks_for)
