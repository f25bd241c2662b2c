"""Whether a figure grows: the slope of its samples after the warm-up, by Theil and Sen, against what is tolerated."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

WARM_UP_SHARE = 0.25
LONGEST_WARM_UP_S = 900.0
FEWEST_POINTS = 6
MOST_POINTS = 400
"""The slope looks at every pair: of more points every second, third … one is taken."""

Point = tuple[float, float]
"""Seconds since the traffic began, and the value."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Growth over the measured time is tolerated up to `share` of the median, or `floor`, whichever is more."""

    name: str
    unit: str
    floor: float
    share: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """`growth` over the time after the warm-up by the slope; `last` is the median of the last tenth."""

    name: str
    unit: str
    points: int
    median: float
    last: float
    per_hour: float
    growth: float
    tolerated: float

    @property
    def flat(self) -> bool:
        """What sinks is flat. With too few points nothing is known, and that is not flat."""
        return self.points >= FEWEST_POINTS and self.growth <= self.tolerated


def warm_up_s(total_s: float) -> float:
    return min(LONGEST_WARM_UP_S, total_s * WARM_UP_SHARE)


def slope(points: Sequence[Point]) -> float:
    """The median of the slopes of all pairs: three points of ten may be anything. 0 with fewer than two."""
    steps = [(later[1] - sooner[1]) / (later[0] - sooner[0]) for sooner, later in combinations(points, 2)]
    return median(steps) if steps else 0.0


def judge(measure: Measure, points: Sequence[Point], after_s: float) -> Verdict:
    kept = [point for point in points if point[0] >= after_s]
    thinned = kept[:: max(1, math.ceil(len(kept) / MOST_POINTS))]
    values = [value for _, value in kept]
    middle = median(values) if values else 0.0
    rise = slope(thinned)
    return Verdict(
        measure.name,
        measure.unit,
        points=len(kept),
        median=middle,
        last=median(values[-max(1, len(values) // 10) :]) if values else 0.0,
        per_hour=rise * 3600,
        growth=rise * (kept[-1][0] - kept[0][0]) if kept else 0.0,
        tolerated=max(measure.floor, measure.share * abs(middle)),
    )
