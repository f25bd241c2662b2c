"""Greetings: recorded names, personal greetings and answer phrases (R6, R12, R38), and their history."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.changes import Act, GreetingSpot, NewGreeting
from switchboard.db.engine import Database
from switchboard.db.queries.audit import note_act
from switchboard.db.queries.greetings.gaps import LACKING_KEY, lacking_people, lacking_view
from switchboard.db.queries.greetings.nameless import NAMELESS_KEY, nameless, nameless_view
from switchboard.db.queries.paging import fetch_page, fetch_page_ascending
from switchboard.db.tables import authority, function_group, greeting, greeting_version, person, unit
from switchboard.errors import BadValue
from switchboard.views import GreetingVersionView, GreetingView, LackingGreetingView, LackingNameView, Page, Slice

_KEY = (greeting.c.id,)
_OWNERS: dict[str, Table] = {
    "person": person,
    "unit": unit,
    "function_group": function_group,
    "authority": authority,
}
UNKNOWN = "unknown"


class Greetings:
    """Also the port `calls.ports.GreetingBook`."""

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
        async with self._database.write() as tx:
            await _refuse_without_owner(tx, new.spot)
            kept = await _put(tx, new, act)
            await note_act(tx, act, "greeting.put", ("greeting", kept.id), {"sha256": new.sha256})
        return _view(kept)

    async def put_first_name(self, new: NewGreeting, act: Act) -> bool:
        """Unless the owner has a recorded name in any language already: False, and nothing is changed."""
        owner = (greeting.c.owner_kind == new.owner_kind, greeting.c.owner_id == new.owner_id)
        async with self._database.write() as tx:
            await _refuse_without_owner(tx, new.spot)
            named = select(greeting.c.id).where(*owner, greeting.c.kind == "name").limit(1)
            if (await tx.execute(named)).first() is not None:
                return False
            kept = await _put(tx, new, act)
            await note_act(tx, act, "greeting.put", ("greeting", kept.id), {"sha256": new.sha256})
        return True

    async def remove(self, spot: GreetingSpot, act: Act) -> bool:
        async with self._database.write() as tx:
            row = (await tx.execute(select(greeting).where(_at(greeting, spot)))).first()
            if row is None:
                return False
            await _keep_version_of(tx, row)
            await tx.execute(delete(greeting).where(_at(greeting, spot)))
            await note_act(tx, act, "greeting.remove", ("greeting", row.id), {"sha256": row.sha256})
        return True

    async def restore(self, spot: GreetingSpot, act: Act) -> GreetingView | None:
        """Done twice, it is as before: the recording that was put aside is then the latest other one."""
        async with self._database.write() as tx:
            row = (await tx.execute(select(greeting).where(_at(greeting, spot)))).first()
            found = (await tx.execute(_versions(spot, act.at, row.sha256 if row else None).limit(1))).first()
            if found is None:
                return None
            new = NewGreeting(
                spot.owner_kind,
                spot.owner_id,
                spot.kind,
                spot.language,
                found.sha256,
                spot.reason,
                found.valid_until,
                spot.situation,
                found.master_sha256,
            )
            kept = await _put(tx, new, act)
            await note_act(tx, act, "greeting.restore", ("greeting", kept.id), {"sha256": found.sha256})
        return _view(kept)

    async def history(self, owner: tuple[str, int], part: Slice) -> Page[GreetingVersionView]:
        """Every recording that was ever in force, the latest first."""
        in_force = (
            select(greeting.c.id)
            .where(
                *(greeting.c[name] == greeting_version.c[name] for name in _PLACE),
                greeting.c.reason.is_not_distinct_from(greeting_version.c.reason),
                greeting.c.sha256 == greeting_version.c.sha256,
            )
            .exists()
        )
        statement = select(greeting_version, in_force.label("in_force")).where(
            greeting_version.c.owner_kind == owner[0], greeting_version.c.owner_id == owner[1]
        )
        async with self._database.read() as tx:
            return await fetch_page(tx, statement, (greeting_version.c.id,), part, _version_view)

    async def lacking(self, authority: str | None, part: Slice, now: datetime) -> Page[LackingGreetingView]:
        """By id: who has a mailbox and an extension, and no lasting greeting in some language of the authority."""
        async with self._database.read() as tx:
            return await fetch_page(tx, lacking_people(authority, now), LACKING_KEY, part, lacking_view)

    async def lacking_names(self, authority: str | None, part: Slice) -> Page[LackingNameView]:
        """Authorities, units, groups (but the operators'), then people, without a recorded name in any language."""
        async with self._database.read() as tx:
            return await fetch_page_ascending(tx, nameless(authority), NAMELESS_KEY, part, nameless_view)


_PLACE = ("owner_kind", "owner_id", "kind", "language", "situation")


async def _put(tx: AsyncConnection, new: NewGreeting, act: Act) -> Row[Any]:
    spot = new.spot
    row = (await tx.execute(select(greeting).where(_at(greeting, spot)))).first()
    values = {"sha256": new.sha256, "valid_until": new.valid_until}
    if row is None:
        keep: Any = insert(greeting).values(**_place(spot), **values)
    else:
        await _keep_version_of(tx, row)
        keep = update(greeting).where(greeting.c.id == row.id).values(**values)
    version = {**values, "master_sha256": new.master_sha256, "at": act.at, "actor": act.actor}
    await tx.execute(insert(greeting_version).values(**_place(spot), **version))
    return (await tx.execute(keep.returning(greeting))).one()


async def _keep_version_of(tx: AsyncConnection, row: Row[Any]) -> None:
    """A greeting that was put there by other means has no version yet."""
    spot = _spot(row)
    known = select(greeting_version.c.id).where(_at(greeting_version, spot), greeting_version.c.sha256 == row.sha256)
    if (await tx.execute(known.limit(1))).first() is None:
        values = {"sha256": row.sha256, "valid_until": row.valid_until, "actor": UNKNOWN}
        await tx.execute(insert(greeting_version).values(**_place(spot), **values))


def _versions(spot: GreetingSpot, now: datetime, but: str | None) -> Select[Any]:
    """Those that could be put in force now, the latest first."""
    version = greeting_version.c
    lasting = version.valid_until.is_(None) | (version.valid_until > now)
    other = version.sha256 != but if but is not None else version.id.is_not(None)
    return select(greeting_version).where(_at(greeting_version, spot), lasting, other).order_by(version.id.desc())


async def _refuse_without_owner(tx: AsyncConnection, spot: GreetingSpot) -> None:
    table = _OWNERS.get(spot.owner_kind)
    if table is None:
        raise BadValue("owner_kind", f"must be one of {', '.join(_OWNERS)}")
    if (await tx.execute(select(table.c.id).where(table.c.id == spot.owner_id))).first() is None:
        raise BadValue("owner_id", f"there is no {spot.owner_kind} {spot.owner_id}")


def _at(table: Table, spot: GreetingSpot) -> ColumnElement[bool]:
    reason = table.c.reason.is_(None) if spot.reason is None else table.c.reason == spot.reason
    place = {name: value for name, value in _place(spot).items() if name != "reason"}
    return and_(*(table.c[name] == value for name, value in place.items()), reason)


def _place(spot: GreetingSpot) -> dict[str, Any]:
    return {
        "owner_kind": spot.owner_kind,
        "owner_id": spot.owner_id,
        "kind": spot.kind,
        "language": spot.language,
        "reason": spot.reason,
        "situation": spot.situation,
    }


def _spot(row: Row[Any]) -> GreetingSpot:
    return GreetingSpot(row.owner_kind, row.owner_id, row.kind, row.language, row.reason, row.situation)


def _view(row: Row[Any]) -> GreetingView:
    until: datetime | None = row.valid_until
    place = (row.owner_kind, row.owner_id, row.kind, row.language, row.reason)
    return GreetingView(row.id, *place, until, row.sha256, row.situation)


def _version_view(row: Row[Any]) -> GreetingVersionView:
    return GreetingVersionView(
        id=row.id,
        owner_kind=row.owner_kind,
        owner_id=row.owner_id,
        kind=row.kind,
        language=row.language,
        situation=row.situation,
        reason=row.reason,
        valid_until=row.valid_until,
        sha256=row.sha256,
        master_sha256=row.master_sha256,
        at=row.at,
        actor=row.actor,
        in_force=bool(row.in_force),
    )
