"""Recorded greetings of people whom the directory does not know any more: nobody would ever ask for them again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Table, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.retention.erasing import Erasure, erase, forget_recordings, log_erasure
from switchboard.db.tables import greeting, greeting_version, person
from switchboard.domain.keeping.retention import Kind

OWNER_GONE = "its owner is not in the directory any more"


async def erase_ownerless(tx: AsyncConnection, at: datetime, *, dry_run: bool) -> Sequence[Erasure]:
    """`dry_run`: what would be erased, and nothing is."""
    versions, in_force = await _ids(tx, greeting_version), await _ids(tx, greeting)
    found = [Erasure(Kind.GREETINGS, keys, OWNER_GONE) for keys in (versions, in_force) if keys]
    if dry_run or not found:
        return found
    if versions:
        await erase(tx, Erasure(Kind.GREETINGS, versions, OWNER_GONE), at)
    await erase_in_force(tx, in_force, OWNER_GONE, at)
    return found


async def erase_in_force(tx: AsyncConnection, ids: Sequence[int], rule: str, at: datetime) -> None:
    """Greetings that callers hear now."""
    if not ids:
        return
    mine = greeting.c.id.in_(ids)
    names = (await tx.execute(select(greeting.c.sha256).where(mine))).scalars().all()
    await forget_recordings(tx, names, at)
    await tx.execute(delete(greeting).where(mine))
    await log_erasure(tx, Erasure(Kind.GREETINGS, ids, rule), at, len(ids))


async def _ids(tx: AsyncConnection, table: Table) -> Sequence[int]:
    gone = and_(table.c.owner_kind == "person", table.c.owner_id.not_in(select(person.c.id)))
    return (await tx.execute(select(table.c.id).where(gone).order_by(table.c.id))).scalars().all()
