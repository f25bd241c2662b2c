"""Calls out of the house: who may ring where, and which number is shown (R40).

Class of service is data. People without one may ring Swedish numbers, but no premium ones, and not abroad.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from switchboard.domain.directory import Authority, CallClass, Directory, OutgoingRule, Person
from switchboard.domain.numbers import parse_number
from switchboard.domain.patterns import PatternError, parse_pattern
from switchboard.domain.routing.routes import NotAllowed, Reason, ToOutside
from switchboard.domain.routing.rules import written_forms
from switchboard.domain.routing.situation import Situation, row_fault

EMERGENCY = "112"
_EMERGENCY_WRITTEN = frozenset({EMERGENCY, "0" + EMERGENCY})
# Care (1177), information (113 13), police (114 14) and the European 116 numbers: dialled as they are in all of Sweden.
_NATIONAL_SHORT = re.compile(r"1177|11313|11414|116[0-9]{3}")
_SEPARATORS = str.maketrans("", "", " -()\u00a0")
# The Swedish numbering plan: mass calls, then pay services.
_PREMIUM = ("+46900", "+46939", "+46944")


@dataclass(frozen=True, slots=True)
class OutsideNumber:
    """`number` is E.164, or a national short number as dialled. `private`: the prefix stood before it."""

    number: str
    private: bool = False


def without_prefix(dialled: str, authority: Authority) -> tuple[str, bool]:
    """What was dialled, and whether the authority's prefix for private calls stood before it."""
    number = _compact(dialled)
    prefix = authority.private_prefix.strip()
    if prefix and number.startswith(prefix):
        return number.removeprefix(prefix), True
    return dialled, False


def is_emergency(dialled: str, authority: Authority) -> bool:
    """112, also with a trunk zero, a `#` at the end, or the prefix of a private call before it."""
    number = _compact(dialled)
    return number in _EMERGENCY_WRITTEN or without_prefix(number, authority)[0] in _EMERGENCY_WRITTEN


def _compact(dialled: str) -> str:
    """Without separators, and without the `#` that only ends the dialling."""
    return dialled.strip().translate(_SEPARATORS).removesuffix("#")


def to_emergency(authority: Authority, person: Person | None, situation: Situation) -> ToOutside:
    """Always allowed, and never a private call."""
    situation.note("an emergency number was dialled")
    shown = shown_number(authority, person, situation.directory)
    return ToOutside(authority, EMERGENCY, shown, Reason("emergency number"), emergency=True)


def outside_number(dialled: str, authority: Authority, private: bool) -> OutsideNumber | None:
    """None where it is no number. Whether somebody of ours has it is for others to ask."""
    if _NATIONAL_SHORT.fullmatch(_compact(dialled)):
        return OutsideNumber(_compact(dialled), private)
    e164 = parse_number(dialled, authority.country_code, authority.area_code)
    return OutsideNumber(e164, private) if e164 else None


def decide_outgoing(
    person: Person, outside: OutsideNumber, authority: Authority, situation: Situation
) -> ToOutside | NotAllowed:
    """RowFault where a row that would have to decide is broken: then the operators, who are people, are asked."""
    reason, allowed = _judged(person, outside, authority, situation)
    situation.note(f"{'allowed' if allowed else 'not allowed'}: {reason.text}")
    if not allowed:
        return NotAllowed(authority, reason)
    shown = shown_number(authority, person, situation.directory)
    return ToOutside(authority, outside.number, shown, reason, outside.private)


def may_call_back(number: str, authority: Authority) -> bool:
    """Whether the service itself may ring a number in E.164 that somebody outside gave: as for people without a class
    of service, so that nobody makes us ring a premium number or abroad."""
    return number.startswith("+") and _without_class(OutsideNumber(number), authority)[1]


def _judged(person: Person, outside: OutsideNumber, authority: Authority, situation: Situation) -> tuple[Reason, bool]:
    if person.call_class_id is None:
        return _without_class(outside, authority)
    call_class = _class_of(person, person.call_class_id, situation)
    number = outside.number
    forms = written_forms(number, authority.country_code) if number.startswith("+") else (number,)
    for rule in situation.directory.outgoing_rules(call_class.id):
        if _counts(rule, forms, situation):
            verb = "allows" if rule.allow else "forbids"
            text = f"outgoing_rule {rule.id} of call class {call_class.id} {verb} it"
            return Reason(text, "outgoing_rule", str(rule.id), "pattern"), rule.allow
    return Reason(f"no rule of call class {call_class.id} allows it", "call_class", str(call_class.id)), False


def _without_class(outside: OutsideNumber, authority: Authority) -> tuple[Reason, bool]:
    if outside.number.startswith(_PREMIUM):
        return Reason("no class of service, and a premium number"), False
    if not outside.number.startswith("+") or outside.number.startswith("+" + authority.country_code):
        return Reason("no class of service, and an inland number"), True
    return Reason("no class of service, and a number abroad"), False


def _class_of(person: Person, class_id: int, situation: Situation) -> CallClass:
    situation.check_row("call_class", class_id)
    call_class = situation.directory.call_class(class_id)
    if call_class is None:
        raise row_fault("person", person.id, "call_class_id", f"call class {class_id} does not exist")
    return call_class


def _counts(rule: OutgoingRule, forms: Sequence[str], situation: Situation) -> bool:
    """A rule that cannot be read might forbid this very number."""
    situation.check_row("outgoing_rule", rule.id)
    try:
        pattern = parse_pattern(rule.pattern)
    except PatternError as problem:
        raise row_fault("outgoing_rule", rule.id, "pattern", str(problem)) from problem
    return any(pattern.matches(form) for form in forms)


def number_shown_by(account: str, directory: Directory) -> str:
    """In E.164: what is seen of a phone's calls out. Empty where it is not known whose phone it is."""
    device = directory.device(account)
    person = directory.person(device.person_id) if device is not None else None
    authority = directory.authority(person.authority_id) if person is not None else None
    return shown_number(authority, person, directory) if authority is not None else ""


def shown_number(authority: Authority, person: Person | None, directory: Directory) -> str:
    """In E.164: the colleague's own public number where the authority wants that and there is one; else the main
    number."""
    if authority.caller_id == "own" and person is not None:
        own = directory.number_of(person.id)
        if own is not None:
            return own.e164
    return authority.main_number
