"""Calls to the demo and their routes in a few words, and short ways to write rules."""

from dataclasses import replace
from datetime import datetime

from switchboard.domain.directory import (
    Destination,
    DestinationKind,
    RoutingRule,
    RuleAction,
)
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.routing import (
    NotAllowed,
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
    decide_route,
)
from tests.builders import (
    CITIZEN,
    NOW,
    calendar_of,
    norrby,
    phone_call,
    trunk_call,
)

ANNOUNCEMENT = Destination(DestinationKind.ANNOUNCEMENT, "water-leak")


def route(
    called: str, directory: DirectoryIndex | None = None, at: datetime = NOW, caller: str | None = CITIZEN
) -> Route:
    return decide_route(trunk_call(called, caller, at), directory or norrby(), calendar_of, at)


def dial(account: str, called: str, directory: DirectoryIndex | None = None, at: datetime = NOW) -> Route:
    return decide_route(phone_call(account, called, at), directory or norrby(), calendar_of, at)


def told(found: Route) -> str:
    """The route in a few words, as the table writes it."""
    match found:
        case ToPerson(person=person):
            return f"person {person.name}"
        case ToGroup(group=group):
            return f"group {group.name}"
        case ToOperators(authority=authority, announce_unknown=unknown):
            return f"{'unknown, ' if unknown else ''}operators for {authority.name}"
        case ToClosed(where=where, opens_at=opens_at, announce_unknown=unknown):
            until = f" until {opens_at:%a %H:%M}" if opens_at else ""
            return f"{'unknown, ' if unknown else ''}closed {where.text}{until}"
        case ToAnnouncement(prompt_id=prompt_id):
            return f"announcement {prompt_id}"
        case ToRefusal() | ToOutside() | ToDesk() | ToKeypad() | NotAllowed():
            return _told_of_rights(found)


def _told_of_rights(found: ToRefusal | ToOutside | ToDesk | ToKeypad | NotAllowed) -> str:
    match found:
        case ToRefusal():
            return "refusal"
        case ToOutside(number=number, shown_number=shown, private=private, emergency=emergency):
            marks = "private " * private + "emergency " * emergency
            return f"{marks}outside {number} as {shown}"
        case ToKeypad():
            return "keypad services"
        case ToDesk(order=order):
            return f"desk {order}"
        case NotAllowed(reason=reason):
            return f"not allowed: {reason.text}"


def rule(
    id: int = 1,
    priority: int = 10,
    called: str | None = None,
    caller: str | None = None,
    to: Destination | None = ANNOUNCEMENT,
    authority_id: int = 1,
) -> RoutingRule:
    return RoutingRule(id, authority_id, priority, called, caller, None, "always", RuleAction.ROUTE, to)


def refusal(id: int = 1, priority: int = 10, called: str | None = None, caller: str | None = None) -> RoutingRule:
    return replace(rule(id, priority, called, caller, None), action=RuleAction.REFUSE)


def with_rules(*rules: RoutingRule) -> DirectoryIndex:
    directory = norrby()
    for each in rules:
        directory.put(each)
    return directory
