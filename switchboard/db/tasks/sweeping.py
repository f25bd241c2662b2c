"""At the start: no task that has not ended is without somebody who watches it, however its row came to be; and the jobs
that go on for ever are there."""

from datetime import datetime

from sqlalchemy import exists, select

from switchboard.db.engine import Database
from switchboard.db.jobs import put_job
from switchboard.db.reminders.greetings import REMIND
from switchboard.db.retention.keeping import RETENTION
from switchboard.db.tables import callback_task, job
from switchboard.db.task_rows import insert_new
from switchboard.db.tasks.finding import FIND_CALLS
from switchboard.db.tasks.rows import NOT_ENDED, WATCH


async def sweep(database: Database, now: datetime) -> None:
    """Raises where the database is away."""
    watched = exists().where(job.c.kind == WATCH, job.c.key == callback_task.c.id)
    unwatched = select(callback_task.c.id).where(callback_task.c.status.in_(NOT_ENDED), ~watched)
    async with database.write() as tx:
        for task_id in (await tx.execute(unwatched.order_by(callback_task.c.id))).scalars().all():
            await put_job(tx, WATCH, task_id, now)
        for kind in (FIND_CALLS, RETENTION, REMIND):
            await insert_new(tx, job, {"kind": kind, "key": "", "due": now, "arguments": {}})
