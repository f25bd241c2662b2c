"""A held caller: reminded of at each period, and never held for ever."""

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.directory import OperatorQueue
from switchboard.domain.held import HeldStep, next_step
from tests.builders import NOW

pytestmark = pytest.mark.requirement("R31")
SECONDS = st.integers(-5, 600)


def steps(hold_s: int, park_s: int) -> list[HeldStep]:
    """Until the caller is returned."""
    rules, found = OperatorQueue(1, 1, hold_seconds=hold_s, park_seconds=park_s), list[HeldStep]()
    for reminded in count():
        found.append(next_step(NOW, reminded, rules))
        if found[-1].what == "return" or reminded > 1000:
            return found
    raise AssertionError


@pytest.mark.parametrize(
    ("hold_s", "park_s", "expected"),
    [
        (120, 120, ["remind 120", "return 240"]),
        (60, 120, ["remind 60", "remind 120", "return 180"]),
        (60, 130, ["remind 60", "remind 120", "remind 180", "return 190"]),
        (60, 0, ["remind 60", "return 60"]),
        (0, 2, ["remind 1", "remind 2", "return 3"]),
    ],
)
def test_by_the_clock(hold_s: int, park_s: int, expected: list[str]) -> None:
    assert [f"{each.what} {each.waited_s}" for each in steps(hold_s, park_s)] == expected


@given(SECONDS, SECONDS)
def test_it_ends_after_a_reminder_and_in_time(hold_s: int, park_s: int) -> None:
    found = steps(hold_s, park_s)
    times = [each.at for each in found]
    assert times == sorted(times)
    assert [each.what for each in found[:-1]] == ["remind"] * (len(found) - 1)
    assert len(found) > 1
    period = max(1, hold_s)
    assert [each.waited_s for each in found[:-1]] == [period * (place + 1) for place in range(len(found) - 1)]
    assert found[-1].at == NOW + timedelta(seconds=period + max(0, park_s))
