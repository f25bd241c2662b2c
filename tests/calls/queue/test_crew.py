"""The operators of a queue: who is rung, who is paused and why, what their lamps and the board show."""

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.calls.ports import Lamp
from switchboard.domain.call import EventKind, Outcome
from switchboard.domain.directory import Distribution, PauseReason
from switchboard.domain.diversion import PhoneState
from switchboard.monitoring import QueueBoard
from tests.builders import OP1, OP2
from tests.calls.queue.desk import BUSY, Desk, queue


async def test_the_first_in_line_rings_all_who_are_free_and_who_becomes_free_joins() -> None:
    desk = Desk()
    desk.op2.state = BUSY
    desk.op2.answers_after, desk.op2.talks_for = 1, 5
    desk.ring_in("a")
    desk.ring_in("b")
    await desk.passes(5)
    assert (len(desk.op1.rung), len(desk.op2.rung)) == (1, 0)
    desk.op2.state = PhoneState.FREE
    desk.queues.wake()
    await desk.passes(0.5)
    assert [request.call_id for request in desk.op2.rung] == ["a"]
    await desk.passes(1)
    assert desk.event("a", EventKind.CONNECTED).detail["account"] == "op2"
    assert [request.call_id for request in desk.op1.rung] == ["a", "b"]
    desk.op1.pick_up()
    desk.op1.leg.hang_up_after(1)
    await desk.ends("a")
    await desk.ends("b")
    await desk.close()


async def test_the_one_idle_longest_is_rung_alone_and_each_in_line_has_one() -> None:
    desk = Desk(queue(distribution=Distribution.LONGEST_IDLE))
    session = desk.session(OP2)
    desk.directory.index.put(replace(session, idle_since=desk.clock.now() + timedelta(minutes=-1)))
    desk.ring_in("a")
    await desk.passes(1)
    assert (len(desk.op1.rung), len(desk.op2.rung)) == (0, 1)
    desk.ring_in("b")
    await desk.passes(1)
    assert [request.call_id for request in desk.op1.rung] == ["b"]
    for phone in (desk.op1, desk.op2):
        phone.pick_up()
        phone.leg.hang_up_after(3)
    await desk.ends("a")
    await desk.ends("b")
    await desk.close()


async def test_whose_talk_has_ended_is_rung_before_that_is_kept_and_counts_as_idle_from_then_on() -> None:
    desk = Desk(queue(distribution=Distribution.LONGEST_IDLE))
    desk.desk.slow_s = 0.9
    desk.op1.answers_after, desk.op1.talks_for = 0, 5
    desk.op2.state = BUSY
    desk.ring_in("a")
    await desk.passes(1)
    desk.ring_in("b")
    await desk.passes(4.5)
    assert [request.call_id for request in desk.op1.rung] == ["a", "b"]
    desk.directory.index.put(replace(desk.session(OP1), idle_since=desk.clock.now() + timedelta(minutes=-5)))
    await desk.passes(5)
    desk.op2.state = PhoneState.FREE
    desk.queues.wake()
    desk.ring_in("c")
    await desk.passes(0.2)
    assert [request.call_id for request in desk.op2.rung] == ["c"]
    desk.op2.pick_up()
    desk.op2.leg.hang_up_after(1)
    for name in ("a", "b", "c"):
        await desk.ends(name)
    await desk.close()


async def test_in_fixed_order_the_first_member_is_rung_as_long_as_free() -> None:
    desk = Desk(queue(distribution=Distribution.FIXED_ORDER))
    desk.op1.answers_after, desk.op1.talks_for = 1, 2
    for name in ("a", "b", "c"):
        desk.ring_in(name)
        await desk.ends(name)
    assert (len(desk.op1.rung), len(desk.op2.rung)) == (3, 0)
    await desk.close()


async def test_two_operators_who_answer_at_once_serve_one_caller_each() -> None:
    desk = Desk()
    for phone in (desk.op1, desk.op2):
        phone.answers_after, phone.talks_for = 2, 4
    desk.ring_in("a")
    await desk.passes(0)
    desk.ring_in("b")
    assert (await desk.ends("a")).outcome is Outcome.CONNECTED
    assert (await desk.ends("b")).outcome is Outcome.CONNECTED
    await desk.close()


@pytest.mark.requirement("R26")
async def test_who_does_not_answer_twice_is_paused_and_told_why_and_the_caller_goes_on() -> None:
    desk = Desk(queue(distribution=Distribution.FIXED_ORDER))
    desk.op2.answers_after, desk.op2.talks_for = 1, 5
    for name in ("a", "b"):
        desk.ring_in(name)
        assert (await desk.ends(name)).outcome is Outcome.CONNECTED
    await desk.passes(0)
    assert desk.session(OP1).missed == 1
    desk.op2.state = BUSY
    caller = desk.ring_in("c")
    await desk.passes(30)
    session = desk.session(OP1)
    assert (session.paused, session.pause_reason) == (True, PauseReason.NO_ANSWER)
    assert [account for account, _ in desk.telephony.told] == ["op1"]
    assert desk.telephony.lamps["operator-201"] is Lamp.HELD
    caller.leave()
    await desk.ends("c")
    await desk.close()


