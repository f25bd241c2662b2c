"""The guard counts failed sign-ins, shuts out, writes down, and lets in again."""

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest

from switchboard.calls.duties.guarding import MOST_SUSPECTS, Guard
from switchboard.calls.ports import TelephonyFault
from switchboard.domain.guarding.guessing import Block, GuessLimits, Networks, is_blocked, next_block
from tests.fakes.world import FakeLog

AT = datetime(2026, 8, 12, 8, 0, tzinfo=UTC)
LIMITS = GuessLimits(failures=5, within=timedelta(seconds=60), first=timedelta(seconds=60))
GUESSER, TRUNK, INSIDE = "203.0.113.9", "198.51.100.7", "10.1.2.3"


class Clock:
    def __init__(self) -> None:
        self.at = AT

    def now(self) -> datetime:
        return self.at


class FakeBook:
    def __init__(self) -> None:
        self.blocks: dict[str, Block] = {}
        self.away = False

    async def block(self, address: str, limits: GuessLimits, now: datetime) -> Block:
        if self.away:
            raise OSError("the database is away")
        self.blocks[address] = next_block(self.blocks.get(address), limits, now)
        return self.blocks[address]

    async def active(self, now: datetime) -> Collection[str]:
        return [address for address, block in self.blocks.items() if is_blocked(block, now)]

    async def forget(self, now: datetime) -> None:
        del now


class FakeDoor:
    def __init__(self) -> None:
        self.out: frozenset[str] = frozenset()
        self.away = False
        self.changed = asyncio.Event()

    async def own_networks(self) -> Networks:
        return [ip_network(TRUNK)]

    async def shut_out(self, addresses: Collection[str]) -> None:
        if self.away:
            raise TelephonyFault("Asterisk is away")
        self.out = frozenset(addresses)
        self.changed.set()


class House:
    def __init__(self, limits: GuessLimits = LIMITS) -> None:
        self.book, self.door, self.clock, self.log = FakeBook(), FakeDoor(), Clock(), FakeLog()
        self.guard = Guard(self.book, self.door, limits, [ip_network("10.0.0.0/8")], self.clock)

    async def guesses(self, count: int, address: str = GUESSER) -> None:
        for _ in range(count):
            self.guard.take(address)
        await self.guard.look(self.log)


async def test_the_fifth_failure_blocks() -> None:
    house = House()
    await house.guesses(4)
    assert house.door.out == frozenset()
    await house.guesses(1)
    assert house.door.out == {GUESSER}
    assert [block.times for block in house.book.blocks.values()] == [1]


async def test_slow_failures_of_a_forgetful_colleague_do_not() -> None:
    house = House()
    for _ in range(20):
        await house.guesses(1)
        house.clock.at += timedelta(seconds=15)
    assert house.door.out == frozenset()


async def test_time_lifts_it_and_the_next_is_twice_as_long() -> None:
    house = House()
    await house.guesses(5)
    house.clock.at += timedelta(seconds=60)
    await house.guard.look(house.log)
    assert house.door.out == frozenset()
    await house.guesses(5)
    block = house.book.blocks[GUESSER]
    assert (block.times, block.until - block.since) == (2, timedelta(seconds=120))


async def test_an_administrator_lifts_it() -> None:
    house = House()
    await house.guesses(5)
    house.book.blocks.clear()
    await house.guard.look(house.log)
    assert house.door.out == frozenset()


@pytest.mark.parametrize("address", [TRUNK, INSIDE, f"::ffff:{INSIDE}", "nonsense"])
async def test_the_trunk_and_what_is_exempt_are_never_blocked(address: str) -> None:
    house = House()
    await house.guesses(500, address)
    assert (house.door.out, house.book.blocks) == (frozenset(), {})


async def test_a_database_that_is_away_gives_no_more_guesses() -> None:
    house = House()
    house.book.away = True
    with pytest.raises(OSError, match="away"):
        await house.guesses(5)
    assert house.door.out == {GUESSER}
    house.book.away = False
    await house.guard.look(house.log)
    assert GUESSER in house.book.blocks


async def test_it_acts_at_once_and_goes_on_after_asterisk_was_away() -> None:
    house = House()
    running = asyncio.create_task(house.guard.run(house.log))
    async with asyncio.timeout(5):
        await house.door.changed.wait()
        house.door.away = True
        for _ in range(5):
            house.guard.take(GUESSER)
        while "blocks_not_enforced" not in str(house.log.lines):  # noqa: ASYNC110 - a log has no event
            await asyncio.sleep(0)
        house.door.away = False
        house.door.changed.clear()
        await house.door.changed.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert house.door.out == {GUESSER}


async def test_a_flood_from_everywhere_does_not_fill_the_memory() -> None:
    house = House()
    for number in range(MOST_SUSPECTS * 2):
        house.guard.take(f"172.{number // 65536}.{number // 256 % 256}.{number % 256}")
    assert len(house.guard.suspects) == MOST_SUSPECTS
