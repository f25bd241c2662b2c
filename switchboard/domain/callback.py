"""The callback task: the promise that somebody who was not reached will be called back (R14-R16)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal


class TaskStatus(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    PROMISED = "promised"
    DONE = "done"
    CLOSED = "closed"


TaskSource = Literal["voicemail", "operator", "queue", "abandoned", "fallback"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """`on` is the n-th working day after receipt, `at` the end of that local day; both None where the policy
    sets no term. `rule` says how it was counted, for people."""

    on: date | None
    at: datetime | None
    rule: str
    policy_id: int | None


@dataclass(frozen=True, slots=True)
class Mailbox:
    """For whom a message is: a person, a unit, a function group, or the authority itself."""

    authority_id: int
    person_id: int | None = None
    unit_id: int | None = None
    group_id: int | None = None


@dataclass(frozen=True, slots=True)
class PendingRecording:
    """Written before a recording begins, so that whatever Asterisk recorded can be found and owned after a
    crash.

    `name` is the recording's name in Asterisk.
    """

    name: str
    call_id: str
    mailbox: Mailbox
    caller: str | None
    started_at: datetime


@dataclass(frozen=True, slots=True)
class VoicemailMessage:
    """`caller` is E.164 where the number could be read, else what was shown, else None. `sha256` names the
    audio."""

    id: str
    call_id: str
    mailbox: Mailbox
    caller: str | None
    received_at: datetime
    duration_s: float
    sha256: str


@dataclass(frozen=True, slots=True)
class CallbackTask:
    id: str
    mailbox: Mailbox
    caller: str | None
    source: TaskSource
    call_id: str | None
    voicemail_message_id: str | None
    received_at: datetime
    deadline: Deadline
    status: TaskStatus = TaskStatus.OPEN
