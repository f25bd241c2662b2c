"""Ringing phones, letting two talk, and what goes on between them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from switchboard.calls.ports.parties import CallLeg, HangupCause
from switchboard.domain.call import IncomingCall
from switchboard.domain.diversion import PhoneState


class RingFailure(StrEnum):
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    UNREGISTERED = "unregistered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RingRequest:
    """Ring one device. `pii_display_name` and `pii_display_number` are shown on the phone."""

    call_id: str
    account: str
    pii_display_name: str
    pii_display_number: str
    timeout_s: float


@dataclass(frozen=True, slots=True)
class OutsideRequest:
    """Dial `number` (E.164, or an emergency number) through the trunk. `pii_shown_number` is what they see."""

    call_id: str
    number: str
    pii_shown_name: str
    pii_shown_number: str
    timeout_s: float


class RingingLeg(Protocol):
    """A phone that was asked to ring."""

    async def answered(self) -> "CallLeg | RingFailure":
        """Wait until it answers, refuses, or the time is over."""

    async def cancel(self, cause: HangupCause) -> None:
        """Stop ringing; harmless when over."""


@dataclass(frozen=True, slots=True)
class Left:
    """The leg has ended."""

    leg: CallLeg


@dataclass(frozen=True, slots=True)
class HoldChanged:
    """The phone put the other party on hold (who then hears music), or took them back."""

    leg: CallLeg
    held: bool


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A digit, `*` or `#`. It is also kept for `CallLeg.digit`."""

    leg: CallLeg
    digit: str


@dataclass(frozen=True, slots=True)
class BlindTransfer:
    """The leg's phone asked to send the other party to `target`: whatever was typed (RFC 3515 REFER)."""

    leg: CallLeg
    target: str


@dataclass(frozen=True, slots=True)
class AttendedTransfer:
    """The leg's phone asked to join the other party with whom it talks in another call of its own (REFER with
    Replaces, RFC 3891). `consultation` is the id of the phone's leg in that call."""

    leg: CallLeg
    consultation: str


TalkEvent = Left | HoldChanged | KeyPressed | BlindTransfer | AttendedTransfer


class Joined(Protocol):
    """Two legs that hear each other. What happens to either is kept in order until asked for."""

    async def event(self) -> TalkEvent:
        """The next thing that happens. `Left` comes for each leg that ends; cancelling loses nothing."""

    async def part(self) -> None:
        """Neither hears the other any more; both stay. Once it returns either may be rung, played to, or joined
        again. Harmless when done; never raises."""


@dataclass(frozen=True, slots=True)
class Stray:
    """A call that Asterisk still holds for us although nobody here follows it: what a crash left behind.

    `talking`: it is in a bridge with another party. Whether it is being recorded, our own pending rows say.
    """

    call: IncomingCall
    leg: CallLeg
    talking: bool


class Lamp(StrEnum):
    """Off, lit, blinking, and not available."""

    IDLE = "idle"
    BUSY = "busy"
    HELD = "held"
    AWAY = "away"


class Telephony(Protocol):
    async def ring(self, request: RingRequest | OutsideRequest) -> RingingLeg | RingFailure: ...
    async def join(self, one: CallLeg, other: CallLeg) -> Joined:
        """Silences both and lets them talk. LegGone: `one` has left. TelephonyFault: `other` has, or Asterisk refused;
        `one` is then as it was."""

    async def rejoin(self, stray: Stray) -> tuple[Joined, CallLeg]:
        """A talk that went on without us, and the party that the stray talks with."""

    async def tell(self, account: str, text: str) -> None:
        """Show a short text on a phone (SIP MESSAGE). Never raises: a phone need not be able to."""

    async def show_lamp(self, name: str, lit: Lamp) -> None:
        """Busy lamp `name` (letters, digits, `-`) for phones that subscribe to its hint. Never raises."""

    async def show_messages(self, mailbox: str, new: int, old: int) -> bool:
        """The message lamp of every phone that has `mailbox` (digits). Never raises; False: it could not be shown."""

    async def phone_states(self, accounts: Sequence[str]) -> Mapping[str, PhoneState]: ...

    async def strays(self, followed: Callable[[str], bool]) -> Sequence[Stray]:
        """Callers' channels of ours that are not `followed`, and none of the phones' legs that they talk with.

        A phone's leg that belongs to no caller any more is hung up.
        """
