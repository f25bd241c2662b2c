"""What grows is seen, what only goes up and down is not, and what sinks is flat."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.soak.flat import FEWEST_POINTS, Measure, judge, slope, warm_up_s

MEMORY = Measure("memory", "KiB", floor=100, share=0.05)


def series(per_hour: float, noise: float = 0.0, minutes: int = 60, start: float = 10_000) -> list[tuple[float, float]]:
    dice = random.Random(7)
    at = [30.0 * place for place in range(2 * minutes)]
    return [(each, start + per_hour * each / 3600 + dice.uniform(-noise, noise)) for each in at]


@pytest.mark.parametrize("per_hour", [0.0, 400.0, -5000.0])
def test_what_stays_or_sinks_is_flat(per_hour: float) -> None:
    assert judge(MEMORY, series(per_hour), 0).flat


def test_a_leak_is_seen_through_the_noise() -> None:
    found = judge(MEMORY, series(2000, noise=800), 900)
    assert not found.flat
    assert found.per_hour == pytest.approx(2000, rel=0.2)
    assert found.growth == pytest.approx(1500, rel=0.25)


def test_a_step_in_the_warm_up_counts_for_nothing() -> None:
    points = [(at, value - (5000 if at < 600 else 0)) for at, value in series(0)]
    assert judge(MEMORY, points, 900).flat


def test_three_wild_points_of_ten_change_nothing() -> None:
    points = [(at, value * (3 if place % 10 < 3 else 1)) for place, (at, value) in enumerate(series(0, noise=1))]
    assert judge(MEMORY, points, 0).flat


def test_a_figure_near_nothing_may_grow_up_to_the_floor() -> None:
    assert judge(MEMORY, series(90, start=0), 0).flat
    assert not judge(MEMORY, series(120, start=0), 0).flat


def test_with_too_few_points_nothing_is_known() -> None:
    few = series(0)[: FEWEST_POINTS - 1]
    assert not judge(MEMORY, few, 0).flat
    assert not judge(MEMORY, [], 0).flat


def test_a_day_of_points_is_thinned_and_says_the_same() -> None:
    found = judge(MEMORY, series(50, noise=20, minutes=1440), 900)
    assert found.points > 2800
    assert found.per_hour == pytest.approx(50, rel=0.1)


@pytest.mark.parametrize(("total", "warm_up"), [(360.0, 90.0), (3600.0, 900.0), (86400.0, 900.0)])
def test_the_warm_up_is_a_quarter_and_a_quarter_of_an_hour_at_most(total: float, warm_up: float) -> None:
    assert warm_up_s(total) == warm_up


@given(
    st.floats(-1000, 1000),
    st.floats(-1000, 1000),
    st.lists(st.integers(0, 10_000), min_size=2, max_size=30, unique=True),
)
def test_of_a_straight_line_it_is_the_line_s_own(rise: float, start: float, at: list[int]) -> None:
    points = [(float(each), start + rise * each) for each in sorted(at)]
    assert slope(points) == pytest.approx(rise, abs=1e-6, rel=1e-6)
