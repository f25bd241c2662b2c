"""Waiting in line: what is heard, whose turn it is, who is rung."""

from datetime import timedelta

import pytest

from switchboard.calls.ports import RingFailure
from switchboard.domain.announcement import QueuePosition
from switchboard.domain.call import EventKind, Outcome
from switchboard.domain.directory import Distribution, OverflowAction, OverflowSituation
from switchboard.domain.diversion import PhoneState
from tests.calls.queue.desk import BUSY, Desk, queue, rule, staff
from tests.fakes.leg import MUSIC, RING_TONE
from tests.fakes.telephony import talk_with


async def test_an_operator_who_is_free_is_rung_at_once_and_nothing_is_said_before() -> None:
    desk = Desk()
    desk.op1.answers_after, desk.op1.talks_for = 2, 5
    caller = desk.ring_in("a")
    assert (await desk.ends("a")).outcome is Outcome.CONNECTED
    assert caller.hears == [RING_TONE, talk_with("op1")]
    assert desk.left("a") == "answered"
    assert desk.event("a", EventKind.LEFT_QUEUE).detail["waited_s"] == 2
    assert [past.how for past in desk.places.history] == ["answered"]
    await desk.close()


@pytest.mark.requirement("R38")
async def test_who_waits_hears_the_answer_phrase_once_then_music_and_the_position() -> None:
    desk = Desk()
    desk.op1.state = desk.op2.state = BUSY
    caller = desk.ring_in("a", called="+46406280400")
    await desk.passes(120)
    heard = desk.heard(caller)
    assert heard[:4] == ["AnswerPhrase", MUSIC, "QueuePosition", "FixedPrompt"]
    assert heard.count("AnswerPhrase") == 1
    assert desk.announcer.said[0].authority.text == "Söderås kommunalteknik"  # type: ignore[union-attr]
    positions = [each for each in desk.announcer.said if isinstance(each, QueuePosition)]
    assert positions == [QueuePosition(1, None)] * 3
    caller.leave()
    await desk.ends("a")
    await desk.close()


@pytest.mark.requirement("R38")
@pytest.mark.parametrize("refuses", [None, RingFailure.BUSY, RingFailure.UNREGISTERED])
async def test_who_hears_a_phone_ring_out_is_welcomed_before_anything_else_is_said(refuses: RingFailure | None) -> None:
    desk = Desk()
    desk.op1.refuses, desk.op2.state = refuses, BUSY
    caller = desk.ring_in("a")
    await desk.passes(120)
    said = [what for what in desk.heard(caller) if what not in {MUSIC, RING_TONE}]
    assert said[:2] == ["AnswerPhrase", "QueuePosition"]
    assert said.count("AnswerPhrase") == 1
    caller.leave()
    await desk.ends("a")
    await desk.close()


async def test_the_position_is_said_at_once_to_who_comes_after_others_and_in_their_language() -> None:
    desk = Desk()
    desk.op1.state = desk.op2.state = BUSY
    first = desk.ring_in("a")
    await desk.passes(3)
    second = desk.ring_in("b")
    second.press_after(10, "9")
    await desk.passes(60)
    assert second.hears[:4] == ["AnswerPhrase:sv", "QueuePosition:sv", "FixedPrompt:sv", MUSIC]
    assert QueuePosition(2, None) in desk.announcer.said
    assert "QueuePosition:en" in second.hears
    first.leave()
    second.leave()
    await desk.ends("a")
    await desk.ends("b")
    await desk.close()


async def test_an_estimate_is_said_once_there_is_a_basis() -> None:
    desk = Desk(both=False)
    desk.op1.answers_after, desk.op1.talks_for = 0, 60
    callers = [desk.ring_in(f"c{number}") for number in range(7)]
    await desk.passes(320)
    said = [each for each in desk.announcer.said if isinstance(each, QueuePosition)]
    assert all(each.minutes is None for each in said[:6])
    assert any(each.minutes == each.position for each in said)
    for caller in callers:
        caller.leave()
    for name in desk.calls:
        await desk.ends(name)
    await desk.close()


@pytest.mark.requirement("R27")
async def test_an_operator_who_becomes_free_is_rung_in_the_same_instant() -> None:
    desk = Desk(both=False)
    desk.op1.answers_after, desk.op1.talks_for = 1, 30
    desk.ring_in("a")
    await desk.passes(5)
    desk.ring_in("b")
    await desk.passes(20)
    assert len(desk.op1.rung) == 1
    await desk.ends("b")
    assert len(desk.op1.rung) == 2
    assert desk.event("b", EventKind.LEFT_QUEUE).at - desk.event("a", EventKind.ENDED).at == timedelta(seconds=1)
    await desk.close()


