"""Message lamps follow what is kept, whoever changed it, and are lit again after Asterisk's restart."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest

from switchboard.calls.mailbox.message_lamps import LOOK_EVERY_S, MessageLamps
from tests.fakes.telephony import FakeTelephony
from tests.fakes.world import FakeLog


class Counts:
    def __init__(self) -> None:
        self.kept: dict[int, tuple[int, int]] = {}
        self.broken = False
        self.asked = 0

    async def by_person(self) -> Mapping[int, tuple[int, int]]:
        self.asked += 1
        if self.broken:
            raise ConnectionError("the database is away")
        return dict(self.kept)


class Lamps:
    def __init__(self) -> None:
        self.telephony, self.counts, self.log = FakeTelephony(), Counts(), FakeLog()
        self.lamps = MessageLamps(self.telephony, self.counts, self.log)

    @property
    def lit(self) -> dict[str, tuple[int, int]]:
        return self.telephony.message_lamps


@pytest.fixture
async def world() -> AsyncIterator[Lamps]:
    lamps = Lamps()
    running = asyncio.create_task(lamps.lamps.run())
    yield lamps
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.mark.requirement("R11")
async def test_a_change_is_shown_at_once_and_only_the_change(world: Lamps) -> None:
    world.counts.kept = {1: (2, 0), 2: (0, 1)}
    world.lamps.forget()
    await asyncio.sleep(1)
    assert world.lit == {"1": (2, 0), "2": (0, 1)}
    world.counts.kept[1] = (1, 1)
    world.lamps.wake()
    await asyncio.sleep(1)
    assert world.telephony.lamps_shown[2:] == [("1", 1, 1)]


async def test_a_row_changed_by_sql_is_shown_by_and_by(world: Lamps) -> None:
    world.lamps.forget()
    await asyncio.sleep(1)
    world.counts.kept[1] = (1, 0)
    await asyncio.sleep(LOOK_EVERY_S + 1)
    assert world.lit == {"1": (1, 0)}


@pytest.mark.requirement("R11")
async def test_all_are_shown_again_after_each_connection(world: Lamps) -> None:
    world.counts.kept = {1: (1, 0), 2: (0, 0)}
    world.lamps.forget()
    await asyncio.sleep(1)
    world.lit.clear()
    world.lamps.forget()
    await asyncio.sleep(1)
    assert world.lit == {"1": (1, 0), "2": (0, 0)}


async def test_nothing_is_shown_before_the_first_connection(world: Lamps) -> None:
    world.counts.kept = {1: (1, 0)}
    world.lamps.wake()
    await asyncio.sleep(LOOK_EVERY_S * 3)
    assert world.lit == {}


async def test_what_could_not_be_shown_is_shown_later(world: Lamps) -> None:
    world.counts.kept = {1: (1, 0)}
    world.telephony.lamps_broken = True
    world.lamps.forget()
    await asyncio.sleep(1)
    world.telephony.lamps_broken = False
    await asyncio.sleep(LOOK_EVERY_S + 1)
    assert world.lit == {"1": (1, 0)}


async def test_whose_last_message_was_erased_has_a_dark_lamp(world: Lamps) -> None:
    world.counts.kept = {1: (1, 0)}
    world.lamps.forget()
    await asyncio.sleep(1)
    world.counts.kept.clear()
    world.lamps.wake()
    await asyncio.sleep(1)
    assert world.lit == {"1": (0, 0)}
    shown = len(world.telephony.lamps_shown)
    await asyncio.sleep(LOOK_EVERY_S * 2)
    assert len(world.telephony.lamps_shown) == shown


async def test_a_database_that_is_away_is_asked_again(world: Lamps) -> None:
    world.counts.kept = {1: (1, 0)}
    world.counts.broken = True
    world.lamps.forget()
    await asyncio.sleep(1)
    assert world.log.events("exception") == ["message_lamps_not_shown"]
    world.counts.broken = False
    await asyncio.sleep(LOOK_EVERY_S + 1)
    assert world.lit == {"1": (1, 0)}


async def test_many_messages_at_once_are_looked_at_together(world: Lamps) -> None:
    world.lamps.forget()
    await asyncio.sleep(1)
    looked = world.counts.asked
    for number in range(100):
        world.counts.kept[1] = (number, 0)
        world.lamps.wake()
        await asyncio.sleep(0.01)
    await asyncio.sleep(1)
    assert world.lit == {"1": (99, 0)}
    assert world.counts.asked - looked <= 4
