"""What becomes of the callback task when a message is forwarded: the duty goes along, it is never doubled (R16)."""

from collections.abc import Mapping
from types import MappingProxyType

from switchboard.domain.callback import TaskStatus

# Whoever has taken it has given it away with the message; a time that the caller was promised still holds. What has
# ended stays ended, and the message that comes to somebody new opens a task of its own.
HANDED_OVER: Mapping[TaskStatus, TaskStatus | None] = MappingProxyType(
    {
        TaskStatus.OPEN: TaskStatus.OPEN,
        TaskStatus.TAKEN: TaskStatus.OPEN,
        TaskStatus.PROMISED: TaskStatus.PROMISED,
        TaskStatus.DONE: None,
        TaskStatus.CLOSED: None,
    }
)


def status_handed_over(status: str) -> TaskStatus | None:
    """None: the task has ended, or its row holds no status that we know, and a new one is opened."""
    try:
        return HANDED_OVER[TaskStatus(status)]
    except ValueError:
        return None
