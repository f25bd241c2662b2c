"""How long it takes, and when the wait is over without an answer."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.directory import OverflowAction, OverflowRule, OverflowSituation
from switchboard.domain.queueing import QueueSituation, estimate_wait, overflow, overflows_at
from tests.builders import NOW
from tests.domain.queueing.lines import MINUTES

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
NOBODY, MAX_WAIT = OverflowSituation.NOBODY_SIGNED_IN, OverflowSituation.MAX_WAIT
MAX_LENGTH, CLOSING = OverflowSituation.MAX_LENGTH, OverflowSituation.CLOSING
WAITING = QueueSituation(1, NOW, signed_in=1)
RULES = st.lists(
    st.builds(
        OverflowRule,
        st.integers(1, 9),
        st.just(1),
        st.sampled_from(OverflowSituation),
        st.sampled_from(OverflowAction),
        st.none() | st.integers(-9, 3000),
        st.sampled_from([None, "", "1", "2", "3", "x", "²", "9" * 30, "water-leak"]),
    ),
    max_size=5,
)
SITUATIONS = st.builds(
    QueueSituation,
    st.just(1),
    MINUTES,
    st.integers(0, 2),
    st.integers(0, 60),
    st.booleans(),
    st.none() | MINUTES,
    st.frozensets(st.integers(1, 3)),
)


def every(seconds: int, times: int = 5, until: datetime = NOW) -> list[datetime]:
    return [until - each * seconds * SECOND for each in range(times)]


@pytest.mark.parametrize(
    ("answers", "position", "minutes"),
    [
        (every(60), 1, 1),
        (every(60), 4, 4),
        (every(61), 4, 5),
        (every(20), 1, 1),
        (every(20), 10, 4),
        (every(0), 3, 1),
        (every(60, times=4), 1, 1),
        (every(60, times=3), 1, None),
        ([], 1, None),
        (every(700, times=4), 1, None),
        ([*every(30), *every(60, until=NOW - timedelta(hours=1))], 2, 1),
        ([*every(60), NOW + MINUTE], 1, 1),
        ([NOW, NOW - MINUTE, NOW - 2 * MINUTE, NOW - 29 * MINUTE], 2, 2),
    ],
)
def test_the_estimate(answers: list[datetime], position: int, minutes: int | None) -> None:
    assert estimate_wait(answers, position, NOW) == minutes


@given(st.lists(MINUTES), st.integers(1, 50))
def test_the_estimate_grows_with_the_position_or_there_is_none(answers: list[datetime], position: int) -> None:
    here, behind = estimate_wait(answers, position, NOW), estimate_wait(answers, position + 1, NOW)
    assert (here is None) is (behind is None)
    if here is not None and behind is not None:
        assert 1 <= here <= behind
        assert behind <= here * 2


@given(st.lists(MINUTES), st.permutations(range(4)))
def test_without_three_intervals_in_half_an_hour_nothing_is_said(answers: list[datetime], order: list[int]) -> None:
    recent = [each for each in answers if NOW - 30 * MINUTE <= each <= NOW]
    assert (estimate_wait(answers, 1, NOW) is None) is (len(recent) < 4)
    spaced = [NOW - each * MINUTE for each in order]
    assert estimate_wait(spaced, 1, NOW) == 1


def decided(situation: QueueSituation, *rules: OverflowRule, at: datetime = NOW) -> str | None:
    found = overflow(situation, rules, at)
    return f"{found.situation} {found.action} {found.key or '-'} {found.rule_id or 'default'}" if found else None


def rule(
    situation: OverflowSituation, id: int = 7, threshold: int | None = None, key: str | None = "2"
) -> OverflowRule:
    return OverflowRule(id, 1, situation, OverflowAction.GROUP, threshold, key)


def test_by_default() -> None:
    assert decided(WAITING) is None
    assert decided(replace(WAITING, signed_in=0)) == "nobody_signed_in announcement - default"
    assert decided(WAITING, at=NOW + 15 * MINUTE - SECOND) is None
    assert decided(WAITING, at=NOW + 15 * MINUTE) == "max_wait announcement - default"
    assert decided(replace(WAITING, ahead=50, entering=True)) == "max_length message - default"
    assert decided(replace(WAITING, ahead=49, entering=True)) is None
    closed = replace(WAITING, closed_at=NOW)
    assert decided(closed, at=NOW + 15 * MINUTE - SECOND) is None
    assert decided(closed, at=NOW + 15 * MINUTE) == "closing message - default"


def test_nobody_in_line_is_sent_away_for_those_who_come() -> None:
    assert decided(replace(WAITING, ahead=500)) is None


def test_rules_override() -> None:
    assert decided(WAITING, rule(MAX_WAIT, threshold=60), at=NOW + MINUTE) == "max_wait group 2 7"
    assert decided(WAITING, rule(MAX_WAIT, threshold=6000), at=NOW + 60 * MINUTE) is None
    assert decided(replace(WAITING, signed_in=0), rule(NOBODY)) == "nobody_signed_in group 2 7"
    assert decided(replace(WAITING, ahead=3, entering=True), rule(MAX_LENGTH, threshold=3)) == "max_length group 2 7"
    assert decided(replace(WAITING, closed_at=NOW), rule(CLOSING, threshold=0)) == "closing group 2 7"
    assert decided(replace(WAITING, closed_at=NOW), rule(CLOSING)) is None
    both = rule(MAX_WAIT, 1, threshold=300, key="3"), rule(MAX_WAIT, 2, threshold=60)
    assert decided(WAITING, *both, at=NOW + MINUTE) == "max_wait group 2 2"


@pytest.mark.parametrize("key", [None, "", "1", "01", "3", "x", "²"])
def test_callers_do_not_circle_between_groups(key: str | None) -> None:
    passed = replace(WAITING, signed_in=0, passed=frozenset({3}))
    found = overflow(passed, [rule(NOBODY, key=key)], NOW)
    assert found is not None
    assert (found.action, found.key) == (OverflowAction.ANNOUNCEMENT, None)
    assert "no group" in found.reason


@given(st.dictionaries(st.integers(1, 3), RULES, min_size=3), st.booleans())
def test_a_caller_who_is_sent_on_again_and_again_comes_to_an_end(
    rules: dict[int, list[OverflowRule]], signed_in: bool
) -> None:
    """Whatever each group's rules say, they are in no group twice, and wait no longer than all limits together."""
    situation = replace(WAITING, signed_in=int(signed_in))
    been = [situation.group_id]
    while True:
        at = overflows_at(situation, rules[situation.group_id])
        found = overflow(situation, rules[situation.group_id], at)
        assert found is not None
        if found.action is not OverflowAction.GROUP or int(found.key or "") not in rules:
            break
        been.append(int(found.key or ""))
        passed = situation.passed | {situation.group_id}
        situation = replace(situation, group_id=been[-1], entered_at=at, passed=passed)
    assert len(been) == len(set(been)) <= len(rules)
    assert at <= NOW + len(been) * timedelta(seconds=3000)


@given(SITUATIONS, RULES, MINUTES)
def test_no_wait_is_endless_and_the_clock_is_told(
    situation: QueueSituation, rules: list[OverflowRule], now: datetime
) -> None:
    at = overflows_at(situation, rules)
    assert at <= situation.entered_at + timedelta(seconds=3000)
    assert overflow(situation, rules, at) is not None
    found = overflow(situation, rules, now)
    if found is None:
        assert now < at
        assert situation.signed_in
        return
    assert found.reason
    if found.action is OverflowAction.GROUP:
        assert int(found.key or "") not in {situation.group_id, *situation.passed}
    elif found.situation in (MAX_WAIT, CLOSING):
        assert now >= at
