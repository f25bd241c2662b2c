"""What one call costs, out of what was counted for many."""

from collections import Counter

from tests.bench.per_call import CALLS, each_call


def test_what_is_asked_without_a_call_is_taken_off() -> None:
    counted, idle = Counter(SELECT=2 * CALLS + 30, INSERT=CALLS, DELETE=3), Counter(SELECT=20, DELETE=4, UPDATE=9)
    assert each_call(counted, idle, 1.5) == {"SELECT": 2.0, "INSERT": 1.0}
