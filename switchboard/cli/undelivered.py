"""What nobody was told, and jobs that were given up, for `switchboard check`."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from switchboard.db.engine import Database
from switchboard.db.tables import job, notice, outbox
from switchboard.domain.checks import Fault, Severity

MOST = 200
LONG_WAIT = timedelta(hours=1)
_LETTERS = {"refused": "the mail server refused this letter", "expired": "no mail server took this letter for days"}


async def undelivered(database: Database, now: datetime) -> Sequence[Fault]:
    """Addresses are not shown: the row has them."""
    async with database.read() as tx:
        letters = await tx.execute(
            select(outbox.c.id, outbox.c.state, outbox.c.error).where(outbox.c.state.in_(_LETTERS)).limit(MOST)
        )
        untold = await tx.execute(select(notice.c.id, notice.c.kind).where(notice.c.state == "nobody").limit(MOST))
        failed = await tx.execute(select(job.c.id, job.c.kind, job.c.error).where(job.c.state == "failed").limit(MOST))
        old = select(func.count()).where(outbox.c.state == "waiting", outbox.c.created_at < now - LONG_WAIT)
        waiting = int(await tx.scalar(old) or 0)
        return [*_waiting(waiting), *_letters(letters.all()), *_untold(untold.all()), *_failed(failed.all())]


def _waiting(count: int) -> Iterator[Fault]:
    if count:
        problem = f"{count} letters have waited for an hour or more; look at SWITCHBOARD_SMTP_URL and the log"
        yield Fault("outbox", "", None, problem, Severity.WARNING)


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
