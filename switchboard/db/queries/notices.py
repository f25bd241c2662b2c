"""What people are to be told about callback tasks (R20)."""

from typing import Any

from sqlalchemy import Row, Select

from switchboard.db.engine import Database
from switchboard.db.queries.names import authority_is, person_is, with_owner_names
from switchboard.db.queries.paging import fetch_page
from switchboard.db.tables import notice
from switchboard.views import Filter, NoticeView, Page, Slice

_KEY = (notice.c.created_at, notice.c.id)


class Notices:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, narrow: Filter, part: Slice) -> Page[NoticeView]:
        """Newest first. `status` is the notice's state."""
        async with self._database.read() as tx:
            return await fetch_page(tx, _narrowed(narrow), _KEY, part, _view)


def _narrowed(narrow: Filter) -> Select[Any]:
    of = notice.c
    found = [
        authority_is(of.authority_id, narrow.authority) if narrow.authority else None,
        person_is(of.person_id, narrow.person) if narrow.person else None,
        of.state == narrow.status if narrow.status else None,
        of.created_at >= narrow.since if narrow.since else None,
        of.created_at < narrow.before if narrow.before else None,
    ]
    return with_owner_names(notice).where(*(condition for condition in found if condition is not None))


def _view(row: Row[Any]) -> NoticeView:
    return NoticeView(
        id=row.id,
        created_at=row.created_at,
        kind=row.kind,
        task_id=row.task_id,
        authority=row.authority or f"#{row.authority_id}",
        unit=row.unit,
        person=row.person,
        group=row.group,
        state=row.state,
    )
