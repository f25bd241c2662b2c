"""Anybody may pass a caller on; the chain is counted, and a loop ends at the operators (R33)."""

import pytest

from switchboard.domain.call import EventKind
from switchboard.domain.diversion import PhoneState
from tests.calls.talk.scenes import CITIZEN, Desk, end
from tests.fakes.world import World, at_work

pytestmark = pytest.mark.requirement("R33")


async def test_a_colleague_passes_a_misdialled_caller_on() -> None:
    world = World(at_work())
    anna = world.telephony.phone("anna", answers_after=1)
    maria = world.telephony.phone("maria")
    citizen = world.telephony.caller()
    world.start("+46980319210", citizen)
    await world.passes(3)
    anna.leg.transfer("212")
    await world.passes(33)
    assert len(maria.rung) == 1
    assert anna.rung[-1].pii_display_name == "Åter: Maria Berg, svarar inte"
    assert anna.leg.talking_to == citizen.name
    await end(world, citizen)


async def test_a_chain_is_counted_and_ends_at_the_operators() -> None:
    desk = Desk()
    await desk.talk()
    people = ["anna", "erik", "maria", "johan", "anna", "erik"]
    digits = {"anna": "210", "erik": "211", "maria": "212", "johan": "213"}
    phones = {account: desk.phone(account, answers_after=1) for account in digits}
    leg = desk.operator
    for account in people[:5]:
        leg.transfer(digits[account])
        await desk.passes(5)
        leg = phones[account].leg
        assert leg.talking_to == CITIZEN
    leg.transfer(digits[people[5]])
    await desk.passes(10)
    assert len(phones["erik"].rung) == 1
    assert desk.shown(desk.op1) == "Åter: kopplat för många gånger – Norrby kommun"
    assert desk.operator.talking_to == CITIZEN
    counts = [event.detail["count"] for event in desk.world.events(CITIZEN) if event.kind is EventKind.TRANSFERRED]
    assert counts == [1, 2, 3, 4, 5, 6]
    await desk.end(desk.citizen)


async def test_a_phone_that_transfers_by_itself_ends_at_the_operators() -> None:
    desk = Desk()
    johan = desk.phone("johan", answers_after=1)
    desk.phone("anna").state = PhoneState.BUSY
    johan.on_answer = lambda leg: leg.do_after(0.2, lambda: leg.transfer("210"))
    desk.world.start("+46980319213", desk.citizen)
    await desk.passes(20)
    assert len(johan.rung) == 2
    assert desk.shown(desk.op1) == "Åter: kopplat för många gånger – Norrby kommun"
    assert desk.operator.talking_to == CITIZEN
    await desk.end(desk.citizen)