async def test_an_unregistered_phone_pauses_its_operator_until_it_is_back_who_is_told() -> None:
    desk = Desk(both=False)
    desk.op1.state = PhoneState.UNREGISTERED
    caller = desk.ring_in("a")
    await desk.passes(4)
    assert not desk.session(OP1).paused
    await desk.passes(4)
    assert desk.session(OP1).pause_reason is PauseReason.NO_PHONE
    assert desk.telephony.told == []
    desk.op1.state = PhoneState.FREE
    desk.queues.wake()
    await desk.passes(1)
    assert [account for account, _ in desk.telephony.told] == ["op1"]
    assert not desk.session(OP1).paused
    assert desk.op1.rung == []
    caller.leave()
    await desk.ends("a")
    await desk.close()


async def test_a_paused_operator_is_not_rung_until_back() -> None:
    desk = Desk(both=False)
    await desk.desk.pause(OP1.id, PauseReason.LUNCH, desk.clock.now(), "test")
    desk.op1.answers_after, desk.op1.talks_for = 1, 3
    desk.ring_in("a")
    await desk.passes(60)
    assert desk.op1.rung == []
    await desk.desk.resume(OP1.id, desk.clock.now(), "test")
    desk.queues.wake()
    assert (await desk.ends("a")).outcome is Outcome.CONNECTED
    await desk.close()


@pytest.mark.requirement("R26")
async def test_wrap_up_time_passes_before_the_next_call_and_lamps_show_what_goes_on() -> None:
    desk = Desk(queue(wrap_up_seconds=20), both=False)
    desk.op1.answers_after, desk.op1.talks_for = 1, 10
    desk.ring_in("a")
    await desk.passes(0.5)
    assert desk.telephony.lamps["operator-201"] is Lamp.BUSY
    await desk.ends("a")
    desk.ring_in("b")
    await desk.passes(1)
    assert [desk.telephony.lamps[f"operator-{digits}"] for digits in ("201", "202")] == [Lamp.HELD, Lamp.AWAY]
    assert [(each.person_id, each.state) for each in desk.queues.operator_states()] == [
        (OP1.id, "wrap_up"),
        (OP2.id, "signed_out"),
    ]
    await desk.passes(18)
    assert len(desk.op1.rung) == 1
    await desk.passes(1.5)
    assert len(desk.op1.rung) == 2
    await desk.ends("b")
    await desk.close()


@pytest.mark.requirement("R26")
async def test_who_resumes_ends_the_wrap_up_time() -> None:
    desk = Desk(queue(wrap_up_seconds=600), both=False)
    desk.op1.answers_after, desk.op1.talks_for = 1, 10
    desk.ring_in("a")
    await desk.ends("a")
    desk.ring_in("b")
    await desk.passes(5)
    assert len(desk.op1.rung) == 1
    await desk.desk.resume(OP1.id, desk.clock.now(), "test")
    desk.queues.wake()
    await desk.passes(1)
    assert len(desk.op1.rung) == 2
    await desk.ends("b")
    await desk.close()


async def test_the_operator_is_gone_before_the_talk_begins_and_the_caller_stands_where_they_stood() -> None:
    desk = Desk(both=False)
    desk.op1.answers_after, desk.op1.talks_for = 1, 3
    desk.telephony.fail("join")
    desk.ring_in("a")
    assert (await desk.ends("a")).outcome is Outcome.CONNECTED
    assert len(desk.op1.rung) == 2
    await desk.close()


async def test_the_board_names_who_waits_for_what() -> None:
    desk = Desk(both=False)
    desk.op1.state = BUSY
    board = QueueBoard(desk.queues, lambda: desk.directory.index)
    caller = desk.ring_in("a", called="+46406280400")
    heard: list[int] = []
    with desk.queues.heard_by(lambda: heard.append(len(desk.line()))):
        await desk.passes(5)
    (waiting,) = await board.waiting()
    assert (waiting.call_id, waiting.position, waiting.kind, waiting.group) == ("a", 1, "caller", "Växeln")
    assert (waiting.authority, waiting.caller) == ("Söderås kommunalteknik", "+46701234567")
    assert (waiting.why, waiting.estimate_minutes) == (None, None)
    assert heard
    desk.op1.state = PhoneState.FREE
    desk.queues.wake()
    await desk.passes(1)
    assert await board.ringing() == {OP1.id}
    caller.leave()
    await desk.ends("a")
    assert await board.waiting() == []
    await desk.close()
