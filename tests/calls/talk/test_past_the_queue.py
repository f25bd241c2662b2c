"""A caller who comes to an operator past the queue counts as a call of the queue's does (R26)."""

from datetime import datetime, timedelta

import pytest

from switchboard.calls.ports import RingFailure
from switchboard.calls.queue.states import OperatorState
from switchboard.domain.directory import OperatorQueue, OperatorSession, PauseReason
from switchboard.domain.diversion import PhoneState
from tests.builders import OP1, OPERATOR_GROUP
from tests.calls.talk.scenes import CITIZEN, Desk
from tests.fakes.world import World, at_work

pytestmark = pytest.mark.requirement("R26")
WRAP_UP = 30


def desk_with(**rules: int) -> Desk:
    return Desk(World(at_work(OperatorQueue(1, OPERATOR_GROUP.id, wrap_up_seconds=WRAP_UP, **rules))))  # type: ignore[arg-type]


def session(desk: Desk) -> OperatorSession:
    return desk.world.directory.index.sessions_of(OP1.id)[0]


def state(desk: Desk) -> OperatorState:
    statuses = desk.world.ports.queues.operator_states()
    return next(each.state for each in statuses if each.person_id == OP1.id)


async def sent_in_vain(desk: Desk) -> None:
    """The caller is on the way back; the operator's phone answers nobody by itself."""
    desk.phone("anna").state = PhoneState.BUSY
    await desk.talk()
    desk.op1.answers_after = None
    desk.operator.transfer("210")


async def talked_until_now(desk: Desk) -> datetime:
    """The operator talks and hangs up just now; gives when."""
    await desk.passes(60)
    assert desk.operator.talking_to == CITIZEN
    assert state(desk) is OperatorState.TALKING
    at = desk.world.clock.now()
    assert session(desk).idle_since != at
    desk.operator.leave()
    await desk.passes(0.5)
    return at


def assert_counted(desk: Desk, at: datetime) -> None:
    assert session(desk).idle_since == at
    assert session(desk).wrap_up_until == at + timedelta(seconds=WRAP_UP)
    assert session(desk).missed == 0
    assert state(desk) is OperatorState.WRAP_UP


async def test_who_comes_back_is_talked_with_as_anybody() -> None:
    desk = desk_with()
    await sent_in_vain(desk)
    await desk.passes(6)
    assert state(desk) is OperatorState.RINGING
    desk.op1.pick_up()
    assert_counted(desk, await talked_until_now(desk))
    await desk.end(desk.citizen)


async def test_who_is_rung_for_a_return_is_rung_by_the_queue_for_nobody_else() -> None:
    desk = Desk()
    await sent_in_vain(desk)
    await desk.passes(6)
    assert desk.op1.ringing is not None
    desk.op2.rung.clear()
    desk.op1.rung.clear()
    other = desk.world.telephony.caller("caller-2")
    desk.world.start("+46980319200", other)
    await desk.passes(5)
    assert (len(desk.op1.rung), len(desk.op2.rung)) == (0, 1)
    desk.op1.pick_up()
    await desk.passes(1)
    await desk.end(desk.citizen, other)


async def test_a_return_that_rings_out_is_a_call_missed_and_the_second_one_pauses() -> None:
    desk = desk_with(missed_before_pause=2)
    await sent_in_vain(desk)
    await desk.passes(30)
    assert session(desk).missed == 1
    assert not session(desk).paused
    assert desk.world.telephony.told == []
    desk.op1.rung.clear()
    await desk.passes(40)
    assert [request.call_id for request in desk.op1.rung] == [CITIZEN]
    assert session(desk).pause_reason is PauseReason.NO_ANSWER
    ((account, text),) = desk.world.telephony.told
    assert (account, text.startswith("Du är pausad")) == ("op1", True)
    await desk.end(desk.citizen)


