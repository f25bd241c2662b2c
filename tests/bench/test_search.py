"""The search for the highest rate finds it, and ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.search import CLOSE_ENOUGH, RateSearch


def search(limit: float, start: int = 100, most_tries: int = 40) -> RateSearch:
    found = RateSearch(start, most_tries)
    while (rate := found.next_rate()) is not None:
        found.record(rate, rate <= limit)
    return found


@given(limit=st.integers(min_value=20, max_value=1900))
def test_it_comes_close_from_below(limit: int) -> None:
    found = search(limit)
    assert found.passed <= limit
    assert found.failed is not None
    assert limit < found.failed <= max(found.passed * CLOSE_ENOUGH, found.passed + 5)


@given(limit=st.integers(min_value=0, max_value=4000), most=st.integers(min_value=1, max_value=12))
def test_it_never_takes_more_tries_than_allowed(limit: int, most: int) -> None:
    assert search(limit, most_tries=most).tries <= most


def test_where_nothing_passes_the_answer_is_nothing() -> None:
    assert search(0).passed == 0


def test_it_stops_at_the_highest_rate_worth_trying() -> None:
    assert search(10_000).passed == RateSearch(100, 40).highest


@pytest.mark.parametrize("disturbed", [100, 150, 225])
def test_one_disturbed_stage_does_not_decide(disturbed: int) -> None:
    found, seen = RateSearch(100, 40), set[int]()
    while (rate := found.next_rate()) is not None:
        found.record(rate, rate <= 300 and (rate != disturbed or rate in seen))
        seen.add(rate)
    assert 275 <= found.passed <= 300
