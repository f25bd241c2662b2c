"""Somebody dials a code, and listens to the end; perhaps a citizen has called before."""

from switchboard.domain.announcement import Announcement
from switchboard.domain.call import CallOutcome
from tests.fakes.leg import FakeLeg
from tests.fakes.world import World

CITIZEN = "+46701740605"


async def dialled(world: World, code: str, account: str = "op1") -> tuple[CallOutcome | None, list[Announcement]]:
    """How the call ended, and what was said in it."""
    before = len(world.announcer.said)
    leg = world.dial(account, code)
    await world.over()
    assert world.telephony.left_over() == []
    return world.outcome(leg.id), world.announcer.said[before:]


async def has_talked(world: World, number: str | None = CITIZEN) -> FakeLeg:
    """A citizen has talked with op1."""
    world.telephony.phone("op1", answers_after=1, talks_for=5)
    caller = world.telephony.caller()
    world.start("+46980319200", caller, number)
    await world.over()
    world.stories.clear()
    return caller
