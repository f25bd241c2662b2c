"""A caller may hang up at every possible moment: each time the journal has an end and nothing is left behind."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest

from switchboard.domain.directory import AbsenceReason, Destination, DestinationKind, OperatorSession, PhoneNumber
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.diversion import PhoneState
from tests.builders import ANNA, ERIK, REFUSE
from tests.calls.test_diverting import away
from tests.fakes.leg import BEEP, FakeLeg
from tests.fakes.telephony import talk_with
from tests.fakes.world import WEDNESDAY, World, at_work

MOST_STEPS = 400
AFTERNOON, EVENING = WEDNESDAY.replace(hour=13), WEDNESDAY.replace(hour=18)
WEBSITE = Destination(DestinationKind.ANNOUNCEMENT, "announcement-website")


@dataclass(frozen=True)
class Scene:
    """`hears`: what makes the scene what it is, when nobody hangs up. `digits` are pressed in the menu."""

    name: str
    hears: str
    called: str
    furnish: Callable[[DirectoryIndex], None]
    people: Callable[[World], None]
    digits: str = ""
    at: datetime = WEDNESDAY


def nobody(_: World) -> None: ...


def erik_away(index: DirectoryIndex) -> None:
    index.put(away(ERIK, deputy=ANNA))


def erik_in_an_open_meeting(index: DirectoryIndex) -> None:
    index.put(away(ERIK, AbsenceReason.MEETING, open=True))


def nobody_signed_in(index: DirectoryIndex) -> None:
    for session in list(index.rows(OperatorSession)):
        index.remove("operator_session", session.id)


def leads_to(destination: Destination) -> Callable[[DirectoryIndex], None]:
    """The number of nobody else."""
    return lambda index: index.put(PhoneNumber(290, 1, "+46980319290", destination))


def as_it_is(_: DirectoryIndex) -> None: ...


def anna_answers(world: World) -> None:
    world.telephony.phone("anna", answers_after=2, talks_for=5)


def anna_lets_it_ring(world: World) -> None:
    world.telephony.phone("anna")


def erik_lets_it_ring(world: World) -> None:
    world.telephony.phone("erik")


def bygglov_talks(world: World) -> None:
    for account in ("anna", "erik"):
        world.telephony.phone(account, state=PhoneState.BUSY)


def bygglov_talks_and_operators_answer(world: World) -> None:
    bygglov_talks(world)
    operators_answer(world)


def operators_answer(world: World) -> None:
    world.telephony.phone("op1", answers_after=3, talks_for=5)
    world.telephony.phone("op2")


def operators_ring_out(world: World) -> None:
    world.telephony.phone("op1")


SCENES = [
    Scene("message", BEEP, "+46980319211", erik_away, nobody, "1"),
    Scene("no digit", "Menu:sv", "+46980319211", erik_away, nobody),
    Scene("deputy", talk_with("anna"), "+46980319211", erik_away, anna_answers, "2"),
    Scene("present", talk_with("anna"), "+46980319210", as_it_is, anna_answers),
    Scene("no answer", "Unreachable:sv", "+46980319210", as_it_is, anna_lets_it_ring),
    Scene("operators", talk_with("op1"), "+46980319200", as_it_is, operators_answer),
    Scene("operators ring out", "OperatorsUnavailable:sv", "+46980319200", as_it_is, operators_ring_out),
    Scene("function", talk_with("anna"), "+46980319220", as_it_is, anna_answers),
    Scene("unknown number", "UnknownNumber:sv", "+46980319999", as_it_is, operators_answer),
    Scene("nonsense", "UnknownNumber:sv", "hej<script>", as_it_is, operators_answer),
    Scene("closed hours", "Closed:sv", "+46980319200", as_it_is, nobody, "1", at=EVENING),
    Scene("closed function", "Closed:sv", "+46980319220", as_it_is, operators_answer, "0", at=AFTERNOON),
    Scene("open absence", "RingingAnyway:sv", "+46980319211", erik_in_an_open_meeting, erik_lets_it_ring, "1"),
    Scene("announcement", "FixedPrompt:sv", "+46980319290", leads_to(WEBSITE), nobody),
    Scene("announcement, operators", talk_with("op1"), "+46980319290", leads_to(WEBSITE), operators_answer, "0"),
    Scene("refusal", "Refused:sv", "+46980319290", leads_to(REFUSE), nobody),
    Scene("second language", "Menu:en", "+46980319211", erik_away, nobody, "9"),
    Scene("deputy does not answer", "DeputyUnavailable:sv", "+46980319211", erik_away, anna_lets_it_ring, "2"),
    Scene("busy function", talk_with("op1"), "+46980319220", as_it_is, bygglov_talks_and_operators_answer),
    Scene(
        "busy function, empty desk",
        "GroupUnreachable:sv",
        "+46980319220",
        nobody_signed_in,
        bygglov_talks,
        "1",
    ),
]


async def tell(scene: Scene, hang_up_after_steps: int | None) -> World:
    index = at_work()
    scene.furnish(index)
    world = World(index, scene.at, hang_up_after_steps)
    scene.people(world)
    caller: FakeLeg = world.telephony.caller()
    if scene.digits:
        caller.on_hearing("Menu:sv", lambda: caller.press(scene.digits))
    await world.call(scene.called, caller)
    return world


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_hang_up_at_each_step(scene: Scene) -> None:
    undisturbed = await tell(scene, None)
    assert scene.hears in undisturbed.telephony.legs[0].hears
    steps = undisturbed.telephony.steps
    assert 0 < steps < MOST_STEPS
    for step in range(1, steps + 1):
        world = await tell(scene, step)
        (row,) = world.journal.calls.values()
        assert row.ended_at is not None, f"no end in the journal after a hang-up at step {step}"
        assert world.telephony.left_over() == [], f"hang-up at step {step}"
        assert world.log.events("exception") == [], f"hang-up at step {step}"
        assert world.messages.begun == {}, f"a pending recording after a hang-up at step {step}"
        mine = asyncio.current_task()
        assert [task for task in asyncio.all_tasks() if task is not mine] == [], f"a task left at step {step}"
