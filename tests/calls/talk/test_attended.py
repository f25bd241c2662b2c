"""A softphone with two calls joins their other parties (REFER with Replaces)."""

import pytest

from switchboard.domain.call import EventKind, Outcome
from switchboard.domain.directory import Extension
from switchboard.domain.diversion import PhoneState
from tests.builders import ERIK, OPERATORS
from tests.calls.talk.scenes import CITIZEN, MAIN, Desk, end
from tests.calls.test_diverting import away
from tests.fakes.leg import MUSIC, FakeLeg
from tests.fakes.telephony import talk_with
from tests.fakes.world import World, at_work

pytestmark = pytest.mark.requirement("R31")


async def asking(desk: Desk, digits: str = "210", seconds: float = 3) -> FakeLeg:
    """The operator holds the citizen and dials a colleague: the leg of that second call."""
    await desk.talk()
    desk.operator.hold()
    mine = desk.world.dial("op1", digits)
    await desk.passes(seconds)
    return mine


async def test_the_two_others_talk_and_both_legs_of_the_operator_end() -> None:
    desk = Desk()
    anna = desk.phone("anna", answers_after=1)
    mine = await asking(desk)
    assert anna.leg.talking_to == mine.name
    assert desk.citizen.tone == MUSIC
    held = desk.operator
    held.transfer_attended(mine.id)
    await desk.passes(2)
    assert held.transfers == ["accepted"]
    assert (held.gone, mine.gone) == (True, True)
    assert anna.leg.talking_to == CITIZEN
    assert desk.citizen.hears[-1] == talk_with("anna")
    assert EventKind.TRANSFERRED in desk.world.kinds(CITIZEN)
    outcome = desk.world.outcome(mine.id)
    assert outcome is not None
    assert outcome.outcome is Outcome.TRANSFERRED
    await desk.end(desk.citizen)


async def test_asked_from_the_second_call() -> None:
    desk = Desk()
    anna = desk.phone("anna", answers_after=1)
    mine = await asking(desk)
    mine.transfer_attended(desk.operator.id)
    await desk.passes(2)
    assert anna.leg.talking_to == CITIZEN
    assert (desk.operator.gone, mine.gone) == (True, True)
    await desk.end(anna.leg)


async def test_completed_while_it_rings_it_is_a_blind_transfer() -> None:
    desk = Desk()
    anna = desk.phone("anna")
    mine = await asking(desk)
    desk.operator.transfer_attended(mine.id)
    await desk.passes(1.5)
    assert mine.gone
    assert len(anna.rung) == 2
    anna.pick_up()
    await desk.passes(1)
    assert anna.leg.talking_to == CITIZEN
    await desk.end(desk.citizen)


async def test_completed_in_the_operators_line_the_caller_stands_there_first() -> None:
    world = World(at_work(Extension(299, 1, "299", OPERATORS)))
    anna, op1 = world.telephony.phone("anna", answers_after=1), world.telephony.phone("op1")
    op1.state = world.telephony.phone("op2").state = PhoneState.BUSY
    citizen, other = world.telephony.caller(), world.telephony.caller("other")
    world.start("+46980319210", citizen)
    world.start(MAIN, other)
    await world.passes(3)
    anna.leg.hold()
    mine = world.dial("anna", "299")
    await world.passes(5)
    anna.leg.transfer_attended(mine.id)
    await world.passes(2)
    assert (mine.gone, anna.leg.gone) == (True, True)
    assert [each.place.id for each in world.queues.view()] == [citizen.name, other.name]
    op1.state, op1.answers_after = PhoneState.FREE, 0
    world.queues.wake()
    await world.passes(2)
    assert op1.leg.talking_to == citizen.name
    await end(world, citizen, other)


async def test_completed_while_it_rings_and_nobody_answers_the_caller_comes_back() -> None:
    desk = Desk()
    desk.phone("anna")
    mine = await asking(desk)
    desk.operator.transfer_attended(mine.id)
    await desk.passes(33)
    assert desk.shown(desk.op1) == "Åter: Anna Andersson, svarar inte"
    assert desk.operator.talking_to == CITIZEN
    await desk.end(desk.citizen)


@pytest.mark.parametrize("after", [0.0, 0.001, 0.01, 0.2])
async def test_completed_at_the_instant_of_the_answer(after: float) -> None:
    desk = Desk()
    anna = desk.phone("anna")
    mine = await asking(desk)
    anna.pick_up()
    await desk.passes(after)
    desk.operator.transfer_attended(mine.id)
    anna.answers_after = 1
    await desk.passes(5)
    assert anna.leg.talking_to == CITIZEN
    assert mine.gone
    await desk.end(desk.citizen)


async def test_completed_while_the_colleagues_absence_is_told() -> None:
    world = World(at_work(away(ERIK)))
    desk = Desk(world)
    mine = await asking(desk, "211", 1)
    desk.operator.transfer_attended(mine.id)
    await desk.passes(10)
    assert mine.gone
    assert desk.shown(desk.op1).startswith("Åter: Erik Lund, semester")
    assert desk.operator.talking_to == CITIZEN
    await desk.end(desk.citizen)


async def test_the_colleague_has_left() -> None:
    desk = Desk()
    anna = desk.phone("anna", answers_after=1)
    mine = await asking(desk)
    anna.leg.leave()
    await desk.passes(1)
    desk.operator.transfer_attended(mine.id)
    await desk.passes(1)
    assert desk.operator.transfers == ["declined"]
    desk.operator.unhold()
    assert desk.operator.talking_to == CITIZEN
    await desk.end(desk.citizen)


async def test_a_call_of_nobodys() -> None:
    desk = await Desk().talk()
    desk.operator.transfer_attended("no such leg")
    await desk.passes(1)
    assert desk.operator.transfers == ["declined"]
    await desk.end(desk.operator)


async def test_the_colleague_leaves_as_it_is_completed() -> None:
    desk = Desk()
    anna = desk.phone("anna", answers_after=1)
    mine = await asking(desk)
    desk.operator.transfer_attended(mine.id)
    anna.leg.leave()
    await desk.passes(20)
    await desk.end(desk.citizen, desk.operator)


async def test_the_citizen_leaves_as_it_is_completed() -> None:
    desk = Desk()
    anna = desk.phone("anna", answers_after=1)
    mine = await asking(desk)
    desk.operator.transfer_attended(mine.id)
    desk.citizen.leave()
    await desk.passes(5)
    await desk.end(desk.operator, mine, anna.leg)


@pytest.mark.requirement("R33")
async def test_the_citizen_leaves_while_the_two_colleagues_talk() -> None:
    desk = Desk()
    anna = desk.phone("anna", answers_after=1)
    mine = await asking(desk)
    desk.citizen.leave()
    await desk.passes(1)
    assert anna.leg.talking_to == mine.name
    assert desk.operator.gone
    await desk.end(mine)
