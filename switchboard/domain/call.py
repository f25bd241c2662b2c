"""One call as values: who calls whom, what happened, how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

JsonValue = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class IncomingCall:
    """A call as it came. `id` is the caller's channel id, unique across all nodes.

    `called` and `caller` are the raw strings from the wire, of any length and content; None or empty caller
    is anonymous. `source` is the trunk, one of our phones (`account` then names the device), or the service itself: a
    caller who kept their place is called back, or a colleague who ordered it calls somebody back."""

    id: str
    called: str
    caller: str | None
    caller_name: str | None
    source: Literal["trunk", "phone", "service"]
    account: str | None
    arrived_at: datetime


class EventKind(StrEnum):
    ARRIVED = "arrived"
    ROUTED = "routed"
    RANG = "rang"
    NOT_RUNG = "not_rung"
    ANSWERED = "answered"
    PLAYED = "played"
    CHOSE = "chose"
    RECORDING = "recording"
    RECORDED = "recorded"
    TASK_OPENED = "task_opened"
    CONNECTED = "connected"
    QUEUED = "queued"
    LEFT_QUEUE = "left_queue"
    BOOKED = "booked"
    HELD = "held"
    RESUMED = "resumed"
    CONSULTED = "consulted"
    TRANSFERRED = "transferred"
    RETURNED = "returned"
    PARKED = "parked"
    DESK = "desk"
    FAULT = "fault"
    ENDED = "ended"


CALL_BACK = "CallBack"
"""The `order` of a `desk` event: in the call of that event `person` wants `pii_number` rung. It proves a call back as a
call dialled to the number does."""


@dataclass(frozen=True, slots=True)
class CallEvent:
    """A line of the journal. `detail` keys that hold personal data begin with `pii_`."""

    call_id: str
    at: datetime
    kind: EventKind
    detail: Mapping[str, JsonValue] = field(default_factory=dict)


class Outcome(StrEnum):
    """How a call ended, as one word for the journal. `TRANSFERRED`: a consultation whose parties went on in another
    call; `BOOKED`: the caller keeps the place and is called back; `SERVED`: a code that the service itself carried
    out."""

    CONNECTED = "connected"
    MESSAGE = "message"
    ABANDONED = "abandoned"
    INFORMED = "informed"
    REFUSED = "refused"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    TRANSFERRED = "transferred"
    BOOKED = "booked"
    SERVED = "served"


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """`reason` says why in a short stable phrase, e.g. `caller hung up in menu`."""

    outcome: Outcome
    reason: str
