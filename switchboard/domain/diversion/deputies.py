"""Deputies of absent people (R10): who stands in must be present; chains end for every graph of deputies."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from switchboard.domain.absence import absence_in_force, absences_in_force
from switchboard.domain.directory import Directory, Person
from switchboard.domain.diversion.people import phones_of
from switchboard.domain.diversion.values import DeputyChoice, PhoneState


def deputy_chain(person: Person, directory: Directory, now: datetime) -> Iterator[Person]:
    """The deputy, an absent deputy's own deputy, and so on, each person once and `person` never.

    It ends with the first who is present: somebody at work has nobody to stand in.
    """
    seen = {person.id}
    deputy_id = _deputy_id(person, directory, now)
    while deputy_id is not None and deputy_id not in seen:
        seen.add(deputy_id)
        deputy = directory.person(deputy_id)
        if deputy is None:
            return
        yield deputy
        deputy_id = _deputy_id(deputy, directory, now)


def present_deputy(
    person: Person, directory: Directory, now: datetime, phones: Mapping[str, PhoneState]
) -> DeputyChoice:
    """The first in the chain without any absence, if a phone of theirs is free. An open absence is one too."""
    passed: list[str] = []
    for deputy in deputy_chain(person, directory, now):
        if absence_in_force(directory.absences(deputy.id), now) is not None:
            passed.append(f"person {deputy.id} is absent")
            continue
        found = phones_of(deputy, directory, phones)
        if found.why_none is not None:
            passed.append(f"person {deputy.id} has no free phone ({found.why_none})")
            continue
        return DeputyChoice(deputy, found.free, ", ".join([*passed, f"person {deputy.id} is present"]))
    return DeputyChoice(None, (), ", ".join(passed) or "no deputy is named")


def _deputy_id(person: Person, directory: Directory, now: datetime) -> int | None:
    """Of the absence that counts; where that names none, of the next one in force that does."""
    in_force = absences_in_force(directory.absences(person.id), now)
    return next((each.deputy_id for each in in_force if each.deputy_id is not None), None)
