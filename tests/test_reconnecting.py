"""Pauses before a connection is tried again grow, are bounded, and are spread."""

from itertools import islice, pairwise

from hypothesis import given
from hypothesis import strategies as st

from switchboard.reconnecting import FIRST_PAUSE_S, LONGEST_PAUSE_S, growing_pauses

TRIES = 12
CHANCES = st.lists(st.floats(0, 1, exclude_max=True), min_size=TRIES, max_size=TRIES)


def pauses(*chances: float) -> list[float]:
    return list(islice(growing_pauses(iter(chances).__next__), len(chances)))


def test_they_double_up_to_the_longest() -> None:
    longest = pauses(*[1.0] * 9)
    assert longest == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0]
    assert pauses(*[0.0] * 9) == [each / 2 for each in longest]


@given(CHANCES)
def test_whatever_chance_says_they_grow_and_are_bounded(chances: list[float]) -> None:
    found = pauses(*chances)
    assert all(FIRST_PAUSE_S / 2 <= each <= LONGEST_PAUSE_S for each in found)
    assert all(one <= after for one, after in pairwise(found[:6])), "below the longest none is shorter than before"
    assert all(each >= LONGEST_PAUSE_S / 2 for each in found[6:])


def test_two_who_lost_their_connection_together_do_not_come_back_together() -> None:
    one, other = (list(islice(growing_pauses(), TRIES)) for _ in range(2))
    assert all(a != b for a, b in zip(one, other, strict=True))
    settled = list(islice(growing_pauses(), 1000))[6:]
    assert min(settled) < 0.6 * LONGEST_PAUSE_S
    assert max(settled) > 0.9 * LONGEST_PAUSE_S
