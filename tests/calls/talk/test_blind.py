"""Blind transfer by the phone's own button: whoever cannot be had sends the caller back with the reason (R31)."""

from datetime import datetime

import pytest

from switchboard.calls.ports import RingFailure
from switchboard.domain.announcement import Returned
from switchboard.domain.call import Outcome
from switchboard.domain.directory import AbsenceReason, Extension, OperatorQueue
from switchboard.domain.diversion import PhoneState
from switchboard.domain.working_days import STOCKHOLM
from tests.builders import BYGGLOV, ERIK, OPERATOR_GROUP, to_unit
from tests.calls.talk.scenes import CITIZEN, Desk
from tests.calls.test_diverting import away
from tests.fakes.leg import BEEP, RING_TONE
from tests.fakes.telephony import talk_with
from tests.fakes.world import World, at_work

pytestmark = pytest.mark.requirement("R31")


async def sent_to(desk: Desk, target: str, seconds: float = 0.5) -> None:
    await desk.talk()
    desk.citizen.hears.clear()
    desk.operator.transfer(target)
    await desk.passes(seconds)


async def test_a_free_colleague_gets_the_caller() -> None:
    desk = Desk()
    anna = desk.phone("anna", answers_after=3)
    await sent_to(desk, "210", 4)
    assert desk.citizen.hears == [RING_TONE, RING_TONE, talk_with("anna")]
    assert desk.op1.legs[0].transfers == ["accepted"]
    assert desk.op1.legs[0].gone
    assert anna.leg.talking_to == CITIZEN
    await desk.end(anna.leg)
    outcome = desk.world.outcome()
    assert outcome is not None
    assert outcome.outcome is Outcome.CONNECTED


async def test_an_absent_colleagues_phone_stays_silent_and_the_caller_comes_back() -> None:
    world = World(at_work(away(ERIK, AbsenceReason.VACATION, until=datetime(2026, 9, 3, 8, tzinfo=STOCKHOLM))))
    desk = Desk(world)
    erik = desk.phone("erik", answers_after=1)
    await sent_to(desk, "211", 8)
    assert erik.rung == []
    assert Returned("absent") in desk.world.announcer.said
    assert desk.shown(desk.op1) == "Åter: Erik Lund, semester till 3/9"
    assert desk.operator.talking_to == CITIZEN
    assert desk.citizen.hears == [RING_TONE, "Returned:sv", RING_TONE, RING_TONE, talk_with("op1")]
    await desk.end(desk.citizen)


async def test_a_busy_colleague() -> None:
    desk = Desk()
    desk.phone("anna").state = PhoneState.BUSY
    await sent_to(desk, "210", 8)
    assert desk.shown(desk.op1) == "Åter: Anna Andersson, upptagen"
    assert desk.operator.talking_to == CITIZEN
    await desk.end(desk.operator)


async def test_a_colleague_who_refuses() -> None:
    desk = Desk()
    desk.phone("anna").refuses = RingFailure.BUSY
    await sent_to(desk, "210", 8)
    assert desk.shown(desk.op1) == "Åter: Anna Andersson, upptagen"
    await desk.end(desk.operator)


async def test_a_colleague_without_a_registered_phone() -> None:
    desk = Desk()
    await sent_to(desk, "214", 8)
    assert desk.shown(desk.op1) == "Åter: Åsa Öberg, ingen telefon"
    await desk.end(desk.citizen)


@pytest.mark.parametrize("seconds", [25, 10])
async def test_nobody_answers_in_the_time_that_is_set(seconds: int) -> None:
    world = World(at_work(OperatorQueue(1, OPERATOR_GROUP.id, transfer_seconds=seconds)))
    desk = Desk(world)
    anna = desk.phone("anna")
    await sent_to(desk, "210", seconds - 1)
    assert len(desk.op1.rung) == 1
    await desk.passes(8)
    assert anna.rung[0].timeout_s == seconds
    assert desk.shown(desk.op1) == "Åter: Anna Andersson, svarar inte"
    assert desk.operator.talking_to == CITIZEN
    await desk.end(desk.citizen)


async def test_a_function_rings_its_members() -> None:
    desk = Desk()
    anna = desk.phone("anna", answers_after=2)
    await sent_to(desk, "220", 4)
    assert anna.leg.talking_to == CITIZEN
    await desk.end(anna.leg)


async def test_two_of_a_function_answer_in_the_same_instant() -> None:
    desk = Desk()
    phones = [desk.phone("anna", answers_after=2), desk.phone("erik", answers_after=2)]
    await sent_to(desk, "220", 4)
    assert sorted(str(phone.leg.talking_to) for phone in phones) == ["None", CITIZEN]
    assert sorted(phone.leg.gone for phone in phones) == [False, True]
    await desk.end(desk.citizen)


async def test_a_unit_rings_its_answering_point() -> None:
    desk = Desk(World(at_work(Extension(230, 1, "230", to_unit(BYGGLOV)))))
    anna = desk.phone("anna", answers_after=2)
    await sent_to(desk, "230", 4)
    assert anna.leg.talking_to == CITIZEN
    await desk.end(anna.leg)


