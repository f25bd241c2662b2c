"""The far end of a telephony for the contract suite: one face over scripted parties and over real SIP telephones."""

import asyncio
from collections.abc import Callable
from typing import Literal, Protocol

from switchboard.calls.ports import (
    CallLeg,
    OutsideRequest,
    RecordingLimits,
    Recordings,
    RingFailure,
    RingingLeg,
    RingRequest,
    Telephony,
)

Then = Literal["silence", "hash", "hang_up"]
Account = Literal["anna", "erik"]
Told = Literal["accepted", "declined"]
LIMITS = RecordingLimits(max_seconds=20, silence_seconds=2)
WITHIN_S = 10.0
OUTSIDE = "+46705556677"


def request(leg: CallLeg, account: str, timeout_s: float = 10.0) -> RingRequest:
    return RingRequest(leg.id, account, "Norrby: Åsa", "+46701234567", timeout_s)


def outside_request(leg: CallLeg, number: str = OUTSIDE) -> OutsideRequest:
    return OutsideRequest(leg.id, number, "Norrby kommun", "+46980319000", 10.0)


async def answered(rung: RingingLeg | RingFailure) -> CallLeg:
    assert not isinstance(rung, RingFailure)
    leg = await rung.answered()
    assert not isinstance(leg, RingFailure)
    return leg


class Party(Protocol):
    """Somebody on a telephone. What is heard counts since the last `forget`."""

    async def press(self, digits: str) -> None: ...
    async def hang_up(self) -> None: ...
    async def ended(self) -> None: ...
    async def hears(self, what: str) -> None:
        """`one`, `two`, `ring tone`, `music`, or by name another party who speaks: `caller`, `anna`, `erik`."""

    def forget(self) -> None: ...
    async def hears_no_music(self) -> None:
        """Any more."""


class Caller(Party, Protocol):
    async def speaks(self) -> None:
        """From now on."""

    def will_say(self, seconds: float, then: Then) -> None:
        """What the caller does at the next beep; the word is given just before `record`."""

    def prompts(self) -> list[str]:
        """Heard to their end."""


class Colleague(Party, Protocol):
    async def pick_up(self) -> None:
        """Wait until it rings, then answer and speak."""

    def refuse_calls(self) -> None: ...
    async def rings(self) -> None: ...
    async def stops_ringing(self) -> None: ...
    async def unregister(self) -> None: ...
    async def hold(self) -> None: ...
    async def unhold(self) -> None: ...
    async def transfer(self, target: str) -> None:
        """The phone's transfer button."""

    async def transfer_to_second_call(self) -> None:
        """Join the other party with the one of the second call."""

    async def told(self, what: Told) -> None:
        """Of the transfer that was asked for."""


class Lab(Protocol):
    @property
    def telephony(self) -> Telephony: ...
    @property
    def recordings(self) -> Recordings: ...
    async def call(self) -> tuple[CallLeg, Caller]:
        """A new call, not answered yet."""

    async def colleague(self, account: Account) -> Colleague:
        """With a registered phone."""

    async def second_call(self, colleague: Colleague) -> CallLeg:
        """A colleague who talks already calls us from the same phone."""

    async def outside(self) -> Colleague:
        """Whoever answers calls to `OUTSIDE`."""

    async def left_over(self) -> list[str]: ...


async def eventually(condition: Callable[[], bool], within: float = WITHIN_S) -> None:
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - telephones announce nothing to us
            await asyncio.sleep(0.02)
