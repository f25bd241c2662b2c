"""Greetings: recorded names, personal greetings and answer phrases (R6, R12, R38)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.changes import Act, NewGreeting
from switchboard.db.engine import Database
from switchboard.db.queries.audit import note_act
from switchboard.db.queries.paging import fetch_page
from switchboard.db.tables import authority, function_group, greeting, person, unit
from switchboard.errors import BadValue
from switchboard.views import GreetingView, Page, Slice

_KEY = (greeting.c.id,)
_OWNERS: dict[str, Table] = {
    "person": person,
    "unit": unit,
    "function_group": function_group,
    "authority": authority,
}


class Greetings:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, owner: tuple[str, int] | None, part: Slice) -> Page[GreetingView]:
        """Latest first; of one owner (kind and id) or of all."""
        statement = select(greeting)
        if owner is not None:
            statement = statement.where(greeting.c.owner_kind == owner[0], greeting.c.owner_id == owner[1])
        async with self._database.read() as tx:
            return await fetch_page(tx, statement, _KEY, part, _view)

    async def put(self, new: NewGreeting, act: Act) -> GreetingView:
        """In place of the owner's greeting of the same kind, language and reason, if there is one. BadValue where the
        owner does not exist."""
        async with self._database.write() as tx:
            await _refuse_without_owner(tx, new)
            row = (await tx.execute(_same(new))).first()
            values = {"sha256": new.sha256, "valid_until": new.valid_until}
            if row is None:
                place = {"owner_kind": new.owner_kind, "owner_id": new.owner_id, "kind": new.kind}
                keep: Any = insert(greeting).values(**place, language=new.language, reason=new.reason, **values)
            else:
                keep = update(greeting).where(greeting.c.id == row.id).values(**values)
            kept = (await tx.execute(keep.returning(greeting))).one()
            await note_act(tx, act, "greeting.put", ("greeting", kept.id), {"sha256": new.sha256})
        return _view(kept)


async def _refuse_without_owner(tx: AsyncConnection, new: NewGreeting) -> None:
    table = _OWNERS.get(new.owner_kind)
    if table is None:
        raise BadValue("owner_kind", f"must be one of {', '.join(_OWNERS)}")
    if (await tx.execute(select(table.c.id).where(table.c.id == new.owner_id))).first() is None:
        raise BadValue("owner_id", f"there is no {new.owner_kind} {new.owner_id}")


def _same(new: NewGreeting) -> Select[Any]:
    reason: ColumnElement[bool] = greeting.c.reason.is_(None) if new.reason is None else greeting.c.reason == new.reason
    return select(greeting.c.id).where(
        greeting.c.owner_kind == new.owner_kind,
        greeting.c.owner_id == new.owner_id,
        greeting.c.kind == new.kind,
        greeting.c.language == new.language,
        reason,
    )


def _view(row: Row[Any]) -> GreetingView:
    until: datetime | None = row.valid_until
    return GreetingView(row.id, row.owner_kind, row.owner_id, row.kind, row.language, row.reason, until, row.sha256)
