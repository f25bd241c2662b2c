"""Overflow, never endless: each situation has its rule or a sane default, and nobody who gives up is forgotten."""

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.domain.announcement import Closed, FixedPrompt, OperatorsUnavailable, Promise
from switchboard.domain.call import EventKind, Outcome
from switchboard.domain.directory import (
    FunctionGroup,
    FunctionMember,
    OperatorSession,
    OverflowAction,
    OverflowSituation,
    PauseReason,
    Policy,
)
from tests.builders import ANNA, NORRBY, OP1
from tests.calls.queue.desk import BUSY, Desk, rule
from tests.fakes.leg import BEEP
from tests.fakes.world import WEDNESDAY

QUARTER_S = 15 * 60
OTHER_GROUP = FunctionGroup(9, 1, "Kontaktcenter", operators=True)


def busy_desk(*records: object) -> Desk:
    desk = Desk(*records, both=False)  # type: ignore[arg-type]
    desk.op1.state = BUSY
    return desk


async def test_nobody_signed_in_is_told_and_may_leave_a_message() -> None:
    desk = Desk(both=False)
    desk.directory.index.remove("operator_session", 1)
    caller = desk.ring_in("a")
    assert (await desk.ends("a")).outcome is Outcome.MESSAGE
    assert desk.heard(caller)[:2] == ["AnswerPhrase", "OperatorsUnavailable"]
    assert OperatorsUnavailable(busy=False) in desk.announcer.said
    assert BEEP in caller.hears
    assert desk.left("a") == "nobody_signed_in"
    assert [past.how for past in desk.places.history] == ["overflowed"]
    await desk.close()


async def test_an_authority_without_operators_is_greeted_for_all_the_same() -> None:
    desk = Desk(replace(NORRBY, operators_group_id=None))
    caller = desk.ring_in("a")
    assert (await desk.ends("a")).outcome is Outcome.MESSAGE
    assert desk.heard(caller)[:2] == ["AnswerPhrase", "OperatorsUnavailable"]
    await desk.close()


async def test_the_last_operator_signs_out_while_somebody_waits() -> None:
    desk = busy_desk()
    desk.ring_in("a")
    await desk.passes(20)
    await desk.desk.sign_out(OP1.id, 1, "test")
    desk.queues.wake()
    assert (await desk.ends("a")).outcome is Outcome.MESSAGE
    assert OperatorsUnavailable(busy=False) in desk.announcer.said
    await desk.close()


async def test_after_a_quarter_of_an_hour_the_caller_is_told_and_offered_a_message() -> None:
    desk = busy_desk()
    caller = desk.ring_in("a")
    assert (await desk.ends("a")).outcome is Outcome.MESSAGE
    assert FixedPrompt("queue-waited-long") in desk.announcer.said
    assert desk.heard(caller).count("AnswerPhrase") == 1
    assert desk.event("a", EventKind.LEFT_QUEUE).detail["waited_s"] == QUARTER_S
    await desk.close()


async def test_a_line_that_is_full_takes_nobody_more_and_sends_nobody_away() -> None:
    desk = busy_desk(rule(OverflowSituation.MAX_LENGTH, OverflowAction.MESSAGE, 2))
    for name in ("a", "b"):
        desk.ring_in(name)
        await desk.passes(0.1)
    turned_away = desk.ring_in("c")
    assert (await desk.ends("c")).outcome is Outcome.MESSAGE
    assert FixedPrompt("queue-full") in desk.announcer.said
    assert desk.heard(turned_away)[:4] == ["AnswerPhrase", "FixedPrompt", "LeaveMessage", BEEP]
    assert desk.line() == ["a", "b"]
    for leg in desk.telephony.legs:
        leg.leave()
    await desk.ends("a")
    await desk.ends("b")
    await desk.close()


async def test_who_hangs_up_in_the_greeting_before_a_message_leaves_nothing() -> None:
    desk = busy_desk(rule(OverflowSituation.MAX_LENGTH, OverflowAction.MESSAGE, 1))
    desk.ring_in("a")
    await desk.passes(0.1)
    hasty = desk.ring_in("b")
    hasty.on_hearing("AnswerPhrase", hasty.leave)
    assert (await desk.ends("b")).outcome is Outcome.ABANDONED
    assert FixedPrompt("queue-full") not in desk.announcer.said
    desk.telephony.legs[0].leave()
    await desk.ends("a")
    await desk.close()


async def test_who_waits_at_closing_time_is_served_for_a_quarter_of_an_hour() -> None:
    desk = Desk(
        rule(OverflowSituation.MAX_WAIT, OverflowAction.MESSAGE, 7200), at=WEDNESDAY.replace(hour=16, minute=20)
    )
    desk.op1.state = desk.op2.state = BUSY
    desk.ring_in("a")
    await desk.passes(600)
    desk.ring_in("late")
    assert (await desk.ends("late")).outcome is Outcome.MESSAGE
    assert any(isinstance(each, Closed) for each in desk.announcer.said)
    assert desk.line() == ["a"]
    assert (await desk.ends("a")).outcome is Outcome.MESSAGE
    assert FixedPrompt("queue-closing") in desk.announcer.said
    left = desk.event("a", EventKind.LEFT_QUEUE)
    assert left.detail["how"] == "closing"
    assert timedelta(0) <= left.at - WEDNESDAY.replace(hour=16, minute=45) <= timedelta(seconds=3)
    assert [past.how for past in desk.places.history] == ["closed"]
    await desk.close()


