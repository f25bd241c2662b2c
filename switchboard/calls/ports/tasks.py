"""Callback tasks as those who are to call back know them."""

from collections.abc import Sequence
from typing import Protocol

from switchboard.changes import Act
from switchboard.domain.tasks.life import Move, TaskState


class TaskBook(Protocol):
    """Each step is one transaction."""

    async def one(self, task_id: str) -> TaskState:
        """NotFound for a task that there is not."""

    async def may_concern(self, person_id: int) -> Sequence[TaskState]:
        """Tasks that have not ended: those for the person or taken by them, and those of units, functions and
        authorities, whoever watches these. `domain.tasks.own` says which are the person's."""

    async def make_own(self, task_id: str, person_id: int, move: Move, act: Act) -> TaskState:
        """The move, by the person, who takes the task first where that is needed; whoever gets it by the move is told.
        IllegalStep, or NotProven: nothing has changed. NotFound where it is gone."""
