"""The life of a callback task: what may be done with it, what each step changes, and what proves that it is done.

`TRANSITIONS` of `domain.callback` says which step follows which; here each step brings what it needs. A move that is
not possible raises and changes nothing (R14-R18).
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import ClassVar, Protocol

from switchboard.domain.callback import IllegalStep, Mailbox, Step, TaskStatus, next_status
from switchboard.domain.directory import Policy

ENDED = frozenset({TaskStatus.DONE, TaskStatus.CLOSED})
CALL_SECONDS = 20
"""A talk that proves a call back, where the authority has no policy."""
Detail = dict[str, str | int | float | bool | None]


class NotProven(IllegalStep):
    """What was brought does not prove that the caller was answered; nothing has changed."""


@dataclass(frozen=True, slots=True)
class TaskState:
    """A task as far as its life goes. `deadline` None: no term. `promised_at` is a deadline of its own and counts
    instead (R17, R18). `taken_by`: the person who has it, where one is named."""

    id: str
    mailbox: Mailbox
    status: TaskStatus
    received_at: datetime
    deadline_on: date | None = None
    deadline: datetime | None = None
    promised_at: datetime | None = None
    taken_by: int | None = None
    attempts: int = 0
    caller: str | None = None

    @property
    def due(self) -> datetime | None:
        """By when somebody must have called."""
        return self.promised_at or self.deadline

    @property
    def ended(self) -> bool:
        return self.status in ENDED


@dataclass(frozen=True, slots=True)
class CallProof:
    """An answered outgoing call of one of the authority's phones to the number, as the journal has it."""

    call_id: str
    account: str
    talked_s: float


@dataclass(frozen=True, slots=True)
class EmailProof:
    """The answer went by e-mail; `reference` says which: its subject, its register number, its Message-ID."""

    reference: str


@dataclass(frozen=True, slots=True)
class StatementProof:
    """A person says that the caller was answered, and why no call of ours shows it."""

    person_id: int
    reason: str


Proof = CallProof | EmailProof | StatementProof


class Move(Protocol):
    """One step of a task's life with what it needs. `change` may refuse with IllegalStep."""

    step: ClassVar[Step]
    event: ClassVar[str]

    def change(self, task: TaskState, policy: Policy | None, now: datetime) -> TaskState:
        """`task` has its new status already."""

    def detail(self) -> Detail:
        """Particulars of the event that the step leaves behind."""


@dataclass(frozen=True, slots=True)
class Take:
    step: ClassVar[Step] = Step.TAKE
    event: ClassVar[str] = "taken"
    person_id: int | None = None

    def change(self, task: TaskState, policy: Policy | None, now: datetime) -> TaskState:
        return replace(task, taken_by=self.person_id)

    def detail(self) -> Detail:
        return {"person_id": self.person_id}


@dataclass(frozen=True, slots=True)
class Release:
    step: ClassVar[Step] = Step.RELEASE
    event: ClassVar[str] = "released"

    def change(self, task: TaskState, policy: Policy | None, now: datetime) -> TaskState:
        return replace(task, taken_by=None)

    def detail(self) -> Detail:
        return {}


@dataclass(frozen=True, slots=True)
class Attempt:
    """Called and not reached. `call_id` where the journal shows it."""

    step: ClassVar[Step] = Step.ATTEMPT
    event: ClassVar[str] = "attempted"
    note: str = ""
    call_id: str | None = None

    def change(self, task: TaskState, policy: Policy | None, now: datetime) -> TaskState:
        return replace(task, attempts=task.attempts + 1)

    def detail(self) -> Detail:
        return {"note": self.note, "call_id": self.call_id}


@dataclass(frozen=True, slots=True)
class Promise:
    """The interim notice: the caller was told a new time, in the way `how` says (R17)."""

    step: ClassVar[Step] = Step.PROMISE
    event: ClassVar[str] = "promised"
    until: datetime
    how: str = ""

    def change(self, task: TaskState, policy: Policy | None, now: datetime) -> TaskState:
        _need(self.until.astimezone(UTC) > now.astimezone(UTC), task, "the promised time has passed already")
        return replace(task, promised_at=self.until)

    def detail(self) -> Detail:
        return {"promised_at": self.until.isoformat(), "how": self.how}


