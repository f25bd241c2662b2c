"""A route and what follows from it, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from switchboard.cli.output import shown
from switchboard.domain.directory import Directory, FunctionGroup
from switchboard.domain.diversion import PhoneState, decide_diversion, ringable_members
from switchboard.domain.routing import (
    NotAllowed,
    Reason,
    Route,
    ToAnnouncement,
    ToClosed,
    ToDesk,
    ToGroup,
    ToKeypad,
    ToOperators,
    ToOutside,
    ToPerson,
    ToRefusal,
)


def route_facts(route: Route) -> Mapping[str, Any]:
    """`goes_to` is the kind; then what belongs to it."""
    authority = {"authority": route.authority.name}
    match route:
        case ToPerson():
            return {"goes_to": "person", **authority, "person": route.person.name, "person_id": route.person.id}
        case ToGroup():
            return {"goes_to": "function_group", **authority, "group": route.group.name, "group_id": route.group.id}
        case ToOperators():
            group = route.group.name if route.group else None
            return {"goes_to": "operators", **authority, "group": group, "announce_unknown": route.announce_unknown}
        case ToClosed():
            closed = {"where": route.where.text, "opens_at": route.opens_at}
            return {"goes_to": "closed", **authority, **closed, "announce_unknown": route.announce_unknown}
        case ToAnnouncement():
            return {"goes_to": "announcement", **authority, "prompt": route.prompt_id}
        case ToRefusal() | NotAllowed() | ToOutside() | ToDesk() | ToKeypad():
            return {**_to_nobody_of_ours(route), **authority}


def _to_nobody_of_ours(route: ToRefusal | NotAllowed | ToOutside | ToDesk | ToKeypad) -> Mapping[str, Any]:
    match route:
        case ToRefusal():
            return {"goes_to": "refusal"}
        case NotAllowed():
            return {"goes_to": "not_allowed"}
        case ToOutside():
            marks = {"private": route.private, "emergency": route.emergency}
            return {"goes_to": "outside", "number": route.number, "shown_number": route.shown_number, **marks}
        case ToKeypad():
            return {"goes_to": "keypad"}
        case ToDesk():
            return {"goes_to": "desk", "order": type(route.order).__name__, **asdict(route.order)}


def reason_in_words(reason: Reason) -> str:
    """With the row that decided or that is broken: `person 99 does not exist (extension 12, destination_key)`."""
    row = f"{reason.table} {reason.key or ''}".strip() if reason.table else ""
    place = ", ".join(part for part in (row, reason.column) if part)
    fault = "a row cannot be honoured: " if reason.fault else ""
    return f"{fault}{reason.text}{f' ({place})' if place else ''}"


def diversion_in_words(route: Route, directory: Directory, at: datetime) -> tuple[str, ...]:
    """Who would ring, as far as the database knows: as if every phone were registered and free."""
    match route:
        case ToPerson():
            decision = decide_diversion(route.person, directory, at, _free(directory, [route.person.id]))
            return (f"{route.person.name}: {decision.reason}",)
        case ToGroup() | ToOperators() if route.group is not None:
            ringing = ringable_members(route.group, directory, at, _free(directory, _people_of(directory, route.group)))
            rung = tuple(f"{member.person.name} would ring" for member in ringing.ring)
            return rung + tuple(f"{_name(directory, one.person_id)} would not: {one.why}" for one in ringing.left_out)
        case _:
            return ()


def _free(directory: Directory, person_ids: Iterable[int]) -> Mapping[str, PhoneState]:
    return {device.account: PhoneState.FREE for id in person_ids for device in directory.devices(id)}


def _people_of(directory: Directory, group: FunctionGroup) -> Iterable[int]:
    yield from (member.person_id for member in directory.members(group.id))
    yield from (session.person_id for session in directory.operator_sessions(group.id))


def _name(directory: Directory, person_id: int) -> str:
    person = directory.person(person_id)
    return shown(person.name) if person else f"person {person_id}"
