"""At the start: the jobs are there, and everybody with absences is looked at, for the settings may have changed."""

from datetime import datetime

from sqlalchemy import select

from switchboard.db.autoreply.rows import FIND_ABSENCES, KEEP, LOOK_AT_MAIL
from switchboard.db.engine import Database
from switchboard.db.jobs import put_job
from switchboard.db.tables import autoreply, job
from switchboard.db.task_rows import insert_new


async def start_autoreplies(database: Database, now: datetime) -> None:
    """Raises where the database is away. Done by two services it comes to the same."""
    with_absences = select(autoreply.c.person_id).where(autoreply.c.absences != "").order_by(autoreply.c.person_id)
    async with database.write() as tx:
        for person_id in (await tx.execute(with_absences)).scalars().all():
            await put_job(tx, KEEP, str(person_id), now)
        for kind in (FIND_ABSENCES, LOOK_AT_MAIL):
            await insert_new(tx, job, {"kind": kind, "key": "", "due": now, "arguments": {}})