@dataclass(frozen=True, slots=True)
class HandOver:
    step: ClassVar[Step] = Step.HAND_OVER
    event: ClassVar[str] = "handed_over"
    to: Mailbox
    why: str

    def change(self, task: TaskState, policy: Policy | None, now: datetime) -> TaskState:
        _need(bool(self.why.strip()), task, "handing over needs a reason")
        _need(self.to != task.mailbox, task, "it is for them already")
        return replace(task, mailbox=self.to, taken_by=None)

    def detail(self) -> Detail:
        to = self.to
        return {"person_id": to.person_id, "unit_id": to.unit_id, "group_id": to.group_id, "why": self.why}


@dataclass(frozen=True, slots=True)
class Join:
    """Another message of the same caller for the same mailbox; its own deadline counts only where it is earlier."""

    step: ClassVar[Step] = Step.JOIN
    event: ClassVar[str] = "joined"
    message_id: str | None
    call_id: str | None
    deadline_on: date | None
    deadline: datetime | None

    def change(self, task: TaskState, policy: Policy | None, now: datetime) -> TaskState:
        """A term is earlier than none."""
        at, old = self.deadline, task.deadline
        if at is None or (old is not None and old.astimezone(UTC) <= at.astimezone(UTC)):
            return task
        return replace(task, deadline_on=self.deadline_on, deadline=at)

    def detail(self) -> Detail:
        return {"message_id": self.message_id, "call_id": self.call_id}


@dataclass(frozen=True, slots=True)
class Finish:
    step: ClassVar[Step] = Step.FINISH
    event: ClassVar[str] = "done"
    proof: Proof

    def change(self, task: TaskState, policy: Policy | None, now: datetime) -> TaskState:
        refuse_weak(task, self.proof, policy)
        return task

    def detail(self) -> Detail:
        return _shown(self.proof)


@dataclass(frozen=True, slots=True)
class Close:
    step: ClassVar[Step] = Step.CLOSE
    event: ClassVar[str] = "closed"
    reason: str

    def change(self, task: TaskState, policy: Policy | None, now: datetime) -> TaskState:
        _need(bool(self.reason.strip()), task, "closing needs a reason")
        return task

    def detail(self) -> Detail:
        return {"reason": self.reason}


def make_move(task: TaskState, move: Move, policy: Policy | None, now: datetime) -> TaskState:
    """The task after `move`, by the policy of its authority. IllegalStep, or NotProven: nothing has changed."""
    moved = replace(task, status=next_status(task.id, task.status, move.step))
    return move.change(moved, policy, now)


def call_seconds(policy: Policy | None) -> int:
    """How long a talk must have been to count as having called back."""
    return policy.proof_call_seconds if policy is not None else CALL_SECONDS


def refuse_weak(task: TaskState, proof: Proof, policy: Policy | None) -> None:
    """NotProven where the proof does not count by the authority's policy (R14, R15)."""
    match proof:
        case CallProof(_, _, talked_s):
            needed = call_seconds(policy)
            _prove(talked_s >= needed, task, f"the talk lasted {int(talked_s)} s; {needed} s are needed")
        case EmailProof(reference):
            counts = policy is not None and policy.email_counts
            _prove(counts, task, "the authority's policy asks for a call; an e-mail does not count")
            _prove(bool(reference.strip()), task, "say which e-mail it was")
        case StatementProof(_, reason):
            _prove(bool(reason.strip()), task, "a statement needs a reason")


def _shown(proof: Proof) -> Detail:
    match proof:
        case CallProof(call_id, account, talked_s):
            return {"proof": "call", "call_id": call_id, "account": account, "talked_s": round(talked_s, 1)}
        case EmailProof(reference):
            return {"proof": "email", "pii_reference": reference}
        case StatementProof(person_id, reason):
            return {"proof": "statement", "person_id": person_id, "reason": reason}


def _need(fulfilled: bool, task: TaskState, otherwise: str) -> None:
    if not fulfilled:
        raise IllegalStep(f"callback task {task.id}: {otherwise}")


def _prove(fulfilled: bool, task: TaskState, otherwise: str) -> None:
    if not fulfilled:
        raise NotProven(f"callback task {task.id} is not done: {otherwise}")
