"""Rows that one service at a time works on: taken with a lease, and checked again in the transaction of the effect.

A lease that ran out may be taken by another service. So the effect and the end of the row are one transaction that
first asks whether the row is still held (`hold`): what was begun twice is done once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Table, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports.duties import LeaseLost


@dataclass(frozen=True, slots=True)
class Lease:
    """`tries` tells this holding apart from an earlier one of the same service."""

    id: int
    worker: str
    tries: int


@dataclass(frozen=True, slots=True)
class Terms:
    """Who takes, when, and for how long at most."""

    worker: str
    now: datetime
    length: timedelta


async def take_due(
    tx: AsyncConnection, table: Table, due: Column[Any], terms: Terms, *among: ColumnElement[bool]
) -> Row[Any] | None:
    """The waiting row that fell due first, of those that fulfil `among`, held from now on. On PostgreSQL rows that
    others are just taking are passed over; SQLite has one writer at a time."""
    free = or_(table.c.locked_until.is_(None), table.c.locked_until <= terms.now)
    first = (
        select(table.c.id)
        .where(table.c.state == "waiting", due <= terms.now, free, *among)
        .order_by(due, table.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    held = {
        "locked_until": terms.now + terms.length,
        "locked_by": terms.worker,
        "tries": table.c.tries + 1,
    }
    taken = update(table).where(table.c.id == first.scalar_subquery()).values(held).returning(table)
    found: Row[Any] | None = (await tx.execute(taken)).first()
    return found


async def hold(tx: AsyncConnection, table: Table, lease: Lease) -> None:
    """In the transaction of the effect, before its end. LeaseLost where the row is not ours any more."""
    mine = (
        select(table.c.id)
        .where(
            table.c.id == lease.id,
            table.c.state == "waiting",
            table.c.locked_by == lease.worker,
            table.c.tries == lease.tries,
        )
        .with_for_update()
    )
    if (await tx.execute(mine)).first() is None:
        raise LeaseLost(f"{table.name} {lease.id}")


LET_GO: dict[str, Any] = {"locked_until": None, "locked_by": None}
