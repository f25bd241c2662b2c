"""Somebody at a keypad, who presses keys when they hear what to press them for, or hangs up."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from switchboard.changes import Act
from switchboard.domain.announcement import FixedPrompt
from switchboard.domain.call import CallOutcome
from switchboard.domain.directory import Absence, Destination, DestinationKind, Extension, Person, PhoneNumber
from switchboard.domain.directory_index import Record
from tests.builders import CITIZEN, ERIK
from tests.fakes.leg import FakeLeg
from tests.fakes.world import WEDNESDAY, World, at_work

Presses = Mapping[str, Sequence[str]]
"""By what is heard (a prompt's id, or the name of an announcement): the keys; of a list, one entry each time. `hang up`
is one too."""
KEYPAD = Destination(DestinationKind.KEYPAD)
SERVICES = "+46980319299"
PIN = "730518"
HANG_UP = "hang up"


def house(*records: Record, at: datetime = WEDNESDAY, hang_up_after_steps: int | None = None) -> World:
    """Everybody at work; 299 leads to the keypad services."""
    keypad = (Extension(299, 1, "299", KEYPAD), PhoneNumber(299, 1, SERVICES, KEYPAD))
    world = World(at_work(*keypad, *records), at, hang_up_after_steps)
    world.announcer.names_prompts = True
    return world


def at_each(leg: FakeLeg, presses: Presses) -> None:
    for heard, keys in presses.items():
        remaining: Iterator[str] = iter([keys] if isinstance(keys, str) else keys)
        leg.on_hearing(heard, _presser(leg, remaining))


def _presser(leg: FakeLeg, remaining: Iterator[str]) -> Callable[[], None]:
    def press() -> None:
        keys = next(remaining, "")
        if keys == HANG_UP:
            leg.leave()
        else:
            leg.press(keys)

    return press


async def keyed(world: World, code: str, presses: Presses | None = None, account: str = "erik") -> CallOutcome | None:
    """Dialled on one of our phones, and listened to the end."""
    leg = world.dial(account, code)
    at_each(leg, presses or {})
    await world.over()
    assert world.telephony.left_over() == []
    return world.outcome(leg.id)


async def from_outside(world: World, presses: Presses, number: str | None = CITIZEN) -> CallOutcome | None:
    leg = world.telephony.caller(f"outside-{len(world.stories) + 1}")
    at_each(leg, presses)
    world.start(SERVICES, leg, number)
    await world.over()
    assert world.telephony.left_over() == []
    return world.outcome(leg.id)


async def give_pin(world: World, person: Person = ERIK, pin: str = PIN) -> None:
    await world.pins.choose(person.id, pin, Act("command line (test)", world.clock.now()))


def prompts(world: World) -> list[str]:
    """The ids of the prompts that were said, in order; names of what else was said."""
    return [each.prompt_id if isinstance(each, FixedPrompt) else type(each).__name__ for each in world.announcer.said]


def absences(world: World, person: Person = ERIK) -> list[Absence]:
    return list(world.directory.index.absences(person.id))
