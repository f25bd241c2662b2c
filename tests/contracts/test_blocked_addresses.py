"""Blocked addresses in the database: once each, longer each time, lifted, forgotten."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from switchboard.changes import Act
from switchboard.db.engine import Database
from switchboard.db.guarding.blocked_addresses import BlockedAddresses
from switchboard.db.tables import audit_log
from switchboard.domain.guarding.guessing import FORGOTTEN_AFTER, GuessLimits
from switchboard.errors import NotFound
from tests.databases import BOTH

pytestmark = pytest.mark.real_time
AT = datetime(2026, 8, 12, 8, 0, tzinfo=UTC)
LIMITS = GuessLimits(first=timedelta(minutes=5))
ONE, OTHER = "203.0.113.9", "2001:db8::1"


@pytest.fixture(params=BOTH)
async def database(request: pytest.FixtureRequest, new_database_url: Callable[[str], str]) -> AsyncIterator[Database]:
    database = Database(new_database_url(request.param))
    yield database
    await database.close()


async def test_they_are_blocked_until_their_time(database: Database) -> None:
    book = BlockedAddresses(database)
    blocks = await asyncio.gather(*(book.block(ONE, LIMITS, AT) for _ in range(4)), book.block(OTHER, LIMITS, AT))
    assert {(block.times, block.until) for block in blocks} == {(1, AT + timedelta(minutes=5))}
    assert sorted(await book.active(AT)) == sorted([ONE, OTHER])
    assert await book.active(AT + timedelta(minutes=5)) == []
    again = await book.block(ONE, LIMITS, AT + timedelta(minutes=5))
    assert (again.times, again.until) == (2, AT + timedelta(minutes=15))
    assert [(each.address, each.times, each.blocked) for each in await book.all(AT + timedelta(minutes=6))] == [
        (ONE, 2, True),
        (OTHER, 1, False),
    ]


async def test_lifting_takes_all_away_and_is_audited(database: Database) -> None:
    book, act = BlockedAddresses(database), Act("token 1 (administration)", AT)
    await book.block(ONE, LIMITS, AT)
    await book.block(OTHER, LIMITS, AT)
    (first, _) = await book.all(AT)
    await book.lift(first.id, act)
    await book.lift_address(OTHER if first.address == ONE else ONE, act)
    assert (await book.active(AT), await book.all(AT)) == ([], [])
    with pytest.raises(NotFound):
        await book.lift_address(ONE, act)
    async with database.read() as tx:
        noted = (await tx.execute(select(audit_log.c.action, audit_log.c.actor, audit_log.c.detail))).all()
    assert [tuple(each) for each in noted] == [("address.lift", act.actor, {})] * 2


async def test_a_week_after_its_end_the_address_is_gone(database: Database) -> None:
    book = BlockedAddresses(database)
    block = await book.block(ONE, LIMITS, AT)
    await book.forget(block.until + FORGOTTEN_AFTER - timedelta(seconds=1))
    assert len(await book.all(AT)) == 1
    await book.forget(block.until + FORGOTTEN_AFTER)
    assert await book.all(AT) == []
