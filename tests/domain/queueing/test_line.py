"""The order of those who wait, and whom the operators are offered."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.directory import Distribution
from switchboard.domain.queueing import FreeOperator, hand_out, in_order, may_come, position
from tests.builders import NOW
from tests.domain.queueing.lines import LINES, OPERATORS, Waiting, operator

MINUTE = timedelta(minutes=1)
ONE_EACH = (Distribution.LONGEST_IDLE, Distribution.FIXED_ORDER)


def test_recalls_first_then_external_then_internal_and_each_by_arrival() -> None:
    line = [
        Waiting("internal", 30, NOW - 9 * MINUTE),
        Waiting("late", 20, NOW),
        Waiting("early", 20, NOW - MINUTE),
        Waiting("recall", 10, NOW),
    ]
    assert [each.id for each in in_order(line)] == ["recall", "early", "late", "internal"]
    assert [position(each, line) for each in ("recall", "early", "late", "internal", "nobody")] == [1, 2, 3, 4, None]


@given(LINES, st.integers())
def test_the_order_is_total_and_the_same_however_the_places_come(line: list[Waiting], seed: int) -> None:
    shuffled = list(line)
    Random(seed).shuffle(shuffled)
    assert in_order(shuffled) == in_order(line)
    assert sorted(each.id for each in in_order(line)) == sorted(each.id for each in line)
    assert sorted(position(each.id, line) or 0 for each in line) == list(range(1, len(line) + 1))


@given(LINES.filter(bool), st.data())
def test_who_leaves_or_comes_changes_nobody_elses_order(line: list[Waiting], data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(line))
    assert [each for each in in_order(line) if each != gone] == [*in_order([each for each in line if each != gone])]


@given(LINES.filter(bool), st.data())
def test_a_booked_callback_keeps_its_place_and_jumps_ahead_of_nobody(line: list[Waiting], data: st.DataObject) -> None:
    """It has the place's id, priority and arrival, and at most may have to wait with its turn."""
    booking = data.draw(st.sampled_from(line))
    booked = replace(booking, not_before=NOW + MINUTE)
    after = [booked if each == booking else each for each in line]
    assert [each.id for each in in_order(after)] == [each.id for each in in_order(line)]


@given(LINES, OPERATORS, st.sampled_from(Distribution), st.data())
def test_nobody_is_offered_twice_and_only_whose_turn_can_come(
    line: list[Waiting], operators: list[FreeOperator], distribution: Distribution, data: st.DataObject
) -> None:
    ringing = data.draw(st.sets(st.sampled_from([each.id for each in line]))) if line else set()
    turns = hand_out(line, operators, distribution, NOW, ringing)
    rung = [each.person_id for turn in turns for each in turn.operators]
    offered = [turn.place_id for turn in turns]
    assert len(rung) == len(set(rung))
    assert len(offered) == len(set(offered))
    assert all(turn.operators and turn.reason for turn in turns)
    assert all(may_come(each, NOW) for each in line if each.id in offered)


@given(LINES, OPERATORS, st.sampled_from(Distribution))
def test_no_operator_is_idle_while_somebody_could_be_offered(
    line: list[Waiting], operators: list[FreeOperator], distribution: Distribution
) -> None:
    ready = [each.id for each in in_order(line) if may_come(each, NOW)]
    people = {each.person_id for each in operators}
    turns = hand_out(line, operators, distribution, NOW)
    if distribution is Distribution.RING_ALL:
        assert [turn.place_id for turn in turns] == ready[: min(1, len(people))]
        assert [{each.person_id for each in turn.operators} for turn in turns] == [people] * len(turns)
    else:
        assert [turn.place_id for turn in turns] == ready[: len(people)]
        assert all(len(turn.operators) == 1 for turn in turns)


@given(LINES, st.sampled_from(Distribution), st.integers(1, 3))
def test_every_caller_whose_turn_can_come_gets_it_and_in_order(
    line: list[Waiting], distribution: Distribution, staff: int
) -> None:
    waiting = list(line)
    served: list[str] = []
    for _ in line:
        turns = hand_out(waiting, [operator(each) for each in range(staff)], distribution, NOW)
        answered = [turn.place_id for turn in turns]
        served += answered
        waiting = [each for each in waiting if each.id not in answered]
    assert served == [each.id for each in in_order(line) if may_come(each, NOW)]
    assert all(not may_come(each, NOW) for each in waiting)


def test_to_all_at_once_who_becomes_free_joins_the_ringing_and_the_next_waits() -> None:
    line = [Waiting("first", since=NOW - MINUTE), Waiting("second")]
    (turn,) = hand_out(line, [operator(3)], Distribution.RING_ALL, NOW, ringing={"first"})
    assert (turn.place_id, [each.person_id for each in turn.operators]) == ("first", [3])


@pytest.mark.parametrize("distribution", ONE_EACH)
def test_one_at_a_time_the_next_does_not_wait_for_who_rings(distribution: Distribution) -> None:
    line = [Waiting("first", since=NOW - MINUTE), Waiting("second")]
    turns = hand_out(line, [operator(3)], distribution, NOW, ringing={"first"})
    assert [turn.place_id for turn in turns] == ["second"]


def test_the_one_idle_longest_and_the_first_of_the_group() -> None:
    staff = [operator(1, idle_minutes=2, position=0), operator(2, idle_minutes=9, position=1), operator(3, 5, 2)]
    line = [Waiting("a", since=NOW - MINUTE), Waiting("b")]
    longest, fixed = (hand_out(line, staff, distribution, NOW) for distribution in ONE_EACH)
    assert [(turn.place_id, turn.operators[0].person_id) for turn in longest] == [("a", 2), ("b", 3)]
    assert [(turn.place_id, turn.operators[0].person_id) for turn in fixed] == [("a", 1), ("b", 2)]


def test_who_never_had_a_call_is_idle_longest() -> None:
    new = replace(operator(1), idle_since=None)
    (turn,) = hand_out([Waiting("a")], [operator(2, 60), new], Distribution.LONGEST_IDLE, NOW)
    assert turn.operators == (new,)


@pytest.mark.parametrize("distribution", ONE_EACH)
def test_who_did_not_answer_comes_after_those_who_do(distribution: Distribution) -> None:
    staff = [operator(1, idle_minutes=60, position=0, missed=1), operator(2, idle_minutes=1, position=1)]
    (turn,) = hand_out([Waiting("a")], staff, distribution, NOW)
    assert turn.operators[0].person_id == 2


def test_a_callback_that_waits_for_its_time_holds_nobody_up() -> None:
    line = [Waiting("callback", 20, NOW - MINUTE, not_before=NOW + MINUTE), Waiting("caller")]
    (turn,) = hand_out(line, [operator(1)], Distribution.LONGEST_IDLE, NOW)
    assert turn.place_id == "caller"
    (turn,) = hand_out(line, [operator(1)], Distribution.LONGEST_IDLE, NOW + MINUTE)
    assert turn.place_id == "callback"
