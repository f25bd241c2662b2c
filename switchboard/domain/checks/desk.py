"""The operators' desk: queues, overflow rules, classes of service and the prefix of private calls."""

from collections import defaultdict
from collections.abc import Iterator

from switchboard.domain.checks.fault import Checked, Fault, error, warning
from switchboard.domain.checks.loops import leading_into_loops
from switchboard.domain.desk_codes import parse_order
from switchboard.domain.directory import (
    Authority,
    CallClass,
    OperatorQueue,
    OutgoingRule,
    OverflowAction,
    OverflowRule,
    OverflowSituation,
    Person,
)
from switchboard.domain.patterns import PatternError, parse_pattern

_DIALLED_AFTER = ("112", "211", "08123456", "0701234567")
"""Numbers that a prefix must leave what they are."""


def check_queues(checked: Checked) -> Iterator[Fault]:
    rows: tuple[OperatorQueue | OverflowRule, ...] = (
        *checked.index.rows(OperatorQueue),
        *checked.index.rows(OverflowRule),
    )
    for row in rows:
        group = checked.index.function_group(row.group_id)
        if group is not None and not group.operators:
            yield warning(row, "group_id", f"function group {group.id} is no operators' group: this never counts")


def check_overflow(checked: Checked) -> Iterator[Fault]:
    """Where rules lead, rules that hide each other, and groups that pass callers round."""
    alike = defaultdict(list)
    for rule in checked.index.rows(OverflowRule):
        problem = _problem(rule, checked)
        if problem:
            yield error(rule, "action_key", problem)
        alike[rule.group_id, rule.situation, rule.threshold].append(rule)
    for rules in alike.values():
        for rule in sorted(rules, key=lambda each: each.id)[1:]:
            yield warning(rule, "threshold", "an earlier row has the same situation and threshold: this never counts")
    yield from _circles(checked)


def _problem(rule: OverflowRule, checked: Checked) -> str:
    key = rule.key or ""
    if rule.action is OverflowAction.GROUP:
        group = checked.index.function_group(int(key)) if key.isascii() and key.isdigit() else None
        if group is None:
            return f"there is no function group {key!r}"
        return "leads back to the same group" if group.id == rule.group_id else ""
    if rule.action is OverflowAction.ANNOUNCEMENT and key and checked.prompts is not None:
        return "" if key in checked.prompts else f"there is no prompt {key!r}"
    return ""


def _circles(checked: Checked) -> Iterator[Fault]:
    """Nobody circles, since no group is tried twice; but hardly anybody means it."""
    unstaffed = [
        rule
        for rule in checked.index.rows(OverflowRule)
        if rule.situation is OverflowSituation.NOBODY_SIGNED_IN and rule.action is OverflowAction.GROUP
    ]
    onward = {rule.group_id: int(key) for rule in unstaffed if (key := rule.key or "").isdecimal()}
    for group_id in leading_into_loops(onward):
        for rule in unstaffed:
            if rule.group_id == group_id:
                yield warning(rule, "action_key", "the groups lead to each other when nobody is signed in")


def check_call_classes(checked: Checked) -> Iterator[Fault]:
    for rule in checked.index.rows(OutgoingRule):
        try:
            parse_pattern(rule.pattern)
        except PatternError as problem:
            yield error(rule, "pattern", str(problem))
    for each in checked.index.rows(CallClass):
        if not any(rule.allow for rule in checked.index.outgoing_rules(each.id)):
            yield warning(each, None, "no rule allows anything: who has this class calls nobody outside but 112")
    for person in checked.index.rows(Person):
        call_class = checked.index.call_class(person.call_class_id or 0)
        if call_class is not None and call_class.authority_id != person.authority_id:
            yield warning(person, "call_class_id", f"call class {call_class.id} is of another authority")


def check_private_prefixes(checked: Checked) -> Iterator[Fault]:
    for authority in checked.index.rows(Authority):
        prefix = authority.private_prefix
        if prefix and any(parse_order(prefix + number) for number in _DIALLED_AFTER):
            yield warning(authority, "private_prefix", f"{prefix!r} before a number is a code of the desk's")
        elif prefix.isdigit():
            yield warning(authority, "private_prefix", f"{prefix!r} also begins ordinary numbers")
