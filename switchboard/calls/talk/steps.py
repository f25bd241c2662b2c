"""How a talk can end other than by a hang-up: the caller goes on to somewhere else, or to another call.

Both are raised, as `LegGone` is, so that whoever rang for the caller need not know of them: whoever catches them lets
the caller go silently on.
"""

from dataclasses import dataclass

from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import Person
from switchboard.domain.display import ComingBack


@dataclass(frozen=True, slots=True)
class Transferor:
    """The colleague who sends a caller on: with this one's rights, and back to this one's phone. `person` None: the
    phone is nobody's any more."""

    account: str
    person: Person | None


@dataclass(frozen=True, slots=True)
class SendOn:
    """To `target`, whatever was typed. `just_rang`: its phones rang a moment ago, for the transferor's own call."""

    by: Transferor
    target: str
    just_rang: bool = False


@dataclass(frozen=True, slots=True)
class ComeBack:
    """To the transferor's phone; where that cannot be had, to the operators before all others."""

    by: Transferor
    back: ComingBack


@dataclass(frozen=True, slots=True)
class BackToOperators:
    """To the operators at once, before all others."""

    back: ComingBack


@dataclass(frozen=True, slots=True)
class LeaveMessageFor:
    """`person` None: nobody in person, a unit or a function."""

    mailbox: Mailbox
    person: Person | None


@dataclass(frozen=True, slots=True)
class ParkFor:
    by: Transferor


Step = SendOn | ComeBack | BackToOperators | LeaveMessageFor | ParkFor


class MovedOn(Exception):
    """The caller goes on to `step`, and is nobody else's any more."""

    def __init__(self, step: Step) -> None:
        super().__init__(type(step).__name__)
        self.step = step


class HandedOver(Exception):
    """The party who talked, or was rung, goes on in another call. What is left of this one ends."""
