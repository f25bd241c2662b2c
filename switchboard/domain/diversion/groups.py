"""Members of a function group: whom to ring and why not the others (R1, R21, R26)."""

from collections.abc import Mapping
from datetime import datetime

from switchboard.domain.absence import absence_in_force
from switchboard.domain.directory import Directory, FunctionGroup
from switchboard.domain.diversion.people import phones_of
from switchboard.domain.diversion.values import GroupRinging, LeftOut, PhoneState, RingableMember


def ringable_members(
    group: FunctionGroup, directory: Directory, now: datetime, phones: Mapping[str, PhoneState]
) -> GroupRinging:
    """In order of position; in an operators' group only those who are signed in and not paused.

    An absence of any kind, also an open one, leaves a member out: the caller asked for the function, and there is
    nobody to be told about.
    """
    ring: list[RingableMember] = []
    left_out: list[LeftOut] = []
    for person_id, obstacle in _candidates(group, directory).items():
        found = LeftOut(person_id, obstacle) if obstacle else _member(person_id, directory, now, phones)
        if isinstance(found, RingableMember):
            ring.append(found)
        else:
            left_out.append(found)
    return GroupRinging(tuple(ring), tuple(left_out))


def people_of_group(group: FunctionGroup, directory: Directory) -> set[int]:
    """Whose telephones `ringable_members` must know of: members, and whoever is signed in."""
    members = {each.person_id for each in directory.members(group.id)}
    return members | {each.person_id for each in directory.operator_sessions(group.id)}


def _candidates(group: FunctionGroup, directory: Directory) -> dict[int, str]:
    """Everybody who belongs to the group, once and in order, with why they are not to be rung (empty: no reason).

    Who is signed in to an operators' group without being a member of it answers too, after the members.
    """
    members = dict.fromkeys((member.person_id for member in directory.members(group.id)), "")
    if not group.operators:
        return members
    sessions = {session.person_id: session for session in directory.operator_sessions(group.id)}
    candidates = {}
    for person_id in members | dict.fromkeys(sessions, ""):
        session = sessions.get(person_id)
        candidates[person_id] = "not signed in" if session is None else "paused" if session.paused else ""
    return candidates


def _member(
    person_id: int, directory: Directory, now: datetime, phones: Mapping[str, PhoneState]
) -> RingableMember | LeftOut:
    person = directory.person(person_id)
    if person is None:
        return LeftOut(person_id, "no such person")
    absence = absence_in_force(directory.absences(person_id), now)
    if absence is not None:
        return LeftOut(person_id, f"absent ({absence.reason})")
    found = phones_of(person, directory, phones)
    return LeftOut(person_id, found.why_none) if found.why_none else RingableMember(person, found.free)
