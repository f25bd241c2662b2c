"""Why a caller who was sent on comes back, as the display has it: each reason is true (R31)."""

from dataclasses import replace
from datetime import datetime

import pytest

from switchboard.domain.announcement import Returned
from switchboard.domain.directory import AbsenceReason, Destination, DestinationKind, Extension
from switchboard.domain.diversion import PhoneState
from switchboard.domain.working_days import STOCKHOLM
from tests.builders import ANNA, ERIK, OPERATORS, REFUSE, SOCIALTJANST, SODERAS, absence, to_unit
from tests.calls.talk.scenes import CITIZEN, Desk, end
from tests.calls.talk.test_blind import sent_to
from tests.calls.test_diverting import away
from tests.fakes.world import WEDNESDAY, World, at_work

pytestmark = pytest.mark.requirement("R31")


async def test_a_colleague_with_an_open_absence_who_does_not_answer() -> None:
    back_at = datetime(2026, 8, 12, 14, 30, tzinfo=STOCKHOLM)
    meeting = absence(1, ERIK, AbsenceReason.MEETING, WEDNESDAY, back_at, open=True)
    desk = Desk(World(at_work(meeting)))
    erik = desk.phone("erik")
    await sent_to(desk, "211", 40)
    assert len(erik.rung) == 1
    assert desk.shown(desk.op1) == "Åter: Erik Lund, svarar inte, i möte till 14:30"
    await desk.end(desk.citizen)


@pytest.mark.requirement("R23")
async def test_a_function_that_is_closed() -> None:
    desk = Desk(World(at_work(), at=WEDNESDAY.replace(hour=13)))
    anna = desk.phone("anna", answers_after=1)
    await sent_to(desk, "220", 8)
    assert anna.rung == []
    assert desk.shown(desk.op1) == "Åter: Bygglov, stängt till 13/8 09:00"
    assert Returned("closed") in desk.world.announcer.said
    await desk.end(desk.citizen)


async def test_a_number_that_is_refused() -> None:
    desk = Desk(World(at_work(Extension(299, 1, "299", REFUSE))))
    await sent_to(desk, "299", 8)
    assert desk.shown(desk.op1) == "Åter: 299, får inte ringas härifrån"
    await desk.end(desk.citizen)


async def test_codes_and_the_keypad_services_are_for_colleagues() -> None:
    for dialled in ("298", "*20"):
        desk = Desk(World(at_work(Extension(298, 1, "298", Destination(DestinationKind.KEYPAD)))))
        await sent_to(desk, dialled, 8)
        assert desk.shown(desk.op1) == f"Åter: {dialled}, får inte ringas härifrån"
        await desk.end(desk.citizen)


async def test_a_number_that_nobody_has() -> None:
    desk = Desk()
    await sent_to(desk, "299", 8)
    assert desk.shown(desk.op1) == "Åter: numret används inte"
    await desk.end(desk.citizen)


@pytest.mark.requirement("R22")
async def test_a_unit_without_an_answering_point() -> None:
    unit = replace(SOCIALTJANST, answering_point=None)
    desk = Desk(World(at_work(unit, Extension(230, 1, "230", to_unit(unit)))))
    await sent_to(desk, "230", 8)
    assert desk.shown(desk.op1) == "Åter: Socialtjänst, saknar svarsställe"
    assert Returned("no_answering_point") in desk.world.announcer.said
    assert desk.operator.talking_to == CITIZEN
    await desk.end(desk.citizen)


async def test_a_number_whose_row_leads_nowhere() -> None:
    nobody = Destination(DestinationKind.PERSON, "999")
    desk = Desk(World(at_work(Extension(230, 1, "230", nobody))))
    await sent_to(desk, "230", 8)
    assert desk.shown(desk.op1) == "Åter: 230, fel i katalogen"
    assert Returned("wrong_row") in desk.world.announcer.said
    await desk.end(desk.citizen)


async def test_a_function_where_nobody_answers() -> None:
    desk = Desk()
    desk.phone("anna")
    await sent_to(desk, "220", 60)
    assert desk.shown(desk.op1) == "Åter: Bygglov, svarar inte"
    assert desk.operator.talking_to == CITIZEN
    await desk.end(desk.citizen)


async def test_a_function_with_nobody_there() -> None:
    desk = Desk(World(at_work(away(ANNA), away(ERIK))))
    await sent_to(desk, "220", 8)
    assert desk.shown(desk.op1) == "Åter: Bygglov, ingen på plats"
    assert Returned("nobody_there") in desk.world.announcer.said
    await desk.end(desk.citizen)


async def test_a_function_whose_only_phones_are_away() -> None:
    desk = Desk(World(at_work(away(ANNA))))
    await sent_to(desk, "220", 8)
    assert desk.shown(desk.op1) == "Åter: Bygglov, ingen telefon"
    await desk.end(desk.citizen)


async def test_outside_where_it_does_not() -> None:
    desk = Desk()
    outside = desk.phone("+46900112233", answers_after=1)
    await sent_to(desk, "0900112233", 8)
    assert outside.dialled == []
    assert desk.shown(desk.op1) == "Åter: 0900112233, får inte ringas härifrån"
    assert Returned("not_allowed") in desk.world.announcer.said
    assert desk.operator.talking_to == CITIZEN
    await desk.end(desk.citizen)


async def test_an_outside_number_that_does_not_answer() -> None:
    desk = Desk()
    desk.phone("+46701112233")
    await sent_to(desk, "0701112233", 40)
    assert desk.shown(desk.op1) == "Åter: 070-111 22 33, svarar inte"
    assert desk.operator.talking_to == CITIZEN
    await desk.end(desk.citizen)


@pytest.mark.requirement("R38")
async def test_operators_of_one_authority_need_not_read_which() -> None:
    desk = Desk(World(at_work(replace(SODERAS, operators_group_id=None))))
    desk.phone("anna").state = PhoneState.BUSY
    await desk.talk()
    desk.op1.answers_after = None
    desk.operator.transfer("210")
    await desk.passes(30)
    assert desk.shown(desk.op2) == "Åter: Anna Andersson, upptagen"
    await desk.end(desk.citizen)


@pytest.mark.requirement("R38")
async def test_a_colleague_who_sends_a_caller_to_the_operators_stands_on_their_displays() -> None:
    world = World(at_work(Extension(299, 1, "299", OPERATORS)))
    anna, op1 = world.telephony.phone("anna", answers_after=1), world.telephony.phone("op1", answers_after=2)
    citizen = world.telephony.caller()
    world.start("+46980319210", citizen)
    await world.passes(3)
    anna.leg.transfer("299")
    await world.passes(10)
    assert op1.rung[-1].pii_display_name == "Kopplat från Anna Andersson: 070-123 45 67 – Norrby kommun"
    assert op1.leg.talking_to == citizen.name
    await end(world, citizen)
