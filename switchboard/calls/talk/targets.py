"""Whom a colleague sends a caller to, or asks: by the same rules as any call of that colleague's (R31, R33)."""

from collections.abc import Sequence
from dataclasses import dataclass

from switchboard.calls.conversation import Conversation
from switchboard.calls.ports import OutsideRequest
from switchboard.calls.talk.joining import phone_request, queue_rules
from switchboard.calls.talk.race import Request
from switchboard.calls.talk.steps import Transferor
from switchboard.domain.announcement import WhyBack
from switchboard.domain.call import IncomingCall
from switchboard.domain.directory import Absence, Device, FunctionGroup, Person
from switchboard.domain.display import ComingBack
from switchboard.domain.diversion import (
    GroupRinging,
    Inform,
    PhoneState,
    Ring,
    decide_diversion,
    people_of_group,
    ringable_members,
)
from switchboard.domain.routing import (
    NotAllowed,
    Route,
    ToClosed,
    ToOperators,
    ToOutside,
    ToPerson,
    ToRefusal,
    decide_route,
)

RING_EMERGENCY_S = 180.0
"""An emergency number rings on, whatever a transfer may take."""


@dataclass(frozen=True, slots=True)
class ToRing:
    """All at once. `name` of whoever is rung: a number outside has none. Only a person has an id, and maybe an open
    absence."""

    requests: tuple[Request, ...]
    name: str = ""
    number: str | None = None
    person_id: int | None = None
    absence: Absence | None = None

    def in_vain(self, why: WhyBack) -> ComingBack:
        return ComingBack(why, self.name, self.absence, number=self.number)


@dataclass(frozen=True, slots=True)
class NotToBeHad:
    back: ComingBack


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """To no phone in particular."""

    route: Route


Target = ToRing | NotToBeHad | Elsewhere


async def find_target(talk: Conversation, by: Transferor, dialled: str) -> Target:
    """By what is committed now."""
    await talk.refresh()
    call = IncomingCall(talk.call.id, dialled, None, None, "phone", by.account, talk.now)
    route = decide_route(call, talk.directory, talk.calendars, talk.now)
    match route:
        case ToPerson(person=person):
            talk.tried = person
            return await _person(talk, person)
        case ToOutside(number=number):
            return ToRing((outside_request(talk, route, queue_rules(talk).transfer_seconds),), number=number)
        case NotAllowed() | ToRefusal():
            return NotToBeHad(ComingBack("not_allowed", number=dialled))
        case ToOperators() | ToClosed() if route.announce_unknown:
            return NotToBeHad(ComingBack("unknown"))
        case ToOperators(instead_of=unit) if unit is not None:
            return NotToBeHad(ComingBack("no_answering_point", unit.name))
        case ToOperators() if route.reason.fault:
            return NotToBeHad(ComingBack("wrong_row", number=dialled))
        case ToClosed(where=where, opens_at=opens_at):
            return NotToBeHad(ComingBack("closed", where.text, opens_at=opens_at))
        case _:
            return Elsewhere(route)


async def group_to_ring(talk: Conversation, group: FunctionGroup) -> ToRing | NotToBeHad:
    """Every member who can be had now."""
    states = await talk.phone_states(people_of_group(group, talk.directory))
    found = ringable_members(group, talk.directory, talk.now, states)
    devices = [device for member in found.ring for device in member.devices]
    if not devices:
        return NotToBeHad(ComingBack(why_nobody(found), group.name))
    return ToRing(_requests(talk, devices), group.name)


def why_nobody(found: GroupRinging) -> WhyBack:
    """Why none of a function's members has answered."""
    left_out = {each.why for each in found.left_out}
    if found.ring:
        return "no_answer"
    if PhoneState.BUSY in left_out:
        return "busy"
    return "no_phone" if PhoneState.UNREGISTERED in left_out else "nobody_there"


def outside_request(talk: Conversation, route: ToOutside, seconds: float) -> OutsideRequest:
    return OutsideRequest(
        call_id=talk.call.id,
        number=route.number,
        pii_shown_name=route.authority.name,
        pii_shown_number=route.shown_number,
        timeout_s=max(seconds, RING_EMERGENCY_S) if route.emergency else seconds,
    )


async def _person(talk: Conversation, person: Person) -> ToRing | NotToBeHad:
    """An open absence is told when nobody answers."""
    states = await talk.phone_states([person.id])
    match decide_diversion(person, talk.directory, talk.now, states):
        case Ring(devices=devices, notice=absence):
            return ToRing(_requests(talk, devices), person.name, person_id=person.id, absence=absence)
        case Inform(absence=absence, why=None, unanswered=False) if absence is not None:
            return NotToBeHad(ComingBack("absent", person.name, absence))
        case Inform(unanswered=True):
            return NotToBeHad(ComingBack("no_answer", person.name))
        case Inform(absence=absence, why=why):
            reason: WhyBack = "busy" if why is PhoneState.BUSY else "no_phone"
            return NotToBeHad(ComingBack(reason, person.name, absence))


def _requests(talk: Conversation, devices: Sequence[Device]) -> tuple[Request, ...]:
    seconds = queue_rules(talk).transfer_seconds
    return tuple(phone_request(talk, device.account, seconds) for device in devices)
