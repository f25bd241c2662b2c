"""One person: ring, or inform the caller (R1, R7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from switchboard.domain.absence import absence_in_force
from switchboard.domain.directory import Device, Directory, Person
from switchboard.domain.diversion.unreferred import is_diverted
from switchboard.domain.diversion.values import Diversion, Inform, PhoneState, Ring


@dataclass(frozen=True, slots=True)
class Phones:
    """The enabled devices of a person that are free, and why none is, where none is."""

    free: tuple[Device, ...]
    why_none: PhoneState | None


def decide_diversion(
    person: Person, directory: Directory, now: datetime, phones: Mapping[str, PhoneState]
) -> Diversion:
    """`phones` holds the state of each account; one that is missing counts as unregistered.

    The absence in the decision has `until` moved to when the person is really back. An absence of any kind covers
    every device (R7). Who has let calls ring out is not rung either, where the authority's rule says so (R1).
    """
    absence = absence_in_force(directory.absences(person.id), now)
    if absence is not None and not absence.open:
        return Inform(person, absence, None, f"absence {absence.id} in force ({absence.reason})")
    if is_diverted(person, directory, now):
        return Inform(person, absence, None, "does not answer, by the authority's rule", unanswered=True)
    found = phones_of(person, directory, phones)
    if found.why_none is not None:
        return Inform(person, absence, found.why_none, f"no phone is free ({found.why_none})")
    if absence is not None:
        return Ring(person, found.free, absence, f"open absence {absence.id} ({absence.reason})")
    return Ring(person, found.free, None, "present")


def phones_of(person: Person, directory: Directory, phones: Mapping[str, PhoneState]) -> Phones:
    devices = [device for device in directory.devices(person.id) if device.enabled]
    states = {device.account: phones.get(device.account, PhoneState.UNREGISTERED) for device in devices}
    free = tuple(device for device in devices if states[device.account] is PhoneState.FREE)
    if free:
        return Phones(free, None)
    busy = PhoneState.BUSY in states.values()
    return Phones((), PhoneState.BUSY if busy else PhoneState.UNREGISTERED)
