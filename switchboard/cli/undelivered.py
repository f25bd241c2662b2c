"""What nobody was told, and jobs that were given up, for `switchboard check`."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import select

from switchboard.db.engine import Database
from switchboard.db.tables import job, notice, outbox
from switchboard.domain.checks import Fault, Severity

MOST = 200
_LETTERS = {"refused": "the mail server refused this letter", "expired": "no mail server took this letter for days"}


async def undelivered(database: Database) -> Sequence[Fault]:
    """Addresses are not shown: the row has them."""
    async with database.read() as tx:
        letters = await tx.execute(
            select(outbox.c.id, outbox.c.state, outbox.c.error).where(outbox.c.state.in_(_LETTERS)).limit(MOST)
        )
        untold = await tx.execute(select(notice.c.id, notice.c.kind).where(notice.c.state == "nobody").limit(MOST))
        failed = await tx.execute(select(job.c.id, job.c.kind, job.c.error).where(job.c.state == "failed").limit(MOST))
        return [*_letters(letters.all()), *_untold(untold.all()), *_failed(failed.all())]


def _letters(rows: Iterable[Any]) -> Iterator[Fault]:
    for row in rows:
        problem = f"{_LETTERS[row.state]} ({row.error})"
        yield Fault("outbox", str(row.id), "state", problem, Severity.WARNING)


def _untold(rows: Iterable[Any]) -> Iterator[Fault]:
    for row in rows:
        problem = f"{row.kind}: whom it is for has no e-mail address, and neither has the unit"
        yield Fault("notice", str(row.id), "state", problem, Severity.WARNING)


def _failed(rows: Iterable[Any]) -> Iterator[Fault]:
    for row in rows:
        problem = f"{row.kind} was tried too often ({row.error}); set state to waiting to try it again"
        yield Fault("job", str(row.id), "state", problem, Severity.ERROR)
