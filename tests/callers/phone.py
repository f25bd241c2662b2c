"""The face that every test telephone has, whatever SIP stack is behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from tests.callers.recording import Recording
from tests.hearing.heard import Heard
from tests.hearing.pcm import Pcm


class CallState(StrEnum):
    CALLING = "calling"
    """Dialled; nothing but 100 has come back."""
    RINGING = "ringing"
    """Dialled and 180 or 183 has come back; or rung and not answered yet."""
    TALKING = "talking"
    ENDED = "ended"


class DidNotHappen(AssertionError):
    """What a test waited for did not happen in time; the text says what was heard instead."""


class RegistrationRefused(Exception):
    """The registrar did not accept the phone."""


class SubscriptionRefused(Exception):
    """The state of an extension may not be watched, or there is none."""


class NotOnThisPhone(Exception):
    """This SIP stack cannot do it; use another of the phones."""


@dataclass(frozen=True, slots=True)
class Party:
    """The other party as a telephone's display shows it."""

    name: str
    number: str

    def __str__(self) -> str:
        return f"{self.name} <{self.number}>"


@dataclass(frozen=True, slots=True)
class PhoneAccount:
    """A phone's place. Without a password the phone does not register and is not asked who it is: a trunk.

    `server` is host:port of Asterisk. `sounds` says which prompt an audible code means
    (tests.hearing.sounds), and so names what the phone hears.
    """

    user: str
    server: str
    password: str = ""
    display_name: str = ""
    sounds: Mapping[int, str] = field(default_factory=dict)


class PhoneCall(Protocol):
    """One call. Times are seconds since it was dialled or began to ring.

    No act waits for the other side to react; `talks`, `ended`, `hears` and `until` do, and raise
    DidNotHappen with a record of what was heard and seen.
    """

    recording: Recording
    shown: list[Party]
    """What the display showed, one after the other; the last one is what it shows now."""
    transfer_codes: list[int]
    """What became of our own transfer: 100, 180, 200, 486 …, as the other side told us."""
    digits: str
    """Keys that the other side pressed."""
    held: bool
    """Whether the other side holds us."""

    @property
    def state(self) -> CallState: ...

    @property
    def code(self) -> int:
        """The last SIP status received, or the one with which we refused; 0 before there is one."""

    @property
    def reason(self) -> str:
        """The text of the end: of the status line, or of a Reason header in BYE or CANCEL."""

    @property
    def heard(self) -> Heard: ...

    async def answer(self) -> None: ...

    async def reject(self, code: int = 486) -> None: ...

    async def hangup(self) -> None: ...

    async def hold(self) -> None: ...

    async def unhold(self) -> None: ...

    async def dtmf(self, digits: str) -> None:
        """RFC 4733: 120 ms each, 200 ms apart. Returns when the last was sent."""

    async def play(self, pcm: Pcm) -> None:
        """Speaks from now on; does not wait for its end."""

    async def play_on(self, pcm: Pcm) -> None:
        """Speaks this over and over."""

    async def stop_playing(self) -> None:
        """Quiet again (but silence is still sent)."""

    async def blind_transfer(self, number: str) -> None: ...

    async def attended_transfer(self, consultation: PhoneCall) -> None:
        """Connects the other party of this call with that of `consultation`."""

    async def until(self, condition: Callable[[], bool], within: float = 10.0, what: str = "") -> None: ...

    async def hears(self, condition: Callable[[Heard], bool], within: float = 10.0, what: str = "") -> Heard:
        """Fails at once when the call ends without it."""

    async def hears_prompt(self, *names: str, within: float = 10.0) -> Heard:
        """These prompts in this order; others may stand between them."""

    async def rings(self, within: float = 10.0) -> None: ...

    async def talks(self, within: float = 10.0) -> None: ...

    async def ended(self, within: float = 10.0) -> None: ...


class Phone(Protocol):
    account: PhoneAccount
    rung: list[PhoneCall]
    """Every call that ever rang here: empty is the proof that a phone stayed silent."""
    refuses_with: int | None
    """A final SIP code for every call that comes in, at once; None rings."""
    hangs_up_after_transfer: bool
    """Whether the phone ends its own leg when its transfer has succeeded, as desk phones do."""
    messages_waiting: list[str]
    """The bodies of message lamp NOTIFYs, the newest last."""

    async def register(self) -> None: ...

    async def unregister(self) -> None: ...

    async def dial(self, number: str, headers: Mapping[str, str] | None = None) -> PhoneCall:
        """`number` is a user part, or a whole `sip:` address."""

    async def wait_incoming(self, within: float = 10.0) -> PhoneCall:
        """The oldest call that rang here and was not yet asked for."""

    async def close(self) -> None: ...
