"""Which PINs are accepted, and how many wrong ones lock what."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.keypad.pins import (
    FORGOTTEN_AFTER,
    LIMITS,
    LONGEST_LOCK,
    LockKind,
    PinProblem,
    Tries,
    is_locked,
    one_less,
    one_more,
    pin_problem,
)

AT = datetime(2026, 8, 12, 8, 0, tzinfo=UTC)
KINDS: tuple[LockKind, ...] = ("mailbox", "caller")


@pytest.mark.requirement("R41")
@pytest.mark.parametrize(
    ("pin", "problem"),
    [
        ("730518", None),
        ("90417263", None),
        ("", "no_digits"),
        ("73051a", "no_digits"),
        ("٧٣٠٥١٨", "no_digits"),
        ("73051", "short"),
        ("7305184926371", "long"),
        ("000000", "trivial"),
        ("123456", "trivial"),
        ("7654321", "trivial"),
        ("890123", "trivial"),
        ("135791", "trivial"),
        ("121212", "trivial"),
        ("123123", "trivial"),
        ("7117117", "trivial"),
        ("112233", "trivial"),
        ("112211", "trivial"),
        ("211730", "own_number"),
        ("730211", "own_number"),
        ("980319211", "own_number"),
    ],
)
def test_which_pins_are_accepted(pin: str, problem: PinProblem | None) -> None:
    assert pin_problem(pin, ["211", "46980319211"]) == problem


def _wrong(times: int, kind: LockKind = "mailbox", every: timedelta = timedelta(seconds=10)) -> Tries:
    tries: Tries | None = None
    for time in range(times):
        tries = one_more(tries, kind, AT + time * every)
    assert tries is not None
    return tries


@pytest.mark.requirement("R41")
@pytest.mark.parametrize("kind", KINDS)
def test_the_last_wrong_one_locks_for_an_hour(kind: LockKind) -> None:
    limit = LIMITS[kind]
    assert not is_locked(_wrong(limit - 1, kind), AT + timedelta(minutes=2))
    locked = _wrong(limit, kind)
    assert locked.locked_until == locked.latest + timedelta(hours=1)
    assert is_locked(locked, locked.latest + timedelta(minutes=59))
    assert not is_locked(locked, locked.latest + timedelta(minutes=60))


def test_each_one_after_the_lock_locks_for_longer_and_never_for_more_than_a_day() -> None:
    tries, at, locks = _wrong(LIMITS["mailbox"]), AT, []
    for _ in range(8):
        at = tries.locked_until or at
        tries = one_more(tries, "mailbox", at)
        locks.append((tries.locked_until or at) - at)
    assert [lock // timedelta(hours=1) for lock in locks] == [2, 4, 8, 16, 24, 24, 24, 24]


def test_after_a_quiet_week_all_is_forgotten() -> None:
    assert one_more(_wrong(4), "mailbox", AT + FORGOTTEN_AFTER + timedelta(minutes=1)).failures == 1
    assert one_more(_wrong(4), "mailbox", AT + timedelta(days=6)).failures == 5


def test_a_right_one_takes_back_what_was_counted_for_it() -> None:
    assert one_less(_wrong(1)) is None
    assert one_less(_wrong(3)) == Tries(2, AT + timedelta(seconds=20))
    taken_back = one_less(_wrong(5))
    assert taken_back is not None
    assert taken_back.locked_until is None


@given(st.lists(st.integers(0, 100_000), max_size=40), st.sampled_from(KINDS))
def test_nobody_guesses_more_than_the_limit_allows(waits: list[int], kind: LockKind) -> None:
    """Within any day no more attempts are let through than the limit, and one for each lock that ended."""
    tries, at, tried = None, AT, []
    for wait in waits:
        at += timedelta(seconds=wait)
        if is_locked(tries, at):
            continue
        tried.append(at)
        tries = one_more(tries, kind, at)
        assert tries.locked_until is None or tries.locked_until - at <= LONGEST_LOCK
    for begin in tried:
        assert sum(begin <= each < begin + timedelta(days=1) for each in tried) <= LIMITS[kind] + 5


@given(st.text("0123456789", min_size=6, max_size=12))
def test_what_is_accepted_is_neither_one_digit_nor_two(pin: str) -> None:
    if pin_problem(pin) is None:
        assert len(set(pin)) > 2