async def test_a_phone_that_becomes_free_is_rung_when_its_state_changes() -> None:
    desk = Desk(both=False)
    desk.op1.state, desk.op1.talks_for = BUSY, 5
    desk.ring_in("a")
    await desk.passes(10.5)
    desk.op1.state, desk.op1.answers_after = PhoneState.FREE, 0
    desk.queues.wake()
    await desk.passes(0)
    before = desk.clock.now()
    await desk.passes(0.001)
    assert desk.event("a", EventKind.CONNECTED).at == before
    await desk.ends("a")
    await desk.close()


@pytest.mark.requirement("R39")
async def test_recalls_come_first_then_callers_from_outside_then_colleagues() -> None:
    desk = Desk(both=False)
    desk.op1.answers_after, desk.op1.talks_for = 0, 30
    desk.ring_in("first")
    await desk.passes(1)
    desk.ring_inside("colleague")
    await desk.passes(1)
    desk.ring_in("outside-1")
    await desk.passes(1)
    desk.ring_in("outside-2")
    await desk.passes(1)
    assert desk.line() == ["outside-1", "outside-2", "colleague"]
    for name in desk.calls:
        await desk.ends(name)
    answered = sorted(desk.calls, key=lambda name: desk.event(name, EventKind.CONNECTED).at)
    assert answered == ["first", "outside-1", "outside-2", "colleague"]
    await desk.close()


@pytest.mark.requirement("R39")
async def test_who_comes_first_is_data() -> None:
    desk = Desk(queue(recall_priority=30, external_priority=20, internal_priority=10), both=False)
    desk.op1.state = BUSY
    desk.ring_in("outside")
    await desk.passes(1)
    desk.ring_inside("colleague")
    await desk.passes(1)
    assert desk.line() == ["colleague", "outside"]
    assert [each.place.priority for each in desk.queues.view()] == [10, 20]
    for leg in desk.telephony.legs:
        leg.leave()
    for name in desk.calls:
        await desk.ends(name)
    await desk.close()


@pytest.mark.requirement("R27")
async def test_two_hundred_wait_for_twenty_operators_in_order_and_nothing_is_left() -> None:
    longer = rule(OverflowSituation.MAX_LENGTH, OverflowAction.MESSAGE, 500)
    desk = Desk(queue(distribution=Distribution.LONGEST_IDLE), longer, both=False)
    desk.directory.index.remove("operator_session", 1)
    for account in staff(desk.directory.index.put, 20):
        phone = desk.telephony.phone(account, answers_after=2)
        phone.talks_for = 30
    names = [f"caller-{number:03}" for number in range(200)]
    positions: dict[str, list[int]] = {}
    for name in names:
        desk.ring_in(name)
        await desk.passes(0.01)
    for each in desk.queues.view():
        positions.setdefault(each.place.id, []).append(each.position)
    waiting = [name for name in names if name in positions]
    assert [positions[name] for name in waiting] == [[at] for at in range(1, len(waiting) + 1)]
    for name in names:
        assert (await desk.ends(name)).outcome is Outcome.CONNECTED
    answered = sorted(names, key=lambda name: (desk.event(name, EventKind.CONNECTED).at, name))
    assert answered == names
    assert desk.queues.view() == []
    assert desk.places.places == {}
    await desk.close()


async def test_the_place_is_written_before_anybody_is_rung() -> None:
    desk = Desk()
    seen: list[bool] = []
    put = desk.places.put

    async def slow_put(place: object) -> None:
        await desk.passes(0.4)
        seen.append(desk.op1.rung == [])
        await put(place)  # type: ignore[arg-type]

    desk.places.put = slow_put  # type: ignore[method-assign]
    desk.op1.answers_after, desk.op1.talks_for = 1, 1
    desk.ring_in("a")
    await desk.ends("a")
    assert seen == [True]
    await desk.close()


async def test_a_database_that_is_away_costs_nobody_the_call_and_gets_the_place_later() -> None:
    desk = Desk(both=False)
    desk.places.broken = True
    desk.op1.state = BUSY
    desk.op1.answers_after, desk.op1.talks_for = 1, 3
    desk.ring_in("a")
    await desk.passes(5)
    assert desk.line() == ["a"]
    assert "queue_written_later" in desk.log.events("warning")
    desk.places.broken = False
    await desk.passes(5)
    assert list(desk.places.places) == ["a"]
    desk.op1.state = PhoneState.FREE
    assert (await desk.ends("a")).outcome is Outcome.CONNECTED
    assert desk.places.places == {}
    await desk.close()