async def test_another_group_takes_over_and_its_operators_are_rung() -> None:
    to_other = rule(OverflowSituation.MAX_WAIT, OverflowAction.GROUP, 60, "9")
    member, session = FunctionMember(90, 9, ANNA.id), OperatorSession(90, ANNA.id, 9)
    desk = busy_desk(to_other, OTHER_GROUP, member, session)
    anna = desk.telephony.phone("anna", answers_after=2, talks_for=5)
    caller = desk.ring_in("a")
    await desk.passes(50)
    assert anna.rung == []
    assert (await desk.ends("a")).outcome is Outcome.CONNECTED
    assert len(anna.rung) == 1
    assert desk.heard(caller).count("AnswerPhrase") == 1
    await desk.close()


async def test_two_groups_that_send_callers_to_each_other_end_in_a_message() -> None:
    there = rule(OverflowSituation.MAX_WAIT, OverflowAction.GROUP, 60, "9")
    back = replace(there, id=2, group_id=9, key="1")
    desk = busy_desk(there, back, OTHER_GROUP, FunctionMember(90, 9, ANNA.id), OperatorSession(90, ANNA.id, 9))
    desk.telephony.phone("anna", BUSY)
    desk.ring_in("a")
    assert (await desk.ends("a")).outcome is Outcome.MESSAGE
    assert desk.places.places == {}
    await desk.close()


async def test_a_group_that_is_none_gives_the_menu_and_a_warning() -> None:
    desk = busy_desk(rule(OverflowSituation.MAX_WAIT, OverflowAction.GROUP, 60, "77"))
    desk.ring_in("a")
    assert (await desk.ends("a")).outcome is Outcome.MESSAGE
    assert "no_such_group" in desk.log.events("warning")
    await desk.close()


async def test_a_rule_s_own_announcement_is_played() -> None:
    desk = busy_desk(rule(OverflowSituation.MAX_WAIT, OverflowAction.ANNOUNCEMENT, 30, "storm-warning"))
    desk.ring_in("a")
    assert (await desk.ends("a")).outcome is Outcome.MESSAGE
    assert FixedPrompt("storm-warning") in desk.announcer.said
    await desk.close()


async def test_a_callback_by_rule_is_a_task_at_once() -> None:
    desk = busy_desk(rule(OverflowSituation.MAX_WAIT, OverflowAction.CALLBACK, 30))
    caller = desk.ring_in("a")
    caller.on_hearing("ReadBackNumber", lambda: caller.press("1"))
    assert (await desk.ends("a")).outcome is Outcome.BOOKED
    (opened,) = desk.tasks.opened
    assert (opened.task.source, opened.task.caller) == ("queue", "+46701234567")
    assert any(isinstance(each, Promise) for each in desk.announcer.said)
    await desk.close()


def strict_policy(after_s: int = 10) -> Policy:
    day = WEDNESDAY.date().replace(month=1)
    return Policy(71, 1, day, 1, abandoned_opens_task=True, abandoned_after_seconds=after_s)


@pytest.mark.requirement("R16")
@pytest.mark.parametrize(
    ("waits_s", "number", "tasks"), [(30, "+46701234567", 1), (5, "+46701234567", 0), (30, None, 0)]
)
async def test_who_gives_up_is_in_the_journal_and_by_policy_a_task(
    waits_s: int, number: str | None, tasks: int
) -> None:
    desk = busy_desk(strict_policy())
    caller = desk.ring_in("a", number)
    await desk.passes(waits_s)
    caller.leave()
    assert (await desk.ends("a")).outcome is Outcome.ABANDONED
    left = desk.event("a", EventKind.LEFT_QUEUE)
    assert (left.detail["how"], left.detail["waited_s"]) == ("abandoned", waits_s)
    assert len(desk.tasks.opened) == tasks
    assert all(each.task.source == "abandoned" for each in desk.tasks.opened)
    assert [past.how for past in desk.places.history] == ["abandoned"]
    await desk.close()


async def test_without_such_a_policy_no_task_is_opened() -> None:
    desk = busy_desk()
    caller = desk.ring_in("a")
    await desk.passes(100)
    caller.leave()
    await desk.ends("a")
    assert desk.tasks.opened == []
    await desk.close()


async def test_the_task_of_who_gave_up_is_written_when_the_database_is_back() -> None:
    desk = busy_desk(strict_policy())
    caller = desk.ring_in("a")
    await desk.passes(60)
    desk.tasks.broken = True
    caller.leave()
    await desk.calls["a"]
    assert desk.tasks.opened == []
    desk.tasks.broken = False
    await desk.queues.settle()
    assert [each.task.source for each in desk.tasks.opened] == ["abandoned"]
    await desk.close()


async def test_an_operator_at_lunch_is_not_gone() -> None:
    desk = busy_desk()
    await desk.desk.pause(OP1.id, PauseReason.LUNCH, desk.clock.now(), "test")
    caller = desk.ring_in("a")
    await desk.passes(100)
    assert desk.line() == ["a"]
    caller.leave()
    await desk.ends("a")
    await desk.close()
