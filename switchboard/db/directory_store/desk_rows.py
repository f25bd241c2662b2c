"""From rows to values: how queues are run, when they overflow, who may call out, who is at work."""

from switchboard.db.directory_store.fields import Fields
from switchboard.domain.directory import (
    CallClass,
    Distribution,
    OperatorQueue,
    OperatorSession,
    OutgoingRule,
    OverflowAction,
    OverflowRule,
    OverflowSituation,
    PauseReason,
)

LIMITS = {
    "announce_seconds": (5, 3600),
    "wrap_up_seconds": (0, 3600),
    "callback_tries": (1, 20),
    "callback_pause_seconds": (1, 86_400),
    "transfer_seconds": (2, 300),
    "hold_seconds": (2, 3600),
    "park_seconds": (2, 3600),
    "missed_before_pause": (1, 100),
    "recall_priority": (0, 1_000_000),
    "external_priority": (0, 1_000_000),
    "internal_priority": (0, 1_000_000),
}
"""Least and most of each number of a queue."""
MOST_THRESHOLD = 86_400
FIRST = 0


def operator_queue(fields: Fields) -> OperatorQueue:
    """A value that cannot be honoured is reported, and the default holds in its place."""
    group_id = fields.number("group_id")
    usual = OperatorQueue(0, group_id)

    def number(column: str) -> int:
        default: int = getattr(usual, column)
        return fields.salvage(lambda: fields.number(column, *LIMITS[column]), default)

    return OperatorQueue(
        id=fields.number("id"),
        group_id=group_id,
        distribution=fields.salvage(lambda: fields.choice("distribution", Distribution), usual.distribution),
        keep_place=fields.salvage(lambda: fields.flag("keep_place"), usual.keep_place),
        **{column: number(column) for column in LIMITS},
    )


def overflow_rule(fields: Fields) -> OverflowRule:
    """A threshold or key that cannot be honoured is reported, and the default holds in its place."""
    action = fields.choice("action", OverflowAction)
    return OverflowRule(
        id=fields.number("id"),
        group_id=fields.number("group_id"),
        situation=fields.choice("situation", OverflowSituation),
        action=action,
        threshold=fields.salvage(lambda: fields.maybe_number("threshold", 0, MOST_THRESHOLD), None),
        key=fields.salvage(lambda: _action_key(fields, action), None),
    )


def _action_key(fields: Fields, action: OverflowAction) -> str | None:
    if action is not OverflowAction.GROUP:
        return fields.maybe_text("action_key")
    return fields.matching("action_key", "[0-9]{1,9}", "id of a function group")


def call_class(fields: Fields) -> CallClass:
    return CallClass(
        id=fields.number("id"),
        authority_id=fields.number("authority_id"),
        name=fields.text("name").strip(),
    )


def outgoing_rule(fields: Fields) -> OutgoingRule:
    """A rule that cannot be read allows nothing: a typing error opens no expensive number."""
    priority = fields.salvage(lambda: fields.number("priority"), FIRST)
    allow = fields.salvage(lambda: fields.flag("allow"), False)
    return OutgoingRule(
        id=fields.number("id"),
        class_id=fields.number("class_id"),
        priority=priority,
        pattern=fields.text("pattern").strip(),
        allow=allow and not fields.problems,
    )


def operator_session(fields: Fields) -> OperatorSession:
    return OperatorSession(
        id=fields.number("id"),
        person_id=fields.number("person_id"),
        group_id=fields.number("group_id"),
        paused=fields.flag("paused"),
        pause_reason=fields.salvage(lambda: _pause_reason(fields), None),
        since=fields.salvage(lambda: fields.maybe_instant("since"), None),
        paused_since=fields.salvage(lambda: fields.maybe_instant("paused_since"), None),
        wrap_up_until=fields.salvage(lambda: fields.maybe_instant("wrap_up_until"), None),
        idle_since=fields.salvage(lambda: fields.maybe_instant("idle_since"), None),
        missed=fields.salvage(lambda: fields.number("missed", 0), 0),
    )


def _pause_reason(fields: Fields) -> PauseReason | None:
    return fields.choice("pause_reason", PauseReason) if fields.maybe_text("pause_reason") else None
