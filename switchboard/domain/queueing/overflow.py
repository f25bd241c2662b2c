"""When waiting is over without an answer, and what comes instead: never an endless queue."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from switchboard.domain.directory import OverflowAction, OverflowRule, OverflowSituation
from switchboard.domain.queueing.values import OverflowDecision, QueueSituation

_WAIT_SECONDS = 15 * 60
_MOST_IN_LINE = 50
_SECONDS_AFTER_CLOSING = 15 * 60


@dataclass(frozen=True, slots=True)
class _Default:
    """What holds where no rule does. `threshold` stands in for one that a rule leaves out."""

    action: OverflowAction
    threshold: int = 0


# Who waits at closing time is still served for a quarter of an hour: they came while it was open.
_DEFAULTS: Mapping[OverflowSituation, _Default] = {
    OverflowSituation.NOBODY_SIGNED_IN: _Default(OverflowAction.ANNOUNCEMENT),
    OverflowSituation.CLOSING: _Default(OverflowAction.MESSAGE, _SECONDS_AFTER_CLOSING),
    OverflowSituation.MAX_LENGTH: _Default(OverflowAction.MESSAGE, _MOST_IN_LINE),
    OverflowSituation.MAX_WAIT: _Default(OverflowAction.ANNOUNCEMENT, _WAIT_SECONDS),
}
_TIMED = (OverflowSituation.CLOSING, OverflowSituation.MAX_WAIT)


def overflow(situation: QueueSituation, rules: Sequence[OverflowRule], now: datetime) -> OverflowDecision | None:
    """None: the caller waits on. A line is too long only for one who is entering it: nobody in line is sent away for
    those who come. Of several rules for a situation the lowest threshold counts first.

    A rule that names no other group, or one where the caller has been, gives way to the default: callers do not
    circle.
    """
    for kind in _DEFAULTS:
        for rule in _rules_for(kind, rules):
            if _has_come(kind, _threshold(kind, rule), situation, now):
                return _decision(kind, rule, situation)
    return None


def overflows_at(situation: QueueSituation, rules: Sequence[OverflowRule]) -> datetime:
    """When the clock alone will end this wait, if nothing else changes."""
    return min(
        began + timedelta(seconds=_threshold(kind, rule))
        for kind in _TIMED
        for rule in _rules_for(kind, rules)
        if (began := _began(kind, situation)) is not None
    )


def _rules_for(kind: OverflowSituation, rules: Iterable[OverflowRule]) -> Iterator[OverflowRule | None]:
    """In the order in which they come to count; only the default (None) where there is none."""
    own = sorted((rule for rule in rules if rule.situation is kind), key=lambda rule: (_threshold(kind, rule), rule.id))
    yield from own
    if not own:
        yield None


def _threshold(kind: OverflowSituation, rule: OverflowRule | None) -> int:
    """A number below nought counts as nought."""
    written = rule.threshold if rule is not None else None
    return _DEFAULTS[kind].threshold if written is None else max(0, written)


def _began(kind: OverflowSituation, situation: QueueSituation) -> datetime | None:
    began = situation.entered_at if kind is OverflowSituation.MAX_WAIT else situation.closed_at
    return None if began is None else began.astimezone(UTC)


def _has_come(kind: OverflowSituation, threshold: int, situation: QueueSituation, now: datetime) -> bool:
    if kind is OverflowSituation.NOBODY_SIGNED_IN:
        return situation.signed_in <= 0
    if kind is OverflowSituation.MAX_LENGTH:
        return situation.entering and situation.ahead >= threshold
    began = _began(kind, situation)
    return began is not None and now.astimezone(UTC) - began >= timedelta(seconds=threshold)


def _decision(kind: OverflowSituation, rule: OverflowRule | None, situation: QueueSituation) -> OverflowDecision:
    if rule is None:
        return OverflowDecision(kind, _DEFAULTS[kind].action, None, None, f"{kind}, by default")
    if rule.action is OverflowAction.GROUP and not _leads_on(rule, situation):
        reason = f"{kind}, by default: overflow_rule {rule.id} leads to no group where the caller has not been"
        return OverflowDecision(kind, _DEFAULTS[kind].action, None, rule.id, reason)
    return OverflowDecision(kind, rule.action, rule.key, rule.id, f"{kind}, by overflow_rule {rule.id}")


def _leads_on(rule: OverflowRule, situation: QueueSituation) -> bool:
    key = rule.key or ""
    been = {str(group_id) for group_id in (*situation.passed, situation.group_id)}
    return key.isascii() and key.isdigit() and str(int(key[:18])) not in been
