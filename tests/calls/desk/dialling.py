"""Somebody dials a code, and listens to the end."""

from switchboard.domain.announcement import Announcement
from switchboard.domain.call import CallOutcome
from tests.fakes.world import World


async def dialled(world: World, code: str, account: str = "op1") -> tuple[CallOutcome | None, list[Announcement]]:
    """How the call ended, and what was said in it."""
    before = len(world.announcer.said)
    leg = world.dial(account, code)
    await world.over()
    assert world.telephony.left_over() == []
    return world.outcome(leg.id), world.announcer.said[before:]
