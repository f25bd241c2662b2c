"""The job that watches over a callback task: tells of it, reminds, passes it on, tells the manager when it is late.

All of one look is one transaction: steps, notices, letters, and when to look next. A look that is begun twice, by two
services or after a crash, counts once.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports import Calendars, Clock, DirectorySource, Log
from switchboard.calls.ports.duties import Job
from switchboard.changes import Act
from switchboard.db.engine import Database
from switchboard.db.engine.patience import patiently
from switchboard.db.jobs import reschedule
from switchboard.db.tables import callback_event, callback_task, notice
from switchboard.db.tasks.lateness import tell_of_lateness
from switchboard.db.tasks.rows import Told, add_event, add_notice, lock_task, state_of, step
from switchboard.db.tasks.steps import policy_of
from switchboard.db.tasks.telling import Telling
from switchboard.domain.directory import Directory
from switchboard.domain.letters import LetterKind
from switchboard.domain.tasks.life import TaskState
from switchboard.domain.tasks.watching import Decision, Watched, decide_watch

SERVICE = "service"
PATIENCE_SECONDS = 5.0
OVERDUE = "overdue"
_IS_NEW = and_(notice.c.kind == "task_opened", notice.c.state == "new")
SETS_DEADLINE = ("opened", "promised", "handed_over")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a look is decided by."""

    directory: DirectorySource
    calendars: Calendars


class TaskWatch:
    """`link` is the address of the API, for people who follow it to a recording."""

    def __init__(self, database: Database, rules: Rules, clock: Clock, link: str, log: Log) -> None:
        self._database = database
        self._directory = rules.directory
        self._calendars = rules.calendars
        self._clock = clock
        self._link = link
        self._log = log

    async def run(self, job: Job) -> None:
        now = self._clock.now()
        directory = await self._directory.current()
        done: Decision | None = await patiently(PATIENCE_SECONDS)(self._look, job, directory, now)
        if done is None:
            return
        if done.hand_over is not None:
            self._log.info("task_passed_on", task=job.key, why=done.hand_over.why)
        if done.breach:
            self._log.warning("task_late", task=job.key)

    async def _look(self, job: Job, directory: Directory, now: datetime) -> Decision | None:
        async with self._database.write() as tx:
            row = await lock_task(tx, callback_task.c.id == job.key)
            if row is None or (task := state_of(row)).ended:
                await reschedule(tx, job, None)
                return None
            policy = policy_of(directory, task)
            calendar = self._calendars.calendar(task.mailbox.authority_id)
            decision = decide_watch(await _watched(tx, task), policy, directory, calendar, now)
            if _is_before(job.due, decision.fell_due):
                # Nobody has looked for a while: what fell due before it at other tasks comes first.
                await reschedule(tx, job, decision.fell_due)
                return None
            act = Act(SERVICE, now)
            if decision.hand_over is not None:
                # One letter says it all: whoever gets the task has not been told that it was opened for another.
                await tx.execute(update(notice).where(notice.c.task_id == task.id, _IS_NEW).values(state="over"))
                task = await step(tx, task, decision.hand_over, policy, act)
                await add_notice(tx, task, Told(LetterKind.HANDED_OVER, now.isoformat()), now)
            if decision.remind is not None:
                await add_notice(tx, task, Told(LetterKind.REMINDER, decision.remind.isoformat()), now)
            telling = Telling(tx, directory, now, self._link)
            if decision.breach and task.due is not None:
                await add_event(tx, task.id, act, OVERDUE, {"due": task.due.isoformat()})
                await tell_of_lateness(telling, task)
            await telling.tell_new(task, policy)
            await reschedule(tx, job, decision.next)
            return decision


def _is_before(one: datetime, other: datetime | None) -> bool:
    return other is not None and one.timestamp() < other.timestamp()


async def _watched(tx: AsyncConnection, task: TaskState) -> Watched:
    kinds = (*SETS_DEADLINE, OVERDUE)
    wanted = select(callback_event).where(callback_event.c.task_id == task.id, callback_event.c.kind.in_(kinds))
    events = (await tx.execute(wanted)).all()
    reminders = select(notice.c.about).where(notice.c.task_id == task.id, notice.c.kind == LetterKind.REMINDER.value)
    broken = [(event.detail or {}).get("due") for event in events if event.kind == OVERDUE]
    return Watched(
        task=task,
        since=max([task.received_at, *(event.at for event in events if event.kind in SETS_DEADLINE)]),
        reminded=[datetime.fromisoformat(about) for about in (await tx.execute(reminders)).scalars()],
        broken=task.due is not None and task.due.isoformat() in broken,
    )
