"""By keys, for plain telephones: hold, call, speak, complete, toggle, cancel; and whoever hangs up whenever."""

import pytest

from switchboard.domain.call import EventKind, Outcome
from switchboard.domain.directory import Extension
from tests.builders import OPERATORS
from tests.calls.talk.scenes import CITIZEN, Desk, end
from tests.fakes.leg import MUSIC, RING_TONE
from tests.fakes.telephony import FakePhone
from tests.fakes.world import World, at_work

pytestmark = pytest.mark.requirement("R31")


async def ringing(desk: Desk) -> FakePhone:
    anna = desk.phone("anna")
    await desk.talk()
    desk.operator.press("*210#")
    await desk.passes(1)
    return anna


async def speaking(desk: Desk) -> FakePhone:
    anna = await ringing(desk)
    anna.pick_up()
    await desk.passes(1)
    assert anna.leg.talking_to == desk.operator.name
    return anna


async def toggled(desk: Desk) -> FakePhone:
    anna = await speaking(desk)
    desk.operator.press("*2")
    await desk.passes(1)
    return anna


async def test_while_it_rings_the_caller_hears_music_and_the_operator_the_ringing() -> None:
    desk = Desk()
    await ringing(desk)
    assert (desk.citizen.tone, desk.operator.tone) == (MUSIC, RING_TONE)
    assert EventKind.CONSULTED in desk.world.kinds(CITIZEN)
    await desk.end(desk.citizen)


async def test_complete() -> None:
    desk = Desk()
    anna = await speaking(desk)
    assert desk.citizen.tone == MUSIC
    desk.operator.press("*4")
    await desk.passes(1)
    assert anna.leg.talking_to == CITIZEN
    assert desk.operator.gone
    await desk.end(desk.citizen)


async def test_cancel() -> None:
    desk = Desk()
    anna = await speaking(desk)
    desk.operator.press("*1")
    await desk.passes(1)
    assert anna.leg.gone
    assert desk.operator.talking_to == CITIZEN
    await desk.end(desk.operator)


async def test_cancel_while_it_rings() -> None:
    desk = Desk()
    anna = await ringing(desk)
    desk.operator.press("*1")
    await desk.passes(1)
    assert anna.ringing is None
    assert desk.operator.talking_to == CITIZEN
    await desk.end(desk.operator)


async def test_toggle_there_and_back() -> None:
    desk = Desk()
    anna = await toggled(desk)
    assert desk.operator.talking_to == CITIZEN
    assert anna.leg.tone == MUSIC
    desk.operator.press("*2")
    await desk.passes(1)
    assert anna.leg.talking_to == desk.operator.name
    assert desk.citizen.tone == MUSIC
    desk.operator.press("*4")
    await desk.passes(1)
    assert anna.leg.talking_to == CITIZEN
    await desk.end(anna.leg)


async def test_complete_while_toggled() -> None:
    desk = Desk()
    anna = await toggled(desk)
    desk.operator.press("*4")
    await desk.passes(1)
    assert anna.leg.talking_to == CITIZEN
    await desk.end(anna.leg)


async def test_cancel_while_toggled() -> None:
    desk = Desk()
    anna = await toggled(desk)
    desk.operator.press("*1")
    await desk.passes(1)
    assert anna.leg.gone
    assert desk.operator.talking_to == CITIZEN
    await desk.end(desk.citizen)


async def test_complete_while_it_rings_goes_on_ringing_for_the_caller() -> None:
    desk = Desk()
    anna = await ringing(desk)
    desk.operator.press("*4")
    await desk.passes(1)
    assert desk.operator.gone
    assert desk.citizen.tone == RING_TONE
    assert len(anna.rung) == 1
    anna.pick_up()
    await desk.passes(1)
    assert anna.leg.talking_to == CITIZEN
    await desk.end(desk.citizen)


@pytest.mark.parametrize("how", ["keys", "hang-up"])
async def test_left_while_it_rings_and_nobody_answers_the_caller_comes_back(how: str) -> None:
    desk = Desk()
    await ringing(desk)
    if how == "keys":
        desk.operator.press("*4")
    else:
        desk.operator.leave()
    await desk.passes(32)
    assert desk.shown(desk.op1) == "Åter: Anna Andersson, svarar inte"
    assert desk.operator.talking_to == CITIZEN
    await desk.end(desk.citizen)


