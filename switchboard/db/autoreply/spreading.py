"""When those are looked at who are found together: some then, the others one after the other, for ten thousand at once
would leave the calls no time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.autoreply.rows import KEEP
from switchboard.db.jobs import put_jobs
from switchboard.db.tables import job

AT_ONCE = 50
"""How many are due in the first moment."""
APART = timedelta(milliseconds=100)
"""Between any two of the others: ten a second."""
WRITTEN_AT_ONCE = 200
"""Rows of one transaction: so few that nobody waits for it."""


def spread(people: Sequence[int], first: datetime) -> dict[int, datetime]:
    """By person, in this order, when they are looked at."""
    return {id: first + APART * max(0, place - AT_ONCE) for place, id in enumerate(people, start=1)}


def sooner(due: datetime, known: datetime | None, first: datetime) -> datetime:
    """`due`, or before it what is `known` to be due, but not before `first`."""
    return due if known is None else min(due, max(known, first))


def in_parts(dues: Mapping[int, datetime]) -> Iterator[dict[int, datetime]]:
    listed = list(dues.items())
    for start in range(0, len(listed), WRITTEN_AT_ONCE):
        yield dict(listed[start : start + WRITTEN_AT_ONCE])


async def put_looks(tx: AsyncConnection, part: Mapping[int, datetime], first: datetime) -> None:
    """Nobody who waits for an earlier look is put off, unless that was before `first`."""
    mine = (job.c.kind == KEEP, job.c.state == "waiting", job.c.key.in_([str(id) for id in part]))
    waiting = {row.key: row.due for row in await tx.execute(select(job.c.key, job.c.due).where(*mine))}
    await put_jobs(tx, KEEP, {str(id): sooner(due, waiting.get(str(id)), first) for id, due in part.items()})
