"""The callback task: the promise that somebody who was not reached will be called back (R14-R16)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from switchboard.domain.announcement import Promise
from switchboard.domain.directory import Policy
from switchboard.domain.numbers import parse_number, short_digits


class TaskStatus(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    PROMISED = "promised"
    DONE = "done"
    CLOSED = "closed"


TaskSource = Literal["voicemail", "operator", "queue", "abandoned", "fallback", "interrupted"]
"""`interrupted`: a fault of ours cost the message that the caller spoke."""


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

    `name` is the recording's name in Asterisk. `task_id`: it is a note that a colleague speaks for this task, which is
    open already; None: a message that opens one.
    """

    name: str
    call_id: str
    mailbox: Mailbox
    caller: str | None
    started_at: datetime
    task_id: str | None = None


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
    """`promised_at`: a time that the caller was told already, by whoever opened the task in the talk (R20)."""

    id: str
    mailbox: Mailbox
    caller: str | None
    source: TaskSource
    call_id: str | None
    voicemail_message_id: str | None
    received_at: datetime
    deadline: Deadline
    status: TaskStatus = TaskStatus.OPEN
    promised_at: datetime | None = None


class Step(StrEnum):
    """What somebody does with a task. `ATTEMPT`: called, and did not reach the caller; `PROMISE`: the caller was told
    a new time (R17, R18); `HAND_OVER`: it is for somebody else now; `JOIN`: another message of the same caller;
    `CLOSE`: ended without a call, e.g. the caller rang again."""

    TAKE = "take"
    RELEASE = "release"
    ATTEMPT = "attempt"
    PROMISE = "promise"
    HAND_OVER = "hand_over"
    JOIN = "join"
    FINISH = "finish"
    CLOSE = "close"


# A task is open until somebody takes it. Whoever has it tries (any number of times), calls back (done), agrees on
# another time (promised) or lays it back. A promised task is still theirs and ends like a taken one. Handed over, it is
# open again for whoever gets it. More messages join it while it has not ended. An ended task stays ended: what was done
# is evidence.
TRANSITIONS: Mapping[tuple[TaskStatus, Step], TaskStatus] = MappingProxyType(
    {
        (TaskStatus.OPEN, Step.TAKE): TaskStatus.TAKEN,
        (TaskStatus.OPEN, Step.HAND_OVER): TaskStatus.OPEN,
        (TaskStatus.OPEN, Step.JOIN): TaskStatus.OPEN,
        (TaskStatus.OPEN, Step.CLOSE): TaskStatus.CLOSED,
        (TaskStatus.TAKEN, Step.RELEASE): TaskStatus.OPEN,
        (TaskStatus.TAKEN, Step.PROMISE): TaskStatus.PROMISED,
        (TaskStatus.TAKEN, Step.ATTEMPT): TaskStatus.TAKEN,
        (TaskStatus.TAKEN, Step.HAND_OVER): TaskStatus.OPEN,
        (TaskStatus.TAKEN, Step.JOIN): TaskStatus.TAKEN,
        (TaskStatus.TAKEN, Step.FINISH): TaskStatus.DONE,
        (TaskStatus.TAKEN, Step.CLOSE): TaskStatus.CLOSED,
        (TaskStatus.PROMISED, Step.TAKE): TaskStatus.TAKEN,
        (TaskStatus.PROMISED, Step.PROMISE): TaskStatus.PROMISED,
        (TaskStatus.PROMISED, Step.ATTEMPT): TaskStatus.PROMISED,
        (TaskStatus.PROMISED, Step.HAND_OVER): TaskStatus.OPEN,
        (TaskStatus.PROMISED, Step.JOIN): TaskStatus.PROMISED,
        (TaskStatus.PROMISED, Step.FINISH): TaskStatus.DONE,
        (TaskStatus.PROMISED, Step.CLOSE): TaskStatus.CLOSED,
    }
)


class IllegalStep(ValueError):
    """The task's status does not allow the step; nothing has changed."""


def open_task(
    message: VoicemailMessage, task_id: str, deadline: Deadline, source: TaskSource = "voicemail"
) -> CallbackTask:
    """The task that a message opens (R14)."""
    return CallbackTask(
        id=task_id,
        mailbox=message.mailbox,
        caller=message.caller,
        source=source,
        call_id=message.call_id,
        voicemail_message_id=message.id,
        received_at=message.received_at,
        deadline=deadline,
    )


def next_status(task_id: str, status: TaskStatus, step: Step) -> TaskStatus:
    """The status after `step`; IllegalStep where the table has no such move."""
    following = TRANSITIONS.get((status, step))
    if following is None:
        raise IllegalStep(f"callback task {task_id} is {status}: {step} is not possible")
    return following


def advance(task: CallbackTask, step: Step) -> CallbackTask:
    """The task after `step`; IllegalStep where the table has no such move."""
    return replace(task, status=next_status(task.id, task.status, step))


def promise_for(task: CallbackTask, policy: Policy | None) -> Promise:
    """What the caller is promised (R14-R16). A colleague's short digits can be called back too."""
    caller = task.caller or ""
    return Promise(
        by=task.deadline.on,
        email_counts=policy is not None and policy.email_counts,
        has_number=parse_number(caller) is not None or short_digits(caller) is not None,
    )