async def test_a_unit_whose_answering_point_does_not_answer() -> None:
    desk = Desk(World(at_work(Extension(230, 1, "230", to_unit(BYGGLOV)))))
    desk.phone("anna")
    await sent_to(desk, "230", 60)
    assert desk.shown(desk.op1) == "Åter: Bygglov, svarar inte"
    assert desk.operator.talking_to == CITIZEN
    await desk.end(desk.citizen)


@pytest.mark.requirement("R30")
async def test_straight_to_the_message() -> None:
    world = World(at_work(away(ERIK)))
    desk = Desk(world)
    await sent_to(desk, "*8211", 60)
    assert [what.split(":")[0] for what in desk.citizen.hears][:4] == [
        RING_TONE,
        "PersonGreeting",
        "LeaveMessage",
        BEEP,
    ]
    await desk.end()
    (task,) = world.messages.tasks
    assert task.mailbox.person_id == ERIK.id


async def test_outside_where_the_class_allows_it() -> None:
    desk = Desk()
    outside = desk.phone("+46701112233", answers_after=4)
    await sent_to(desk, "0701112233", 6)
    assert outside.leg.talking_to == CITIZEN
    assert outside.leg.account is None
    await desk.end(outside.leg)


async def test_an_operator_who_is_busy_again_leaves_the_caller_to_the_others_first_in_line() -> None:
    desk = Desk()
    desk.phone("anna")
    await sent_to(desk, "210", 3)
    desk.op1.state = PhoneState.BUSY
    await desk.passes(30)
    (place,) = desk.world.places.places.values()
    assert (place.priority, place.why) == (10, "Åter: Anna Andersson, svarar inte – Norrby kommun")
    assert place.since == desk.world.journal.calls[CITIZEN].call.arrived_at
    assert desk.shown(desk.op2) == "Åter: Anna Andersson, svarar inte – Norrby kommun"
    desk.op2.pick_up()
    await desk.passes(1)
    assert desk.op2.leg.talking_to == CITIZEN
    await desk.end(desk.citizen)


async def test_a_return_that_nobody_answers_goes_to_the_others() -> None:
    desk = Desk()
    desk.phone("anna").state = PhoneState.BUSY
    await desk.talk()
    desk.op1.answers_after = None
    desk.operator.transfer("210")
    await desk.passes(10)
    assert desk.op1.ringing is not None
    desk.op2.answers_after = 1
    await desk.passes(20)
    assert desk.op2.leg.talking_to == CITIZEN
    await desk.end(desk.citizen)


async def test_an_operator_who_has_signed_out_is_not_rung() -> None:
    desk = Desk()
    desk.phone("anna")
    await sent_to(desk, "210", 3)
    desk.world.directory.index.remove("operator_session", 1)
    desk.op2.answers_after = 1
    await desk.passes(30)
    assert len(desk.op1.rung) == 1
    assert desk.op2.leg.talking_to == CITIZEN
    await desk.end(desk.citizen)


async def test_after_a_return_a_key_sends_the_caller_to_the_message() -> None:
    world = World(at_work(away(ERIK)))
    desk = Desk(world)
    await sent_to(desk, "211", 8)
    desk.operator.press("**8#")
    await desk.passes(60)
    assert BEEP in desk.citizen.hears
    await desk.end()
    (task,) = world.messages.tasks
    assert task.mailbox.person_id == ERIK.id


async def test_a_phone_that_stays_after_its_transfer_is_hung_up() -> None:
    desk = Desk()
    anna = desk.phone("anna", answers_after=2)
    await desk.talk()
    desk.operator.stays = True
    desk.operator.transfer("210")
    await desk.passes(5)
    assert desk.op1.legs[0].gone
    assert anna.leg.talking_to == CITIZEN
    await desk.end(desk.citizen)


async def test_a_phone_that_stays_is_let_go_before_it_is_rung_again() -> None:
    desk = Desk()
    desk.phone("anna").state = PhoneState.BUSY
    await desk.talk()
    desk.operator.stays = True
    desk.operator.transfer("210")
    await desk.passes(6)
    assert len(desk.op1.legs) == 2
    assert desk.operator.talking_to == CITIZEN
    await desk.end(desk.citizen)


async def test_a_target_who_leaves_as_the_talk_begins() -> None:
    desk = Desk()
    anna = desk.phone("anna", answers_after=1)
    anna.on_answer = lambda leg: leg.leave()
    await sent_to(desk, "210", 10)
    assert desk.operator.talking_to == CITIZEN
    assert desk.shown(desk.op1) == "Åter: Anna Andersson, svarar inte"
    await desk.end(desk.citizen)


async def test_a_party_outside_can_transfer_nobody() -> None:
    desk = await Desk().talk()
    desk.citizen.transfer("210")
    await desk.passes(1)
    assert desk.citizen.transfers == ["declined"]
    assert desk.operator.talking_to == CITIZEN
    await desk.end(desk.citizen)
