"""At the start: the jobs are there, and everybody with absences is looked at, for settings and addresses may have
changed."""

from datetime import datetime

from sqlalchemy import select

from switchboard.db.autoreply.rows import FIND_ABSENCES, LOOK_AT_MAIL
from switchboard.db.autoreply.spreading import in_parts, put_looks, spread
from switchboard.db.engine import Database
from switchboard.db.tables import autoreply, job
from switchboard.db.task_rows import insert_new


async def start_autoreplies(database: Database, now: datetime) -> None:
    """Raises where the database is away. Done by two services, or again, it comes to the same."""
    with_absences = select(autoreply.c.person_id).where(autoreply.c.absences != "").order_by(autoreply.c.person_id)
    async with database.read() as tx:
        people = (await tx.execute(with_absences)).scalars().all()
    for part in in_parts(spread(people, now)):
        async with database.write() as tx:
            await put_looks(tx, part, now)
    async with database.write() as tx:
        for kind in (FIND_ABSENCES, LOOK_AT_MAIL):
            await insert_new(tx, job, {"kind": kind, "key": "", "due": now, "arguments": {}})
