"""Which callback tasks are somebody's to see to, and in which order (R14, R28)."""

from collections.abc import Iterable
from datetime import UTC, datetime

from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import Directory
from switchboard.domain.tasks.life import TaskState
from switchboard.domain.tasks.rota import watchers_at

_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


def tasks_of(person_id: int, tasks: Iterable[TaskState], directory: Directory, now: datetime) -> tuple[TaskState, ...]:
    """Those that have not ended and are for the person, that the person has taken, or whose mailbox they watch now
    (R28) unless somebody else has taken them. The nearest deadline first; those without one last, the oldest first."""
    mine = [each for each in tasks if not each.ended and _is_for(person_id, each, directory, now)]
    return tuple(sorted(mine, key=_urgency))


def watches(person_id: int, mailbox: Mailbox, directory: Directory, now: datetime) -> bool:
    """Whether the mailbox of a function, a unit or an authority is the person's to see to now."""
    return mailbox.person_id is None and person_id in watchers_at(directory, mailbox, now)


def _is_for(person_id: int, task: TaskState, directory: Directory, now: datetime) -> bool:
    if task.taken_by is not None:
        return task.taken_by == person_id
    return task.mailbox.person_id == person_id or watches(person_id, task.mailbox, directory, now)


def _urgency(task: TaskState) -> tuple[datetime, datetime, str]:
    due = task.due.astimezone(UTC) if task.due is not None else _END_OF_TIME
    return due, task.received_at.astimezone(UTC), task.id
