"""Who is sent on into another line has waited in all of them, and is sent on a few times at most."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.domain.call import EventKind, Outcome
from switchboard.domain.directory import (
    FunctionGroup,
    FunctionMember,
    OperatorSession,
    OverflowAction,
    OverflowRule,
    OverflowSituation,
)
from switchboard.domain.directory_index import Record
from switchboard.domain.diversion import PhoneState
from tests.builders import ANNA, OPERATOR_GROUP
from tests.calls.queue.desk import BUSY, Desk, rule
from tests.calls.queue.test_overflow import OTHER_GROUP, busy_desk, strict_policy
from tests.fakes.leg import MUSIC, RING_TONE
from tests.fakes.world import WEDNESDAY


def contact_centre(*rules: Record) -> Desk:
    """A line of its own, into which the switchboard's leads after a minute."""
    there = rule(OverflowSituation.MAX_WAIT, OverflowAction.GROUP, 60, "9")
    desk = busy_desk(there, *rules, OTHER_GROUP, FunctionMember(90, 9, ANNA.id), OperatorSession(90, ANNA.id, 9))
    desk.telephony.phone("anna", BUSY)
    return desk


def waits(desk: Desk, call_id: str) -> list[object]:
    kinds = EventKind.LEFT_QUEUE, EventKind.CONNECTED
    return [each.detail["waited_s"] for each in desk.events(call_id) if each.kind in kinds]


async def test_who_is_sent_on_has_waited_in_both_lines_and_each_has_a_limit_of_its_own() -> None:
    desk = contact_centre(OverflowRule(2, 9, OverflowSituation.MAX_WAIT, OverflowAction.MESSAGE, 100, None))
    desk.ring_in("a")
    assert (await desk.ends("a")).outcome is Outcome.MESSAGE
    assert waits(desk, "a") == [60, 160]
    await desk.close()


async def test_who_is_answered_or_gives_up_in_the_other_line_has_waited_in_both() -> None:
    desk = contact_centre()
    caller = desk.ring_in("a")
    await desk.passes(90)
    anna = desk.telephony.phones["anna"]
    anna.state, anna.answers_after, anna.talks_for = PhoneState.FREE, 5, 5
    desk.queues.wake()
    assert (await desk.ends("a")).outcome is Outcome.CONNECTED
    assert waits(desk, "a") == [60, 95, 95]
    anna.state = BUSY
    caller = desk.ring_in("b")
    await desk.passes(100)
    caller.leave()
    await desk.ends("b")
    assert waits(desk, "b") == [60, 100]
    await desk.close()


@pytest.mark.requirement("R16")
async def test_a_policy_about_those_who_give_up_counts_the_whole_wait() -> None:
    desk = contact_centre(strict_policy(after_s=70))
    caller = desk.ring_in("a")
    await desk.passes(80)
    caller.leave()
    await desk.ends("a")
    assert [each.note for each in desk.tasks.opened] == ["Lade på efter 80 sekunder i kön."]
    await desk.close()


async def test_a_place_that_is_kept_in_the_other_line_has_waited_in_both() -> None:
    desk = contact_centre()
    caller = desk.ring_in("a")
    caller.on_hearing("ReadBackNumber", lambda: caller.press("1"))
    await desk.passes(70)
    caller.on_hearing("QueuePosition", lambda: caller.press("1"))
    assert (await desk.ends("a")).outcome is Outcome.BOOKED
    booked = [each for each in desk.events("a") if each.kind is EventKind.LEFT_QUEUE][-1]
    assert booked.detail["waited_s"] == round((booked.at - WEDNESDAY).total_seconds())
    place = desk.places.places["a"]
    assert place.entered_at is not None
    assert abs(place.entered_at - place.since) < timedelta(seconds=1)
    await desk.close()


@pytest.mark.parametrize("seed", range(25))
async def test_whatever_leads_where_a_caller_is_sent_on_a_few_times_at_most(seed: int) -> None:
    """Any rules between five groups, in which everybody is busy."""
    dice, groups = random.Random(seed), [1, 9, 10, 11, 12]
    rows: list[Record] = [FunctionGroup(group, 1, "", operators=True) for group in groups[1:]]
    for number, group in enumerate(groups * 2, start=100):
        situation = dice.choice([OverflowSituation.MAX_WAIT, OverflowSituation.NOBODY_SIGNED_IN])
        key = str(dice.choice(groups))
        rows.append(OverflowRule(number, group, situation, OverflowAction.GROUP, dice.choice([0, 30, 90]), key))
        if dice.random() < 0.7:
            rows.append(OperatorSession(number, ANNA.id, group))
    desk = busy_desk(*rows)
    desk.telephony.phone("anna", BUSY)
    desk.ring_in("a")
    outcome = await desk.ends("a")
    assert outcome.outcome is Outcome.MESSAGE
    lines = [each.detail["group"] for each in desk.events("a") if each.kind is EventKind.QUEUED]
    assert len(lines) == len(set(lines))
    waited = [int(str(each)) for each in waits(desk, "a")]
    assert waited == sorted(waited)
    await desk.close()


@pytest.mark.requirement("R38")
async def test_who_heard_nothing_but_a_phone_ring_is_welcomed_in_the_other_line() -> None:
    desk = contact_centre()
    desk.op1.state = PhoneState.FREE
    desk.directory.index.put(replace(OPERATOR_GROUP, ring_seconds=90))
    caller = desk.ring_in("a")
    await desk.passes(55)
    assert desk.heard(caller) == [RING_TONE]
    await desk.passes(65)
    said = [what for what in desk.heard(caller) if what not in {MUSIC, RING_TONE}]
    assert said[:2] == ["AnswerPhrase", "QueuePosition"]
    assert said.count("AnswerPhrase") == 1
    caller.leave()
    await desk.ends("a")
    await desk.close()
