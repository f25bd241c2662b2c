"""What people do with callback tasks: taken, tried, promised, handed over, done, closed (R14-R18)."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports import DirectorySource
from switchboard.changes import Act
from switchboard.db.engine import Database
from switchboard.db.engine.patience import patiently
from switchboard.db.tables import callback_task
from switchboard.db.tasks.calls_back import latest_call_back
from switchboard.db.tasks.rows import NOT_ENDED, Told, add_notice, lock_task, look_again, state_of, step
from switchboard.domain.callback import IllegalStep, TaskStatus
from switchboard.domain.deadline import policy_in_force
from switchboard.domain.directory import Directory, Policy
from switchboard.domain.tasks.life import Finish, HandOver, Move, NotProven, Take, TaskState
from switchboard.domain.working_days import local_date
from switchboard.errors import Conflict, NotFound

PATIENCE_SECONDS = 5.0
MOST_TASKS = 2000
FindMove = Callable[[AsyncConnection, TaskState], Awaitable[Move]]


class TaskSteps:
    """Each method is one transaction. Conflict, with the reason, where the step is not possible: nothing changed.

    Fulfils the port `calls.ports.TaskBook` too.
    """

    def __init__(self, database: Database, directory: DirectorySource) -> None:
        self._database = database
        self._directory = directory

    async def make(self, task_id: str, move: Move, act: Act) -> TaskState:
        """NotFound for a task that there is not."""
        directory = await self._directory.current()
        with _as_conflict():
            return await patiently(PATIENCE_SECONDS)(self._make, task_id, _given(move), directory, act)

    async def finish_by_call(self, task_id: str, act: Act) -> TaskState:
        """Done by the call back that the journal shows. Conflict where it shows none that is long enough."""
        directory = await self._directory.current()

        async def found(tx: AsyncConnection, task: TaskState) -> Move:
            proof = await latest_call_back(tx, task, policy_of(directory, task))
            if proof is None:
                raise NotProven(f"callback task {task.id} is not done: the journal shows no call back to the number")
            return Finish(proof)

        with _as_conflict():
            return await patiently(PATIENCE_SECONDS)(self._make, task_id, found, directory, act)

    async def one(self, task_id: str) -> TaskState:
        async with self._database.read() as tx:
            row = (await tx.execute(select(callback_task).where(callback_task.c.id == task_id))).first()
        if row is None:
            raise NotFound("callback task", task_id)
        return state_of(row)

    async def may_concern(self, person_id: int) -> Sequence[TaskState]:
        kept = callback_task.c
        somebodys = or_(kept.person_id == person_id, kept.taken_by_id == person_id, kept.person_id.is_(None))
        wanted = select(callback_task).where(kept.status.in_(NOT_ENDED), somebodys)
        async with self._database.read() as tx:
            rows = await tx.execute(wanted.order_by(kept.received_at, kept.id).limit(MOST_TASKS))
            return [state_of(row) for row in rows]

    async def make_own(self, task_id: str, person_id: int, move: Move, act: Act) -> TaskState:
        directory = await self._directory.current()
        return await patiently(PATIENCE_SECONDS)(self._make, task_id, _given(move), directory, act, person_id)

    async def _make(
        self, task_id: str, find: FindMove, directory: Directory, act: Act, taken_by: int | None = None
    ) -> TaskState:
        """`taken_by`: whoever takes the task first, where what is done asks for one that is taken. IllegalStep: nothing
        is written."""
        async with self._database.write() as tx:
            row = await lock_task(tx, callback_task.c.id == task_id)
            if row is None:
                raise NotFound("callback task", task_id)
            task = state_of(row)
            move = await find(tx, task)
            if taken_by is not None and isinstance(move, Finish) and task.status is TaskStatus.OPEN:
                task = await step(tx, task, Take(taken_by), policy_of(directory, task), act)
            moved = await step(tx, task, move, policy_of(directory, task), act)
            if isinstance(move, HandOver):
                await add_notice(tx, moved, Told("handed_over", act.at.isoformat()), act.at)
            await look_again(tx, moved, act.at)
            return moved


@contextmanager
def _as_conflict() -> Iterator[None]:
    try:
        yield
    except IllegalStep as refusal:
        raise Conflict(str(refusal)) from None


def policy_of(directory: Directory, task: TaskState) -> Policy | None:
    """The version of the day on which the caller sought us (R50)."""
    return policy_in_force(directory.policies(task.mailbox.authority_id), local_date(task.received_at))


def _given(move: Move) -> FindMove:
    async def find(tx: AsyncConnection, task: TaskState) -> Move:
        del tx, task
        return move

    return find
