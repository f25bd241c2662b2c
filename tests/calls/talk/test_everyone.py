"""Every phone of ours can pass on whom it talks with, also in calls that it began, and over a restart (R33)."""

from dataclasses import replace

import pytest

from switchboard.calls.dispatcher import Dispatcher
from switchboard.domain.call import Outcome
from switchboard.domain.diversion import PhoneState
from tests.calls.talk.scenes import CITIZEN, Desk, end
from tests.fakes.leg import FakeLeg
from tests.fakes.world import World, at_work

pytestmark = pytest.mark.requirement("R33")


async def colleagues(world: World) -> FakeLeg:
    """Maria has called Anna: Maria's leg."""
    world.telephony.phone("maria", answers_after=1)
    world.telephony.phone("anna", answers_after=1)
    world.telephony.phone("op1", answers_after=1)
    hers = world.dial("maria", "210")
    await world.passes(3)
    assert hers.talking_to == "anna-1"
    return hers


async def test_who_called_a_colleague_passes_them_on() -> None:
    world = World(at_work())
    hers = await colleagues(world)
    johan = world.telephony.phone("johan", answers_after=1)
    hers.transfer("213")
    await world.passes(3)
    assert hers.gone
    assert johan.leg.talking_to == "anna-1"
    assert johan.rung[0].pii_display_number == "210"
    await end(world, johan.leg)


async def test_who_was_called_passes_the_colleague_on() -> None:
    world = World(at_work())
    hers = await colleagues(world)
    johan = world.telephony.phone("johan", answers_after=1)
    world.telephony.phones["anna"].leg.transfer("213")
    await world.passes(3)
    assert johan.leg.talking_to == hers.name
    await end(world, hers)


async def test_the_one_who_remains_comes_back_to_who_called() -> None:
    world = World(at_work())
    hers = await colleagues(world)
    world.telephony.phone("johan").state = PhoneState.BUSY
    hers.transfer("213")
    await world.passes(8)
    maria = world.telephony.phones["maria"]
    assert maria.rung[-1].pii_display_name == "Åter: Johan Ek, upptagen"
    assert maria.leg.talking_to == "anna-1"
    await end(world, maria.leg)


async def test_a_citizen_whom_the_operator_called_is_passed_on() -> None:
    world = World(at_work())
    world.telephony.phone("op1", answers_after=1)
    citizen = world.telephony.phone("+46701112233", answers_after=1)
    anna = world.telephony.phone("anna", answers_after=1)
    mine = world.dial("op1", "0701112233")
    await world.passes(3)
    assert citizen.leg.talking_to == mine.name
    mine.transfer("210")
    await world.passes(3)
    assert mine.gone
    assert anna.leg.talking_to == citizen.leg.name
    assert anna.rung[0].pii_display_number == "+46701112233"
    await end(world, citizen.leg)


async def test_a_citizen_whom_the_operator_called_comes_back() -> None:
    world = World(at_work())
    op1 = world.telephony.phone("op1", answers_after=1)
    citizen = world.telephony.phone("+46701112233", answers_after=1)
    mine = world.dial("op1", "0701112233")
    await world.passes(3)
    mine.transfer("214")
    await world.passes(8)
    assert op1.rung[-1].pii_display_name == "Åter: Åsa Öberg, ingen telefon"
    assert op1.leg.talking_to == citizen.leg.name
    await end(world, op1.leg)


async def test_a_citizen_whom_the_operator_called_is_parked() -> None:
    world = World(at_work())
    world.telephony.phone("op1", answers_after=1)
    citizen = world.telephony.phone("+46701112233", answers_after=1)
    mine = world.dial("op1", "0701112233")
    await world.passes(3)
    mine.press("**5#")
    await world.passes(2)
    again = world.dial("op1", "*68")
    await world.passes(3)
    assert again.talking_to == citizen.leg.name
    await end(world, again)


async def test_both_colleagues_may_hold_and_consult() -> None:
    world = World(at_work())
    hers = await colleagues(world)
    johan = world.telephony.phone("johan", answers_after=1)
    hers.press("*213#")
    await world.passes(3)
    assert johan.leg.talking_to == hers.name
    hers.press("*1")
    await world.passes(2)
    assert hers.talking_to == "anna-1"
    world.telephony.phones["anna"].leg.transfer("213")
    await world.passes(4)
    assert johan.leg.talking_to == hers.name
    await end(world, hers)


async def test_a_colleague_who_was_passed_on_has_another_call_taken_over() -> None:
    """The phone that was fetched into a talk asks for it from a second call of its own."""
    desk = await Desk().talk()
    desk.operator.transfer("*67")
    await desk.passes(2)
    fetched = desk.world.dial("op1", "*68")
    await desk.passes(3)
    fetched.hold()
    anna = desk.phone("anna", answers_after=1)
    second = desk.world.dial("op1", "210")
    await desk.passes(3)
    second.transfer_attended(fetched.id)
    await desk.passes(2)
    assert anna.leg.talking_to == CITIZEN
    assert (fetched.gone, second.gone) == (True, True)
    await desk.end(desk.citizen)


async def test_a_talk_taken_up_after_a_restart_can_be_transferred() -> None:
    world = World(at_work())
    partner = FakeLeg(world.telephony, "op1-1", "op1")
    world.telephony.legs.append(partner)
    world.telephony.phone("op1", answers_after=1)
    anna = world.telephony.phone("anna", answers_after=1)
    call = replace(world.incoming("+46980319200", partner), id="old-call")
    caller = world.telephony.stray(call, partner=partner)
    await world.journal.arrived(call, 1)
    dispatcher = Dispatcher(world.ports)
    (stray,) = await world.telephony.strays(dispatcher.follows)
    dispatcher.adopt(stray)
    await world.passes(1)
    partner.transfer("210")
    await world.passes(4)
    assert anna.leg.talking_to == "old-call"
    caller.leave()
    await dispatcher.drain(10)
    await end(world)
    outcome = world.outcome("old-call")
    assert outcome is not None
    assert outcome.outcome is Outcome.CONNECTED


async def test_who_goes_on_in_another_call_is_nobodys_stray() -> None:
    desk = await Desk().talk()
    desk.operator.hold()
    desk.phone("anna", answers_after=1)
    mine = desk.world.dial("op1", "210")
    await desk.passes(3)
    mine.transfer_attended(desk.operator.id)
    await desk.passes(3)
    assert desk.world.outcome() is not None
    assert Dispatcher(desk.world.ports).follows(CITIZEN)
    await desk.end(desk.citizen)
    assert not Dispatcher(desk.world.ports).follows(CITIZEN)
