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
    """What somebody does with a task. `PROMISE`: the caller was told a new time (R17, R18); `CLOSE`: ended without
    a call, e.g. the caller rang again."""

    TAKE = "take"
    RELEASE = "release"
    PROMISE = "promise"
    FINISH = "finish"
    CLOSE = "close"


# A task is open until somebody takes it. Whoever has it calls back (done), agrees on another time (promised) or lays
# it back. A promised task is still theirs and ends like a taken one. An ended task stays ended: what was done is
# evidence.
TRANSITIONS: Mapping[tuple[TaskStatus, Step], TaskStatus] = MappingProxyType(
    {
        (TaskStatus.OPEN, Step.TAKE): TaskStatus.TAKEN,
        (TaskStatus.OPEN, Step.CLOSE): TaskStatus.CLOSED,
        (TaskStatus.TAKEN, Step.RELEASE): TaskStatus.OPEN,
        (TaskStatus.TAKEN, Step.PROMISE): TaskStatus.PROMISED,
        (TaskStatus.TAKEN, Step.FINISH): TaskStatus.DONE,
        (TaskStatus.TAKEN, Step.CLOSE): TaskStatus.CLOSED,
        (TaskStatus.PROMISED, Step.TAKE): TaskStatus.TAKEN,
        (TaskStatus.PROMISED, Step.PROMISE): TaskStatus.PROMISED,
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


def advance(task: CallbackTask, step: Step) -> CallbackTask:
    """The task after `step`; IllegalStep where the table has no such move."""
    status = TRANSITIONS.get((task.status, step))
    if status is None:
        raise IllegalStep(f"callback task {task.id} is {task.status}: {step} is not possible")
    return replace(task, status=status)


def promise_for(task: CallbackTask, policy: Policy | None) -> Promise:
    """What the caller is promised (R14-R16). A colleague's short digits can be called back too."""
    caller = task.caller or ""
    return Promise(
        by=task.deadline.on,
        email_counts=policy is not None and policy.email_counts,
        has_number=parse_number(caller) is not None or short_digits(caller) is not None,
    )
