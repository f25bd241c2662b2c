"""A citizen who talks with an operator, and what every test of what comes next looks at in the end."""

import asyncio

from tests.fakes.leg import FakeLeg
from tests.fakes.telephony import FakePhone
from tests.fakes.world import World, at_work

MAIN = "+46980319200"
CITIZEN = "caller-1"


class Desk:
    """Olivia Persson at `op1` talks with a citizen; her colleague at `op2` lets it ring. `anna` (210), `erik` (211) and
    the others are as the test sets them."""

    def __init__(self, world: World | None = None) -> None:
        self.world = world or World(at_work())
        self.op1 = self.world.telephony.phone("op1", answers_after=1)
        self.op2 = self.world.telephony.phone("op2")
        self.citizen = self.world.telephony.caller(CITIZEN)

    async def talk(self) -> "Desk":
        self.world.start(MAIN, self.citizen)
        await self.world.passes(30)
        assert self.op1.leg.talking_to == CITIZEN
        self.op2.rung.clear()
        return self

    def phone(self, account: str, answers_after: float | None = None) -> FakePhone:
        return self.world.telephony.phone(account, answers_after=answers_after)

    @property
    def operator(self) -> FakeLeg:
        return self.op1.leg

    async def passes(self, seconds: float) -> None:
        await self.world.passes(seconds)

    async def end(self, *who: FakeLeg) -> None:
        await end(self.world, *who)

    def shown(self, phone: FakePhone) -> str:
        """On the display, when it rang last."""
        return phone.rung[-1].pii_display_name


async def end(world: World, *who: FakeLeg) -> None:
    """Those hang up, and nobody and nothing is left."""
    for leg in who:
        leg.leave()
    await world.over()
    assert_nothing_left(world)


def assert_nothing_left(world: World) -> None:
    assert world.telephony.left_over() == []
    assert [row.call.id for row in world.journal.calls.values() if row.ended_at is None] == []
    assert len(world.ports.live) == 0
    assert world.ports.parking.all() == ()
    assert world.log.events("exception") == []


def tasks_left() -> list[str]:
    mine = asyncio.current_task()
    return [task.get_name() for task in asyncio.all_tasks() if task is not mine]
