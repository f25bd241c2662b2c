"""What colleagues do by keypad: their PINs, and their absences as the database keeps them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from switchboard.changes import Act
from switchboard.domain.directory import Absence, AbsenceReason


class PinVerdict(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class PinAttempt:
    """`person_id` None: nobody has the extension. `caller` in E.164; None: hidden."""

    authority_id: int
    extension: str
    person_id: int | None
    caller: str | None
    pin: str = field(repr=False)


class Pins(Protocol):
    """PINs as hashes, and wrong ones counted for the mailbox and for the caller. Everything is audited, and no PIN is
    ever written anywhere."""

    async def check(self, attempt: PinAttempt, act: Act) -> PinVerdict:
        """Takes as long for an extension that nobody has, and for somebody without a PIN, as for a wrong one."""

    async def choose(self, person_id: int, pin: str, act: Act) -> None:
        """BadValue where it is too short or trivial. What was counted against the mailbox is forgotten."""


@dataclass(frozen=True, slots=True)
class KeyedAbsence:
    """From now on. `until` None: the return is not known."""

    person_id: int
    reason: AbsenceReason
    until: datetime | None
    open: bool = False
    deputy_id: int | None = None


@dataclass(frozen=True, slots=True)
class Replaced:
    """`id` of the absence that was set; `former` are those that it replaced."""

    id: int
    former: tuple[Absence, ...]


class AbsenceBook(Protocol):
    """Each act is committed when the method returns, and audited; the next look at the directory sees it."""

    async def replace(self, absence: KeyedAbsence, act: Act) -> Replaced:
        """In place of what the person, or somebody for them, had set and is in force; what calendars say stays."""

    async def undo(self, replaced: Replaced, act: Act) -> None:
        """As if it had never been set."""

    async def lift(self, person_id: int, act: Act) -> Sequence[Absence]:
        """End what is in force, whoever said so, and give it."""
