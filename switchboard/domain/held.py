"""A caller who waits while a colleague asks another is not forgotten (R31): when the colleague is reminded, and when
the wait is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from switchboard.domain.directory import OperatorQueue

_SHORTEST_S = 1


@dataclass(frozen=True, slots=True)
class HeldStep:
    """`remind` the colleague, or `return` the caller to the operators: at `at`, after `waited_s` seconds."""

    what: Literal["remind", "return"]
    at: datetime
    waited_s: int


def next_step(since: datetime, reminded: int, rules: OperatorQueue) -> HeldStep:
    """Of a caller held since `since`, whose colleague was reminded so often.

    Every `hold_seconds` a reminder. From the first one on the caller counts as one who is parked: after `park_seconds`
    more they go back. There is one reminder before that at least.
    """
    hold_s = max(_SHORTEST_S, rules.hold_seconds)
    last_s = hold_s + max(0, rules.park_seconds)
    due_s = hold_s * (reminded + 1)
    if reminded == 0 or due_s < last_s:
        return HeldStep("remind", since + timedelta(seconds=due_s), due_s)
    return HeldStep("return", since + timedelta(seconds=last_s), last_s)
