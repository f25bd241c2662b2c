"""Somebody at a telephone, who presses keys when they hear what to press them for."""

from collections.abc import Iterator, Mapping, Sequence

from tests.fakes.leg import FakeLeg
from tests.fakes.world import World

Presses = Mapping[str, Sequence[str]]
"""By what is heard (a prompt's id, or the name of an announcement): the keys; of a list, one entry each time."""


def at_each(leg: FakeLeg, presses: Presses) -> None:
    for heard, keys in presses.items():
        remaining: Iterator[str] = iter([keys] if isinstance(keys, str) else keys)

        def press(remaining: Iterator[str] = remaining) -> None:
            leg.press(next(remaining, ""))

        leg.on_hearing(heard, press)


async def served(world: World, code: str, presses: Presses, account: str = "maria") -> FakeLeg:
    """Dialled, and listened to the end."""
    leg = world.dial(account, code)
    at_each(leg, presses)
    await world.over()
    assert world.telephony.left_over() == []
    assert world.telephony.recordings.stored == {}, "what was tried out is nowhere"
    return leg