async def test_of_the_operators_nobody_is_asked_and_the_caller_goes_into_their_line() -> None:
    world = World(at_work(Extension(299, 1, "299", OPERATORS)))
    anna, op1 = world.telephony.phone("anna", answers_after=1), world.telephony.phone("op1", answers_after=2)
    citizen = world.telephony.caller()
    world.start("+46980319210", citizen)
    await world.passes(3)
    anna.leg.press("*299#")
    await world.passes(8)
    assert anna.leg.gone
    assert op1.rung[-1].pii_display_name == "Kopplat från Anna Andersson: 070-123 45 67 – Norrby kommun"
    assert op1.leg.talking_to == citizen.name
    assert [event.detail["how"] for event in world.events(citizen.name) if event.kind is EventKind.TRANSFERRED] == [
        "consultation"
    ]
    await end(world, citizen)


async def test_a_number_outside() -> None:
    desk = Desk()
    outside = desk.phone("+46701112233", answers_after=1)
    await desk.talk()
    desk.operator.press("*0701112233#")
    await desk.passes(3)
    assert outside.leg.talking_to == desk.operator.name
    desk.operator.leave()
    await desk.passes(1)
    assert outside.leg.talking_to == CITIZEN
    await desk.end(outside.leg)


async def test_an_emergency_number_rings_on() -> None:
    desk = Desk()
    rescue = desk.phone("112", answers_after=90)
    await desk.talk()
    desk.operator.press("*112#")
    await desk.passes(95)
    assert rescue.leg.talking_to == desk.operator.name
    await desk.end(desk.operator, rescue.leg, desk.citizen)


async def test_a_function() -> None:
    desk = Desk()
    anna = desk.phone("anna", answers_after=1)
    await desk.talk()
    desk.operator.press("*220#")
    await desk.passes(3)
    assert anna.leg.talking_to == desk.operator.name
    await desk.end(anna.leg, desk.citizen, desk.operator)


async def test_the_operator_hangs_up_and_has_connected_the_two() -> None:
    for stage in (speaking, toggled):
        desk = Desk()
        anna = await stage(desk)
        desk.operator.leave()
        await desk.passes(1)
        assert anna.leg.talking_to == CITIZEN
        await desk.end(desk.citizen)


async def test_the_one_who_was_asked_hangs_up() -> None:
    for stage in (speaking, toggled):
        desk = Desk()
        anna = await stage(desk)
        anna.leg.leave()
        await desk.passes(1)
        assert desk.operator.talking_to == CITIZEN
        await desk.end(desk.citizen)


async def test_the_caller_hangs_up_and_the_colleagues_talk_on() -> None:
    for stage in (speaking, toggled):
        desk = Desk()
        anna = await stage(desk)
        desk.citizen.leave()
        await desk.passes(1)
        assert anna.leg.talking_to == desk.operator.name
        await desk.end(desk.operator)
        outcome = desk.world.outcome()
        assert outcome is not None
        assert outcome.outcome is Outcome.CONNECTED


async def test_two_of_three_hang_up_at_once() -> None:
    for stage in (ringing, speaking, toggled):
        for leaving in ("citizen operator", "citizen anna", "operator anna", "citizen operator anna"):
            desk = Desk()
            anna = await stage(desk)
            if "anna" in leaving and anna.legs:
                anna.leg.leave()
            if "operator" in leaving:
                desk.operator.leave()
            if "citizen" in leaving:
                desk.citizen.leave()
            await desk.passes(60)
            alive = [leg for leg in desk.world.telephony.legs if not leg.gone]
            assert all(leg.talking_to for leg in alive), f"silence after {leaving} left"
            await desk.end(*alive)


@pytest.mark.requirement("R33")
async def test_a_colleague_consults_too() -> None:
    desk = Desk()
    anna, maria = desk.phone("anna", answers_after=1), desk.phone("maria", answers_after=1)
    desk.world.start("+46980319210", desk.citizen)
    await desk.passes(3)
    anna.leg.press("*212#")
    await desk.passes(3)
    anna.leg.press("*4")
    await desk.passes(1)
    assert maria.leg.talking_to == CITIZEN
    await desk.end(maria.leg)
