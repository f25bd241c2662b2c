"""What can be decided about a person or a group that is to be rung."""

from dataclasses import dataclass
from enum import StrEnum

from switchboard.domain.directory import Absence, Device, Person


class PhoneState(StrEnum):
    """Of one device, as Asterisk knows it."""

    FREE = "free"
    BUSY = "busy"
    UNREGISTERED = "unregistered"


@dataclass(frozen=True, slots=True)
class Ring:
    """The person may be rung, on these devices. `notice` is an open absence to be told first."""

    person: Person
    devices: tuple[Device, ...]
    notice: Absence | None
    reason: str


@dataclass(frozen=True, slots=True)
class Inform:
    """No device of the person rings. `absence` None: the person is present but busy or without a phone, or does not
    answer (`unanswered`) by what the latest calls showed."""

    person: Person
    absence: Absence | None
    why: PhoneState | None
    reason: str
    unanswered: bool = False


Diversion = Ring | Inform


@dataclass(frozen=True, slots=True)
class DeputyChoice:
    """The one who stands in, with the devices to ring; `person` None: nobody does. `reason` says how it was found,
    with ids only."""

    person: Person | None
    devices: tuple[Device, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class RingableMember:
    person: Person
    devices: tuple[Device, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A member who is not rung. `why` is a stable phrase; `busy` and `unregistered` are those of `PhoneState`."""

    person_id: int
    why: str


@dataclass(frozen=True, slots=True)
class GroupRinging:
    """Whom to ring, in the group's order, and why the others are not."""

    ring: tuple[RingableMember, ...]
    left_out: tuple[LeftOut, ...]
