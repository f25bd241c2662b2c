"""The decision itself. It never raises: what cannot be honoured goes to the last resort with the reason."""

from collections.abc import Callable, Iterator
from datetime import datetime

from switchboard.domain.call import IncomingCall
from switchboard.domain.desk_codes import parse_order
from switchboard.domain.directory import Directory, Person, RoutingRule, RuleAction
from switchboard.domain.routing.destinations import Origin, follow
from switchboard.domain.routing.dialled import (
    Colleague,
    Dialled,
    colleague_of,
    fitting_authority,
    identify,
    identify_from_phone,
)
from switchboard.domain.routing.last_resort import to_last_resort
from switchboard.domain.routing.outgoing import decide_outgoing, is_emergency, to_emergency
from switchboard.domain.routing.routes import Reason, Route, RouteExplanation, ToDesk, ToRefusal
from switchboard.domain.routing.rules import rule_counts
from switchboard.domain.routing.situation import RowFault, Situation, row_fault
from switchboard.domain.working_days import WorkingCalendar


def decide_route(
    call: IncomingCall, directory: Directory, calendar: Callable[[int], WorkingCalendar], now: datetime
) -> Route:
    return explain_route(call, directory, calendar, now).route


def explain_route(
    call: IncomingCall, directory: Directory, calendar: Callable[[int], WorkingCalendar], now: datetime
) -> RouteExplanation:
    """`calendar` gives the working calendar of an authority's id; LookupError or ValueError where it has none.

    The rules of the dialled number's authority come first, in their order; then the number's own destination. A
    number that nobody has may still be caught by a rule of any authority that names it by a pattern; else it goes
    to the operators of the authority in whose series it lies, or of the one with the lowest id. The operators get a
    call in their opening hours only.

    From a phone of ours 112 comes before everything, then codes for the service itself; a number outside is for the
    caller's class of service to allow. Nobody who calls from outside gets out again or reaches a code.
    """
    situation = Situation(directory, calendar, now)
    try:
        found = _from_phone(call, situation) if call.source == "phone" else _route(identify(call, situation), situation)
    except RowFault as fault:
        found = to_last_resort(fitting_authority(None, situation), fault.reason, situation)
    return RouteExplanation(found, tuple(situation.steps))


def decide_own_call(
    number: str, person: Person, directory: Directory, calendar: Callable[[int], WorkingCalendar], now: datetime
) -> Route:
    """Where a number leads that the person wants rung by the service, from whatever telephone: with the person's own
    rights, and never to a code."""
    situation = Situation(directory, calendar, now)
    authority = directory.authority(person.authority_id)
    if authority is None:
        reason = row_fault("person", person.id, "authority_id", "does not exist").reason
        return to_last_resort(fitting_authority(None, situation), reason, situation)
    call = IncomingCall("", number, None, None, "phone", None, now)
    return _called_by(call, Colleague(person, authority), situation)


def _from_phone(call: IncomingCall, situation: Situation) -> Route:
    """RowFault where the phone's own rows are broken; an emergency call goes out all the same."""
    try:
        colleague = colleague_of(call, situation)
    except RowFault:
        authority = fitting_authority(None, situation)
        if not is_emergency(call.called, authority):
            raise
        return to_emergency(authority, None, situation)
    authority = colleague.authority
    if is_emergency(call.called, authority):
        return to_emergency(authority, colleague.person, situation)
    return _ordered_or_dialled(call, colleague, situation)


def _ordered_or_dialled(call: IncomingCall, colleague: Colleague, situation: Situation) -> Route:
    authority = colleague.authority
    order = parse_order(call.called.strip())
    if order is not None:
        situation.note("a code of the desk was dialled")
        return ToDesk(authority, order, Reason(f"code for {type(order).__name__}"))
    return _called_by(call, colleague, situation)


def _called_by(call: IncomingCall, colleague: Colleague, situation: Situation) -> Route:
    authority = colleague.authority
    dialled = identify_from_phone(call, colleague, situation)
    if dialled.outside is None:
        return _route(dialled, situation)
    try:
        return decide_outgoing(colleague.person, dialled.outside, authority, situation)
    except RowFault as fault:
        return to_last_resort(authority, fault.reason, situation)


def _route(dialled: Dialled, situation: Situation) -> Route:
    origin = dialled.origin
    try:
        for rule in _rules(dialled, situation):
            if rule_counts(rule, dialled.numbers, situation):
                return _carry_out(rule, dialled, situation)
        if dialled.destination is not None:
            situation.check_row(origin.table, origin.key)
            return follow(dialled.destination, origin, situation)
    except RowFault as fault:
        return to_last_resort(origin.authority, fault.reason, situation)
    unknown = Reason("nobody has the number", "phone_number", None, "e164", fault=True)
    return to_last_resort(origin.authority, unknown, situation, unknown=True)


def _rules(dialled: Dialled, situation: Situation) -> Iterator[RoutingRule]:
    directory = situation.directory
    if dialled.destination is not None:
        yield from directory.routing_rules(dialled.origin.authority.id)
        return
    for authority in directory.authorities():
        yield from (rule for rule in directory.routing_rules(authority.id) if rule.called_pattern is not None)


def _carry_out(rule: RoutingRule, dialled: Dialled, situation: Situation) -> Route:
    authority = situation.directory.authority(rule.authority_id) or dialled.origin.authority
    origin = Origin(authority, "routing_rule", rule.id, "destination_key")
    if rule.action is RuleAction.REFUSE:
        return ToRefusal(authority, origin.reason("refused"))
    if rule.action is not RuleAction.ROUTE:
        raise row_fault("routing_rule", rule.id, "action", "is neither route nor refuse")
    if rule.destination is None:
        raise row_fault("routing_rule", rule.id, "destination_kind", "routes nowhere")
    return follow(rule.destination, origin, situation)
