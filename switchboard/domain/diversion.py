"""What the system does about an absence: whether any phone may ring, what the caller is told, what is
offered."""

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
    """No device of the person rings. `absence` None: the person is present but busy or without a phone."""

    person: Person
    absence: Absence | None
    why: PhoneState | None
    reason: str


Diversion = Ring | Inform
