"""Does a rule count for this call? Yes, no, or its row is broken just where it would have to decide.

A rule that some condition excludes is harmless however broken the rest of it is. One that might count and cannot be
read sends the call to the operators, so a broken row never refuses anybody.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from switchboard.domain.directory import RoutingRule
from switchboard.domain.patterns import PatternError, parse_pattern
from switchboard.domain.routing.situation import RowFault, Situation, row_fault

ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Numbers:
    """The two numbers of a call in every form a pattern may be written for: E.164 with and without `+`, national;
    or short digits. No form at all: the number is not known."""

    called: tuple[str, ...]
    caller: tuple[str, ...]


def written_forms(e164: str, country_code: str) -> tuple[str, ...]:
    national = ("0" + e164[1 + len(country_code) :],) if e164.startswith("+" + country_code) else ()
    return (e164, e164[1:], *national)


def rule_counts(rule: RoutingRule, numbers: Numbers, situation: Situation) -> bool:
    """RowFault where the rule may count but its row is broken."""
    fault: RowFault | None = None
    for condition in (_called, _caller, _schedule):
        try:
            if not condition(rule, numbers, situation):
                situation.note(f"rule {rule.id} does not count: {condition.__name__[1:]}")
                return False
        except RowFault as found:
            fault = fault or found
    if fault is not None:
        raise fault
    situation.check_row("routing_rule", rule.id)
    situation.note(f"rule {rule.id} counts")
    return True


Condition = Callable[[RoutingRule, Numbers, Situation], bool]


def _called(rule: RoutingRule, numbers: Numbers, situation: Situation) -> bool:
    del situation
    return rule.called_pattern is None or _matches(rule, "called_pattern", rule.called_pattern, numbers.called)


def _caller(rule: RoutingRule, numbers: Numbers, situation: Situation) -> bool:
    del situation
    if rule.caller_pattern is None:
        return True
    if rule.caller_pattern.strip().lower() == ANONYMOUS:
        return not numbers.caller
    return _matches(rule, "caller_pattern", rule.caller_pattern, numbers.caller)


def _matches(rule: RoutingRule, column: str, text: str, forms: Sequence[str]) -> bool:
    try:
        pattern = parse_pattern(text)
    except PatternError as problem:
        raise row_fault("routing_rule", rule.id, column, str(problem)) from problem
    return any(pattern.matches(form) for form in forms)


def _schedule(rule: RoutingRule, numbers: Numbers, situation: Situation) -> bool:
    del numbers
    if rule.when == "always":
        return True
    if rule.when not in {"open", "closed"}:
        raise row_fault("routing_rule", rule.id, "schedule_state", "is not always, open or closed")
    if rule.schedule_id is None:
        raise row_fault("routing_rule", rule.id, "schedule_id", f"names no schedule that could be {rule.when}")
    schedule = situation.directory.schedule(rule.schedule_id)
    if schedule is None:
        raise row_fault("routing_rule", rule.id, "schedule_id", f"schedule {rule.schedule_id} does not exist")
    return situation.is_open(schedule) is (rule.when == "open")
