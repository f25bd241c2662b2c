"""A caller may hang up at every possible moment: each time the journal has an end and nothing is left behind."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from switchboard.domain.directory_index import DirectoryIndex
from tests.builders import ANNA, ERIK
from tests.calls.test_diverting import away
from tests.fakes.leg import FakeLeg
from tests.fakes.world import World, at_work

MOST_STEPS = 400


@dataclass(frozen=True)
class Scene:
    name: str
    called: str
    furnish: Callable[[DirectoryIndex], None]
    people: Callable[[World], None]
    digits: str = ""


def nobody(_: World) -> None: ...


def erik_away(index: DirectoryIndex) -> None:
    index.put(away(ERIK, deputy=ANNA))


def as_it_is(_: DirectoryIndex) -> None: ...


def anna_answers(world: World) -> None:
    world.telephony.phone("anna", answers_after=2, talks_for=5)


def anna_lets_it_ring(world: World) -> None:
    world.telephony.phone("anna")


def operators_answer(world: World) -> None:
    world.telephony.phone("op1", answers_after=3, talks_for=5)
    world.telephony.phone("op2")


def operators_ring_out(world: World) -> None:
    world.telephony.phone("op1")


SCENES = [
    Scene("message", "+46980319211", erik_away, nobody, "1"),
    Scene("no digit", "+46980319211", erik_away, nobody),
    Scene("deputy", "+46980319211", erik_away, anna_answers, "2"),
    Scene("present", "+46980319210", as_it_is, anna_answers),
    Scene("no answer", "+46980319210", as_it_is, anna_lets_it_ring),
    Scene("operators", "+46980319200", as_it_is, operators_answer),
    Scene("operators ring out", "+46980319200", as_it_is, operators_ring_out),
    Scene("function", "+46980319220", as_it_is, anna_answers),
    Scene("unknown number", "+46980319999", as_it_is, operators_answer),
    Scene("nonsense", "hej<script>", as_it_is, operators_answer),
]


async def tell(scene: Scene, hang_up_after_steps: int | None) -> World:
    index = at_work()
    scene.furnish(index)
    world = World(index, hang_up_after_steps=hang_up_after_steps)
    scene.people(world)
    caller: FakeLeg = world.telephony.caller()
    if scene.digits:
        caller.on_hearing("Menu", lambda: caller.press(scene.digits))
    await world.call(scene.called, caller)
    return world


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_hang_up_at_each_step(scene: Scene) -> None:
    undisturbed = await tell(scene, None)
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
