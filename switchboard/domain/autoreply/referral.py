"""To whom an autoreply refers (R8, R9, R10): a deputy who is there, else a function or unit, else the switchboard."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from switchboard.domain.absence import absence_in_force
from switchboard.domain.deadline import policy_in_force
from switchboard.domain.directory import Destination, DestinationKind, Directory, FunctionGroup, Person, Unit
from switchboard.domain.directory.units import units_above
from switchboard.domain.diversion import deputy_chain
from switchboard.domain.working_days import local_date


@dataclass(frozen=True, slots=True)
class Addresses:
    """E-mail addresses by id, of those that have one. They are no part of the directory, which no call needs them
    in."""

    people: Mapping[int, str] = field(default_factory=dict)
    units: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Referral:
    """`name` of the person, function or unit; of the authority for the switchboard. `number` is E.164. Empty: it has
    none. `reason` says how it was found, with ids only."""

    kind: Literal["deputy", "function", "unit", "switchboard"]
    name: str
    number: str
    email: str
    reason: str


def decide_referral(person: Person, directory: Directory, addresses: Addresses, at: datetime) -> Referral:
    """As it is at `at`, within the absence. Who is away themselves is never referred to, and what has neither number
    nor address is passed over."""
    policies = directory.policies(person.authority_id)
    policy = policy_in_force(policies, local_date(at))
    wanted = policy.autoreply_refers_to if policy is not None else "function"
    found = next(_deputies(person, directory, addresses, at), None)
    if found is None and wanted != "switchboard":
        functions, units = _functions(person, directory, addresses), _units(person, directory, addresses, at)
        order = (functions, units) if wanted == "function" else (units, functions)
        found = next((each for source in order for each in source), None)
    return found or _switchboard(person, directory)


def _deputies(person: Person, directory: Directory, addresses: Addresses, at: datetime) -> Iterator[Referral]:
    for deputy in deputy_chain(person, directory, at):
        number = directory.number_of(deputy.id)
        email = addresses.people.get(deputy.id, "")
        present = absence_in_force(directory.absences(deputy.id), at) is None
        if present and deputy.name and (number or email):
            yield Referral("deputy", deputy.name, number.e164 if number else "", email, f"deputy, person {deputy.id}")


def _functions(person: Person, directory: Directory, addresses: Addresses) -> Iterator[Referral]:
    """Those they belong to; first the ones of their own unit."""
    members = directory.memberships(person.id)
    groups = [group for each in members if (group := directory.function_group(each.group_id)) is not None]
    for group in sorted(groups, key=lambda each: (each.unit_id != person.unit_id, each.id)):
        referral = _function(group, directory, addresses)
        if not group.operators and group.name and (referral.number or referral.email):
            yield referral


def _function(group: FunctionGroup, directory: Directory, addresses: Addresses) -> Referral:
    number = directory.number_to(DestinationKind.FUNCTION_GROUP, str(group.id))
    email = addresses.units.get(group.unit_id, "") if group.unit_id is not None else ""
    return Referral("function", group.name, number.e164 if number else "", email, f"function_group {group.id}")


def answering_people(person: Person, directory: Directory) -> Iterator[int]:
    """Ids of those who answer for the units that may be referred to."""
    for unit in units_above(person.unit_id, directory):
        point = _answering_point(unit, directory)
        if point is not None and point.kind is DestinationKind.PERSON and (point.key or "").isdecimal():
            yield int(point.key or 0)


def _units(person: Person, directory: Directory, addresses: Addresses, at: datetime) -> Iterator[Referral]:
    for unit in units_above(person.unit_id, directory):
        number, email = _number_of_unit(unit, directory, at), addresses.units.get(unit.id, "")
        if unit.name and (number or email):
            yield Referral("unit", unit.name, number, email, f"unit {unit.id}")


def _number_of_unit(unit: Unit, directory: Directory, at: datetime) -> str:
    """Its own, else that of its answering point, unless that is somebody who is away."""
    number = directory.number_to(DestinationKind.UNIT, str(unit.id))
    point = _answering_point(unit, directory)
    if number is None and point is not None and point.key is not None and not _is_away(point, directory, at):
        number = directory.number_to(point.kind, point.key)
    return number.e164 if number is not None else ""


def _answering_point(unit: Unit, directory: Directory) -> Destination | None:
    """What an extension leads to stands for the extension."""
    point = unit.answering_point
    if point is not None and point.kind is DestinationKind.EXTENSION and point.key is not None:
        extension = directory.extension(unit.authority_id, point.key)
        return extension.destination if extension is not None else None
    return point


def _is_away(point: Destination, directory: Directory, at: datetime) -> bool:
    if point.kind is not DestinationKind.PERSON or not (point.key or "").isdecimal():
        return False
    return absence_in_force(directory.absences(int(point.key or 0)), at) is not None


def _switchboard(person: Person, directory: Directory) -> Referral:
    authority = directory.authority(person.authority_id)
    name, number = (authority.name, authority.main_number) if authority is not None else ("", "")
    return Referral("switchboard", name, number, "", f"main number of authority {person.authority_id}")
