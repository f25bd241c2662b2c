"""The job that looks through the journal for calls back: long enough, the task is done; else it was an attempt."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports import DirectorySource, Log
from switchboard.calls.ports.duties import Job
from switchboard.changes import Act
from switchboard.db.engine import Database
from switchboard.db.jobs import reschedule
from switchboard.db.tables import callback_event, callback_task
from switchboard.db.tasks.calls_back import OutgoingCall, calls_between, is_of, may_call_for
from switchboard.db.tasks.rows import NOT_ENDED, lock_task, look_again, state_of, step
from switchboard.db.tasks.steps import policy_of
from switchboard.domain.callback import IllegalStep, TaskStatus
from switchboard.domain.directory import Directory
from switchboard.domain.tasks.life import Attempt, CallProof, Finish, Move, Take, TaskState, call_seconds

FIND_CALLS = "find_calls"
EVERY = timedelta(seconds=15)
OVERLAP = timedelta(minutes=2)
"""The journal is written a little later than things happen, up to half a minute when the database is slow."""
FIRST_LOOK_BACK = timedelta(days=1)


class CallFinder:
    def __init__(self, database: Database, directory: DirectorySource, now: Callable[[], datetime], log: Log) -> None:
        self._database = database
        self._directory = directory
        self._now = now
        self._log = log

    async def run(self, job: Job) -> None:
        """Each call counts once for a task, however often it is looked at."""
        until = self._now()
        directory = await self._directory.current()
        async with self._database.read() as tx:
            calls = await calls_between(tx, _since(job, until), until)
            waiting = [(each, await _waiting_for(tx, each)) for each in calls]
        for each, task_ids in waiting:
            for task_id in task_ids:
                await self._count(task_id, each, directory)
        async with self._database.write() as tx:
            await reschedule(tx, job, until + EVERY, {"since": until.isoformat()})

    async def _count(self, task_id: str, outgoing: OutgoingCall, directory: Directory) -> None:
        async with self._database.write() as tx:
            row = await lock_task(tx, callback_task.c.id == task_id)
            if row is None:
                return
            task = state_of(row)
            if task.ended or await _counted(tx, task_id, outgoing.id):
                return
            act = Act(f"{outgoing.person} ({outgoing.account or 'keypad from outside'})", outgoing.ended_at)
            policy = policy_of(directory, task)
            proven = outgoing.talked_s >= call_seconds(policy)
            for move in _moves(task, outgoing, proven):
                try:
                    task = await step(tx, task, move, policy, act)
                except IllegalStep as refusal:
                    self._log.warning("call_back_not_counted", task=task_id, call_id=outgoing.id, why=str(refusal))
                    return
            await look_again(tx, task, self._now())
        self._log.info("call_back_found", task=task_id, call_id=outgoing.id, done=proven)


def _moves(task: TaskState, outgoing: OutgoingCall, proven: bool) -> Sequence[Move]:
    """Whoever calls has taken the task."""
    if proven:
        called: Move = Finish(CallProof(outgoing.id, outgoing.account, outgoing.talked_s))
    else:
        called = Attempt(f"talked for {int(outgoing.talked_s)} s" if outgoing.talked_s else "no answer", outgoing.id)
    return [Take(outgoing.person_id), called] if task.status is TaskStatus.OPEN else [called]


async def _waiting_for(tx: AsyncConnection, outgoing: OutgoingCall) -> Sequence[str]:
    """Tasks whose caller was called, and that were open before."""
    open_tasks = select(callback_task).where(
        callback_task.c.caller == outgoing.number, callback_task.c.status.in_(NOT_ENDED)
    )
    tasks = [state_of(row) for row in (await tx.execute(open_tasks.order_by(callback_task.c.id))).all()]
    return [each.id for each in tasks if is_of(outgoing, each) and await may_call_for(tx, outgoing, each)]


async def _counted(tx: AsyncConnection, task_id: str, call_id: str) -> bool:
    events = select(callback_event.c.detail).where(
        callback_event.c.task_id == task_id, callback_event.c.kind.in_(("attempted", "done"))
    )
    return any((detail or {}).get("call_id") == call_id for detail in (await tx.execute(events)).scalars())


def _since(job: Job, now: datetime) -> datetime:
    kept = job.arguments.get("since")
    return datetime.fromisoformat(kept) - OVERLAP if isinstance(kept, str) else now - FIRST_LOOK_BACK
