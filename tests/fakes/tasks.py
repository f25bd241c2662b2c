"""Callback tasks in memory, with the rules of their life. `moves` is what was done, by whom."""

from collections.abc import Sequence

from switchboard.changes import Act
from switchboard.domain.callback import TaskStatus
from switchboard.domain.directory import Policy
from switchboard.domain.tasks.life import Finish, Move, Take, TaskState, make_move
from switchboard.errors import NotFound


class FakeTaskBook:
    """`policy` is that of every task."""

    def __init__(self) -> None:
        self.tasks: dict[str, TaskState] = {}
        self.moves: list[tuple[str, Move, str]] = []
        self.policy: Policy | None = None

    def add(self, *tasks: TaskState) -> None:
        self.tasks |= {each.id: each for each in tasks}

    async def one(self, task_id: str) -> TaskState:
        if task_id not in self.tasks:
            raise NotFound("callback task", task_id)
        return self.tasks[task_id]

    async def may_concern(self, person_id: int) -> Sequence[TaskState]:
        owners = (None, person_id)
        return [
            each
            for each in self.tasks.values()
            if not each.ended and (each.mailbox.person_id in owners or each.taken_by == person_id)
        ]

    async def make_own(self, task_id: str, person_id: int, move: Move, act: Act) -> TaskState:
        task = await self.one(task_id)
        if isinstance(move, Finish) and task.status is TaskStatus.OPEN:
            task = make_move(task, Take(person_id), self.policy, act.at)
        self.tasks[task_id] = make_move(task, move, self.policy, act.at)
        self.moves.append((task_id, move, act.actor))
        return self.tasks[task_id]
