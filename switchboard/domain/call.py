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
    is anonymous. `source` is the trunk or one of our phones (`account` then names the device)."""

    id: str
    called: str
    caller: str | None
    caller_name: str | None
    source: Literal["trunk", "phone"]
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
    FAULT = "fault"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class CallEvent:
    """A line of the journal. `detail` keys that hold personal data begin with `pii_`."""

    call_id: str
    at: datetime
    kind: EventKind
    detail: Mapping[str, JsonValue] = field(default_factory=dict)


class Outcome(StrEnum):
    """How a call ended, as one word for the journal."""

    CONNECTED = "connected"
    MESSAGE = "message"
    ABANDONED = "abandoned"
    INFORMED = "informed"
    REFUSED = "refused"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """`reason` says why in a short stable phrase, e.g. `caller hung up in menu`."""

    outcome: Outcome
    reason: str
