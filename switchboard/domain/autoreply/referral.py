"""To whom an autoreply refers (R8, R9, R10): a deputy who is there, else a function or unit, else the switchboard."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from switchboard.domain.absence import absence_in_force
from switchboard.domain.deadline import policy_in_force
from switchboard.domain.directory import DestinationKind, Directory, FunctionGroup, Person, Unit
from switchboard.domain.diversion import deputy_chain
from switchboard.domain.working_days import local_date

LONGEST_TREE = 20
_REACHED_BY = {
    DestinationKind.PERSON,
    DestinationKind.FUNCTION_GROUP,
    DestinationKind.UNIT,
}


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
        functions, units = _functions(person, directory, addresses), _units(person, directory, addresses)
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
    number = directory.number_to(DestinationKind.FUNCTION_GROUP, group.id)
    email = addresses.units.get(group.unit_id, "") if group.unit_id is not None else ""
    return Referral("function", group.name, number.e164 if number else "", email, f"function_group {group.id}")


def _units(person: Person, directory: Directory, addresses: Addresses) -> Iterator[Referral]:
    """Their unit, then the one above it, and so on; it ends for every tree and every loop."""
    unit_id, seen = person.unit_id, set[int]()
    while unit_id is not None and unit_id not in seen and len(seen) < LONGEST_TREE:
        seen.add(unit_id)
        unit = directory.unit(unit_id)
        if unit is None:
            return
        number, email = _number_of_unit(unit, person, directory), addresses.units.get(unit.id, "")
        if unit.name and (number or email):
            yield Referral("unit", unit.name, number, email, f"unit {unit.id}")
        unit_id = unit.parent_id


def _number_of_unit(unit: Unit, person: Person, directory: Directory) -> str:
    """Its own, else that of its answering point, unless that is the absent person."""
    own = directory.number_to(DestinationKind.UNIT, unit.id)
    point = unit.answering_point
    if own is None and point is not None and point.key is not None and point.kind in _REACHED_BY:
        is_absentee = point.kind is DestinationKind.PERSON and point.key == str(person.id)
        own = None if is_absentee else directory.number_to(point.kind, int(point.key))
    return own.e164 if own is not None else ""


def _switchboard(person: Person, directory: Directory) -> Referral:
    authority = directory.authority(person.authority_id)
    name, number = (authority.name, authority.main_number) if authority is not None else ("", "")
    return Referral("switchboard", name, number, "", f"main number of authority {person.authority_id}")
