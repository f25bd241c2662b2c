"""Each of the parties may hang up at every possible moment: nobody is then in silence, and nothing is left."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from switchboard.domain.directory import OperatorQueue
from switchboard.domain.diversion import PhoneState
from tests.builders import OPERATOR_GROUP
from tests.calls.talk.scenes import CITIZEN, Desk, assert_nothing_left, tasks_left
from tests.fakes.world import World, at_work

MOST_STEPS = 600


@dataclass(frozen=True)
class Scene:
    """`act` is what the operator does once the two talk; `parties` are those who may hang up."""

    name: str
    act: Callable[[Desk], object]
    furnish: Callable[[Desk], object]
    parties: tuple[str, ...]


def anna_answers(desk: Desk) -> None:
    desk.phone("anna", answers_after=2)


def anna_rings(desk: Desk) -> None:
    desk.phone("anna")


def anna_is_busy(desk: Desk) -> None:
    desk.phone("anna").state = PhoneState.BUSY


def blind(desk: Desk) -> None:
    desk.operator.transfer("210")


def consult_and_complete(desk: Desk) -> None:
    desk.operator.press("*210#")
    desk.operator.do_after(4, lambda: desk.operator.press("*2"))
    desk.operator.do_after(6, lambda: desk.operator.press("*2"))
    desk.operator.do_after(8, lambda: desk.operator.press("*4"))


def consult_and_cancel(desk: Desk) -> None:
    desk.operator.press("*210#")
    desk.operator.do_after(4, lambda: desk.operator.press("*1"))


def complete_while_it_rings(desk: Desk) -> None:
    desk.operator.press("*210#")
    desk.operator.do_after(1, lambda: desk.operator.press("*4"))


def attended(desk: Desk) -> None:
    held = desk.operator
    held.hold()
    mine = desk.world.dial("op1", "210")
    held.do_after(4, lambda: held.transfer_attended(mine.id))


def semi_attended(desk: Desk) -> None:
    held = desk.operator
    held.hold()
    mine = desk.world.dial("op1", "210")
    held.do_after(1, lambda: held.transfer_attended(mine.id))


def hold_for_long(desk: Desk) -> None:
    desk.operator.hold()


def park_and_fetch(desk: Desk) -> None:
    desk.operator.transfer("*67")
    desk.citizen.do_after(5, lambda: desk.world.dial("op1", "*68"))


def park(desk: Desk) -> None:
    desk.operator.transfer("*67")


def speak_a_note(desk: Desk) -> None:
    desk.operator.press("**7211*1430#")
    desk.operator.do_after(1, lambda: desk.operator.press("**7#"))


def anna_answers_and_the_caller_is_forgotten(desk: Desk) -> None:
    anna_answers(desk)
    desk.world.directory.index.put(OperatorQueue(1, OPERATOR_GROUP.id, hold_seconds=20, park_seconds=20))
    desk.op2.answers_after = 2


def consult_for_long(desk: Desk) -> None:
    desk.operator.press("*210#")


TWO, THREE = (CITIZEN, "op1-1"), (CITIZEN, "op1-1", "anna-1")
SCENES = [
    Scene("blind", blind, anna_answers, THREE),
    Scene("blind, busy", blind, anna_is_busy, (*TWO, "op1-2")),
    Scene("blind, no answer", blind, anna_rings, (*TWO, "op1-2")),
    Scene("consult, toggle, complete", consult_and_complete, anna_answers, THREE),
    Scene("consult, cancel", consult_and_cancel, anna_answers, THREE),
    Scene("consult, nobody answers", consult_and_cancel, anna_rings, TWO),
    Scene("complete while it rings", complete_while_it_rings, anna_answers, THREE),
    Scene("attended", attended, anna_answers, (*THREE, "op1-out-2")),
    Scene("semi-attended", semi_attended, anna_answers, (*THREE, "op1-out-2")),
    Scene("hold", hold_for_long, anna_rings, (*TWO, "op1-2")),
    Scene("park and fetch", park_and_fetch, anna_rings, (*TWO, "op1-out-2")),
    Scene("consult for long", consult_for_long, anna_answers_and_the_caller_is_forgotten, (*THREE, "op2-1")),
    Scene("a spoken note", speak_a_note, anna_rings, TWO),
    Scene("park", park, anna_rings, (*TWO, "op1-2")),
]
CASES = [(scene, party) for scene in SCENES for party in scene.parties]


async def tell(scene: Scene, party: str, hang_up_after_steps: int | None) -> World:
    """The story for four minutes; whoever is left then hangs up."""
    world = World(at_work(), hang_up_after_steps=hang_up_after_steps, who_hangs_up=party)
    desk = Desk(world)
    scene.furnish(desk)
    desk.citizen.hang_up_after(240)
    world.start("+46980319200", desk.citizen)
    await desk.passes(30)
    if desk.op1.legs and not desk.operator.gone and not desk.citizen.gone:
        scene.act(desk)
        await desk.passes(205)
        for leg in (each for each in world.telephony.legs if not each.gone):
            assert leg.talking_to, f"{leg.name} in silence after a hang-up of {party} at step {hang_up_after_steps}"
    for leg in list(world.telephony.legs):
        leg.leave()
    await world.over()
    return world


@pytest.mark.requirement("R31")
@pytest.mark.requirement("R33")
@pytest.mark.parametrize(("scene", "party"), CASES, ids=[f"{scene.name}: {party}" for scene, party in CASES])
async def test_hang_up_at_each_step(scene: Scene, party: str) -> None:
    steps = (await tell(scene, party, None)).telephony.steps
    assert 0 < steps < MOST_STEPS
    for step in range(1, steps + 1):
        world = await tell(scene, party, step)
        assert_nothing_left(world)
        assert tasks_left() == [], f"a task left at step {step}"
