"""The operators' desk as administrators set it up: how a queue is shared out, when it overflows, who may call out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal


class Distribution(StrEnum):
    """To whom the first caller in line is offered: every free operator, the one idle longest, or the members in their
    order."""

    RING_ALL = "ring_all"
    LONGEST_IDLE = "longest_idle"
    FIXED_ORDER = "fixed_order"


@dataclass(frozen=True, slots=True)
class OperatorQueue:
    """How an operators' group is run. A group without a row has these defaults, with `id` 0.

    The lower a priority, the earlier the turn; equal ones wait in order of arrival. Times are seconds: between two
    spoken positions, after a call before the next, until a transfer, a hold or a parking comes back.
    """

    id: int
    group_id: int
    distribution: Distribution = Distribution.RING_ALL
    announce_seconds: int = 45
    wrap_up_seconds: int = 0
    keep_place: bool = True
    callback_tries: int = 3
    callback_pause_seconds: int = 600
    transfer_seconds: int = 25
    hold_seconds: int = 120
    park_seconds: int = 120
    missed_before_pause: int = 2
    recall_priority: int = 10
    external_priority: int = 20
    internal_priority: int = 30


class OverflowSituation(StrEnum):
    NOBODY_SIGNED_IN = "nobody_signed_in"
    MAX_WAIT = "max_wait"
    MAX_LENGTH = "max_length"
    CLOSING = "closing"


class OverflowAction(StrEnum):
    """Another group, a message, a booked callback (a task at once), or an announcement and then the menu."""

    GROUP = "group"
    MESSAGE = "message"
    CALLBACK = "callback"
    ANNOUNCEMENT = "announcement"


@dataclass(frozen=True, slots=True)
class OverflowRule:
    """What happens to a caller of the group in a situation. `threshold`: seconds of waiting (max_wait) or callers
    already in line (max_length). `key`: the other group's id, or the prompt's id."""

    id: int
    group_id: int
    situation: OverflowSituation
    action: OverflowAction
    threshold: int | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class CallClass:
    """A class of service: what people who have it may dial."""

    id: int
    authority_id: int
    name: str


@dataclass(frozen=True, slots=True)
class OutgoingRule:
    """Looked at in order of `priority` (lowest first, then id). `pattern` as in RoutingRule, matched against the
    number in E.164 with `+`."""

    id: int
    class_id: int
    priority: int
    pattern: str
    allow: bool


class PauseReason(StrEnum):
    """`NO_ANSWER` and `NO_PHONE` are the system's own: twice not answered, phone not registered."""

    BREAK = "break"
    LUNCH = "lunch"
    MEETING = "meeting"
    AFTER_WORK = "after_work"
    OTHER = "other"
    NO_ANSWER = "no_answer"
    NO_PHONE = "no_phone"


@dataclass(frozen=True, slots=True)
class OperatorSession:
    """An operator signed in to a group (R26). One who is paused, or still in wrap-up time, is not rung.

    `idle_since`: end of the latest call, else the sign-in. `missed`: calls in a row that were not answered.
    """

    id: int
    person_id: int
    group_id: int
    paused: bool = False
    pause_reason: PauseReason | None = None
    since: datetime | None = None
    paused_since: datetime | None = None
    wrap_up_until: datetime | None = None
    idle_since: datetime | None = None
    missed: int = 0


CallerIdRule = Literal["main", "own"]
"""What the called party of an outgoing call sees: the authority's main number, or the caller's own."""
