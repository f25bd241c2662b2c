"""Steps of callback tasks as the web asks for them: remembered, and refused where a test says so."""

from dataclasses import dataclass, field

from switchboard.changes import Act
from switchboard.domain.callback import Mailbox, TaskStatus
from switchboard.domain.tasks.life import Move, TaskState
from tests.fakes.web_rows import NOW


@dataclass
class FakeCallsBack:
    """`asked` are task, person and actor."""

    asked: list[tuple[str, int | None, str]] = field(default_factory=list)
    refusal: Exception | None = None

    async def start(self, task_id: str, person_id: int | None, actor: str) -> str:
        self.asked.append((task_id, person_id, actor))
        if self.refusal is not None:
            raise self.refusal
        return "back-1"


@dataclass
class FakeTaskSteps:
    """`asked` are task, move and act; the move is None for a call that the journal shows."""

    asked: list[tuple[str, Move | None, Act]] = field(default_factory=list)
    refusal: Exception | None = None

    async def make(self, task_id: str, move: Move, act: Act) -> TaskState:
        return self._do(task_id, move, act)

    async def finish_by_call(self, task_id: str, act: Act) -> TaskState:
        return self._do(task_id, None, act)

    def _do(self, task_id: str, move: Move | None, act: Act) -> TaskState:
        self.asked.append((task_id, move, act))
        if self.refusal is not None:
            raise self.refusal
        return TaskState(task_id, Mailbox(1), TaskStatus.OPEN, NOW)
