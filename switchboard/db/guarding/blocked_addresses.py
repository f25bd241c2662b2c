"""Addresses that are blocked because passwords were guessed from there; lifted by time, or by an administrator."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.changes import Act
from switchboard.db.engine import Database
from switchboard.db.queries.audit import note_act
from switchboard.db.tables import blocked_address
from switchboard.db.task_rows import insert_new
from switchboard.domain.guarding.guessing import FORGOTTEN_AFTER, Block, GuessLimits, is_blocked, next_block
from switchboard.errors import NotFound
from switchboard.views import BlockedAddressView

_block = blocked_address.c


class BlockedAddresses:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def block(self, address: str, limits: GuessLimits, now: datetime) -> Block:
        async with self._database.write() as tx:
            fresh = next_block(None, limits, now)
            if await insert_new(tx, blocked_address, {"address": address, **_values(fresh)}):
                return fresh
            row = (await tx.execute(select(blocked_address).where(_block.address == address).with_for_update())).one()
            block = next_block(_block_of(row), limits, now)
            await tx.execute(update(blocked_address).where(_block.id == row.id).values(**_values(block)))
            return block

    async def active(self, now: datetime) -> Collection[str]:
        async with self._database.read() as tx:
            return (await tx.execute(select(_block.address).where(_block.until > now))).scalars().all()

    async def forget(self, now: datetime) -> None:
        async with self._database.write() as tx:
            await tx.execute(delete(blocked_address).where(_block.until <= now - FORGOTTEN_AFTER))

    async def all(self, now: datetime) -> Sequence[BlockedAddressView]:
        """Also those that have ended and count still; the latest first."""
        rows = select(blocked_address).order_by(_block.since.desc(), _block.id)
        async with self._database.read() as tx:
            return [_view(row, now) for row in await tx.execute(rows)]

    async def lift(self, id: int, act: Act) -> None:
        """Nothing counts against the address any more."""
        async with self._database.write() as tx:
            await _lift(tx, _block.id == id, id, act)

    async def lift_address(self, address: str, act: Act) -> None:
        async with self._database.write() as tx:
            await _lift(tx, _block.address == address, address, act)


async def _lift(tx: AsyncConnection, which: ColumnElement[bool], named: str | int, act: Act) -> None:
    id = await tx.scalar(select(_block.id).where(which))
    if id is None:
        raise NotFound("blocked address", named)
    await tx.execute(delete(blocked_address).where(_block.id == id))
    await note_act(tx, act, "address.lift", ("blocked_address", id))


def _values(block: Block) -> dict[str, object]:
    return {"times": block.times, "since": block.since, "until": block.until}


def _block_of(row: Row[Any]) -> Block:
    return Block(row.times, row.since, row.until)


def _view(row: Row[Any], now: datetime) -> BlockedAddressView:
    return BlockedAddressView(row.id, row.address, row.times, row.since, row.until, is_blocked(_block_of(row), now))