async def test_a_phone_that_refuses_a_return_is_not_rung_at_once_again() -> None:
    desk = desk_with(missed_before_pause=1)
    await sent_in_vain(desk)
    desk.op1.refuses = RingFailure.BUSY
    await desk.passes(12)
    assert session(desk).pause_reason is PauseReason.NO_ANSWER
    assert len(desk.op1.rung) == 2
    await desk.end(desk.citizen)


async def test_the_caller_leaves_while_the_operator_is_rung_and_nobody_is_to_blame() -> None:
    desk = Desk()
    await sent_in_vain(desk)
    await desk.passes(6)
    assert state(desk) is OperatorState.RINGING
    desk.citizen.leave()
    await desk.passes(1)
    assert state(desk) is OperatorState.FREE
    assert session(desk).missed == 0
    await desk.end()


async def test_an_operator_whom_the_queue_rings_meanwhile_leaves_the_caller_first_in_line() -> None:
    desk = Desk()
    anna = desk.phone("anna")
    await desk.talk()
    desk.op1.answers_after = None
    desk.operator.transfer("210")
    await desk.passes(5)
    other = desk.world.telephony.caller("caller-2")
    desk.world.start("+46980319200", other)
    await desk.passes(18)
    assert desk.op1.ringing is not None
    assert anna.ringing is not None
    await desk.passes(5)
    assert [place.why for place in desk.world.places.places.values() if place.id == CITIZEN]
    await desk.end(desk.citizen, other)


async def test_who_was_held_too_long_and_taken_back_is_one_talk_that_ends_once() -> None:
    desk = desk_with(hold_seconds=60)
    await desk.talk()
    began = session(desk).idle_since
    desk.operator.hold()
    await desk.passes(65)
    assert len(desk.op1.legs) == 2
    assert session(desk).idle_since == began
    assert_counted(desk, await talked_until_now(desk))
    await desk.end(desk.citizen)


async def test_who_held_too_long_and_does_not_answer_has_missed_a_call() -> None:
    desk = desk_with(hold_seconds=60, missed_before_pause=1)
    await desk.talk()
    desk.op1.answers_after = None
    desk.operator.hold()
    await desk.passes(95)
    assert session(desk).pause_reason is PauseReason.NO_ANSWER
    assert session(desk).missed == 1
    assert [account for account, _ in desk.world.telephony.told] == ["op1"]
    assert desk.op2.ringing is not None
    await desk.end(desk.citizen)


async def test_who_is_fetched_from_parking_is_talked_with_as_anybody() -> None:
    desk = desk_with()
    await desk.talk()
    desk.operator.transfer("*67")
    await desk.passes(40)
    mine = desk.world.dial("op1", "*68")
    await desk.passes(20)
    assert mine.talking_to == CITIZEN
    assert state(desk) is OperatorState.TALKING
    at = desk.world.clock.now()
    mine.leave()
    await desk.passes(0.5)
    assert_counted(desk, at)
    await desk.end(desk.citizen)


async def test_a_consultation_that_is_given_up_is_one_talk_to_its_end() -> None:
    desk = desk_with()
    desk.phone("anna")
    await desk.talk()
    began = session(desk).idle_since
    desk.operator.press("*210#")
    await desk.passes(2)
    assert state(desk) is OperatorState.TALKING
    desk.operator.press("*1")
    await desk.passes(5)
    assert session(desk).idle_since == began
    assert_counted(desk, await talked_until_now(desk))
    await desk.end(desk.citizen)


async def test_who_is_no_operator_has_no_wrap_up_time() -> None:
    desk = Desk()
    anna = desk.phone("anna", answers_after=1)
    desk.phone("erik").state = PhoneState.BUSY
    await desk.talk()
    desk.operator.transfer("210")
    await desk.passes(10)
    before = session(desk)
    anna.leg.transfer("211")
    await desk.passes(12)
    assert anna.leg.talking_to == CITIZEN
    assert session(desk) == before
    await desk.end(desk.citizen)
