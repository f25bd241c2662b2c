"""Where numbers, extensions, rules and units lead, and the patterns of rules."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from switchboard.domain.checks.fault import Checked, Fault, error, warning
from switchboard.domain.checks.loops import leading_into_loops
from switchboard.domain.directory import (
    Destination,
    DestinationKind,
    Extension,
    PhoneNumber,
    RoutingRule,
    RuleAction,
    Unit,
)
from switchboard.domain.directory_index import DirectoryIndex, Record
from switchboard.domain.patterns import PatternError, parse_pattern
from switchboard.domain.routing.rules import ANONYMOUS


class _Lead(NamedTuple):
    """A destination, with the row and the columns in which it stands."""

    record: Extension | PhoneNumber | RoutingRule | Unit
    destination: Destination
    prefix: str


def check_destinations(checked: Checked) -> Iterator[Fault]:
    for lead in _leads(checked.index):
        problem = _problem(lead, checked)
        if problem:
            yield error(lead.record, f"{lead.prefix}_key", problem)


def check_loops(checked: Checked) -> Iterator[Fault]:
    """Extensions and units that lead to extensions and units, and never to somebody."""
    leads = {(type(lead.record), lead.record.id): lead for lead in _leads(checked.index)}
    onward = {}
    for node, lead in leads.items():
        record = _next(lead, checked.index)
        if record is not None:
            onward[node] = (type(record), record.id)
    for node in leading_into_loops(onward):
        lead = leads[node]
        yield error(lead.record, f"{lead.prefix}_key", "leads into a loop of extensions and units")


def check_rules(checked: Checked) -> Iterator[Fault]:
    """Patterns that cannot be read, rules that lack what they need, rules that hide each other."""
    alike = defaultdict(list)
    for rule in checked.index.rows(RoutingRule):
        yield from _rule_problems(rule)
        conditions = (rule.called_pattern, rule.caller_pattern, rule.when, rule.schedule_id)
        alike[rule.authority_id, rule.priority, conditions].append(rule)
        if conditions[:3] == (None, None, "always"):
            yield warning(rule, None, "counts for every call: no rule after it and no number's own row is reached")
    for rules in alike.values():
        for rule in sorted(rules, key=lambda each: each.id)[1:]:
            yield warning(rule, "priority", "an earlier row has the same priority and conditions: this never counts")


def _rule_problems(rule: RoutingRule) -> Iterator[Fault]:
    for column, text in (("called_pattern", rule.called_pattern), ("caller_pattern", rule.caller_pattern)):
        problem = _pattern_problem(column, text)
        if problem:
            yield error(rule, column, problem)
    if rule.action not in set(RuleAction):
        yield error(rule, "action", f"{rule.action!r} is neither route nor refuse")
    if rule.action is RuleAction.ROUTE and rule.destination is None:
        yield error(rule, "destination_kind", "routes nowhere")
    if rule.when not in {"always", "open", "closed"}:
        yield error(rule, "schedule_state", f"{rule.when!r} is not always, open or closed")
    elif rule.when != "always" and rule.schedule_id is None:
        yield error(rule, "schedule_id", f"names no schedule that could be {rule.when}")


def _pattern_problem(column: str, text: str | None) -> str:
    if text is None or (column == "caller_pattern" and text.strip().lower() == ANONYMOUS):
        return ""
    try:
        parse_pattern(text)
    except PatternError as problem:
        return str(problem)
    return ""


def _leads(index: DirectoryIndex) -> Iterator[_Lead]:
    numbers: tuple[Extension | PhoneNumber, ...] = (*index.rows(Extension), *index.rows(PhoneNumber))
    yield from (_Lead(row, row.destination, "destination") for row in numbers)
    yield from (_Lead(rule, rule.destination, "destination") for rule in index.rows(RoutingRule) if rule.destination)
    yield from (_Lead(unit, unit.answering_point, "answering") for unit in index.rows(Unit) if unit.answering_point)


_FIND: Mapping[DestinationKind, Callable[[DirectoryIndex, int], Record | None]] = {
    DestinationKind.PERSON: DirectoryIndex.person,
    DestinationKind.FUNCTION_GROUP: DirectoryIndex.function_group,
    DestinationKind.UNIT: DirectoryIndex.unit,
}


def _problem(lead: _Lead, checked: Checked) -> str:
    kind, key = lead.destination.kind, lead.destination.key or ""
    if kind in _FIND:
        return "" if _row(lead.destination, checked.index) else f"there is no {kind} {key!r}"
    if kind is DestinationKind.EXTENSION:
        return "" if _next(lead, checked.index) else f"extension {key!r} does not exist in the authority"
    if kind is DestinationKind.ANNOUNCEMENT:
        known = checked.prompts is None or key in checked.prompts
        return "" if key and known else f"there is no prompt {key!r}"
    return "" if kind in set(DestinationKind) else f"{kind!r} is no kind of destination"


def _row(destination: Destination, index: DirectoryIndex) -> Record | None:
    key = destination.key or ""
    is_id = key.isascii() and key.isdigit() and len(key) < 19
    return _FIND[destination.kind](index, int(key)) if is_id else None


def _next(lead: _Lead, index: DirectoryIndex) -> Extension | Unit | None:
    """The extension or unit to which the row leads."""
    destination = lead.destination
    if destination.kind is DestinationKind.EXTENSION:
        return index.extension(lead.record.authority_id, destination.key or "")
    unit = _row(destination, index) if destination.kind is DestinationKind.UNIT else None
    return unit if isinstance(unit, Unit) else None
