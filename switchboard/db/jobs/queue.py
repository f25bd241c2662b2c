"""The table `job`: what is due, and when."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports.duties import Job
from switchboard.db.engine import Database
from switchboard.db.engine.patience import patiently
from switchboard.db.jobs.leases import LET_GO, Lease, Terms, hold, take_due
from switchboard.db.storable import storable
from switchboard.db.tables import job

LEASE = timedelta(minutes=5)
PATIENCE_SECONDS = 5.0
LONGEST_ERROR = 500


class DatabaseJobs:
    """The port `calls.ports.duties.Jobs`. `worker` names this process and no other. `kinds`: only jobs of these, so
    that what waits for a slow server holds up nothing else."""

    def __init__(self, database: Database, worker: str, kinds: Collection[str] | None = None) -> None:
        self._database = database
        self._worker = worker
        self._among = [] if kinds is None else [job.c.kind.in_(sorted(kinds))]

    async def take(self, now: datetime) -> Job | None:
        """Looks before it writes: most of the time nothing is due."""
        async with self._database.read() as tx:
            due = select(job.c.id).where(job.c.state == "waiting", job.c.due <= now, *self._among).limit(1)
            if (await tx.execute(due)).first() is None:
                return None
        return await patiently(PATIENCE_SECONDS)(self._take, now)

    async def put_off(self, job: Job, until: datetime, error: str) -> None:
        await self._change(job, {"due": until, "error": storable(error, LONGEST_ERROR), **LET_GO})

    async def give_up(self, job: Job, error: str) -> None:
        await self._change(job, {"state": "failed", "error": storable(error, LONGEST_ERROR), **LET_GO})

    async def _take(self, now: datetime) -> Job | None:
        async with self._database.write() as tx:
            row = await take_due(tx, job, job.c.due, Terms(self._worker, now, LEASE), *self._among)
        return None if row is None else _read(row)

    async def _change(self, done: Job, values: Mapping[str, Any]) -> None:
        async with self._database.write() as tx:
            mine = (job.c.id == done.id, job.c.locked_by == done.worker, job.c.tries == done.tries)
            await tx.execute(update(job).where(*mine).values(values))


async def put_job(
    tx: AsyncConnection, kind: str, key: str, due: datetime, arguments: Mapping[str, Any] | None = None
) -> None:
    """There is one job of a kind and key: one that is there becomes due then, and whoever works on it loses it."""
    await put_jobs(tx, kind, {key: due}, arguments)


async def put_jobs(
    tx: AsyncConnection, kind: str, dues: Mapping[str, datetime], arguments: Mapping[str, Any] | None = None
) -> None:
    """One by key, as `put_job` does."""
    if not dues:
        return
    builder = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    values = {"arguments": dict(arguments or {}), "state": "waiting", "tries": 0, "error": None, **LET_GO}
    new = builder(job).values(kind=kind, **values)
    new = new.on_conflict_do_update(index_elements=["kind", "key"], set_={"due": new.excluded.due, **values})
    await tx.execute(new, [{"key": key, "due": due} for key, due in dues.items()])


async def remove_job(tx: AsyncConnection, kind: str, key: str) -> None:
    """Harmless where there is none."""
    await tx.execute(delete(job).where(job.c.kind == kind, job.c.key == key))


async def hold_job(tx: AsyncConnection, held: Job) -> None:
    """In each transaction of what a job does, before its end. LeaseLost where it is not ours any more."""
    await hold(tx, job, Lease(held.id, held.worker, held.tries))


async def reschedule(
    tx: AsyncConnection, held: Job, due: datetime | None, arguments: Mapping[str, Any] | None = None
) -> None:
    """In the transaction of what the job did: it is over, or due again then. LeaseLost where it is not ours any more;
    then the transaction must not be committed."""
    await hold_job(tx, held)
    if due is None:
        await tx.execute(delete(job).where(job.c.id == held.id))
        return
    values: dict[str, Any] = {"due": due, "tries": 0, "error": None, **LET_GO}
    if arguments is not None:
        values["arguments"] = dict(arguments)
    await tx.execute(update(job).where(job.c.id == held.id).values(values))


def _read(row: Row[Any]) -> Job:
    return Job(row.id, row.kind, row.key, row.due, row.arguments or {}, row.locked_by, row.tries)
