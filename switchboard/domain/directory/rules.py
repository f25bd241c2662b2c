"""The rules that are looked at before the directory."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from switchboard.domain.directory.organisation import Destination


class RuleAction(StrEnum):
    ROUTE = "route"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """Looked at in order of `priority` (lowest first, then id) before the directory.

    A pattern is Asterisk's dial pattern without the underscore (`X` 0-9, `Z` 1-9, `N` 2-9, `[1-5]`, `.` one
    or more, `!` none or more) or plain digits, matched against the E.164 form with `+`; `anonymous` as caller
    pattern matches callers without a number; None matches every one. `when` says in which state of
    `schedule_id` the rule counts."""

    id: int
    authority_id: int
    priority: int
    called_pattern: str | None
    caller_pattern: str | None
    schedule_id: int | None
    when: Literal["always", "open", "closed"]
    action: RuleAction
    destination: Destination | None
