"""How long a caller will probably wait: from this queue's own recent answers, or not at all."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import ceil
from statistics import median

_RECENT = timedelta(minutes=30)
_FEWEST_INTERVALS = 3


def estimate_wait(answers: Sequence[datetime], position: int, now: datetime) -> int | None:
    """Whole minutes, rounded up: the median time between the answers of the last 30 minutes, for each one in line up
    to `position` (from 1). None with fewer than three intervals: that is no basis for an honest figure."""
    until = now.astimezone(UTC)
    recent = sorted(each for each in (answer.astimezone(UTC) for answer in answers) if until - _RECENT <= each <= until)
    if len(recent) <= _FEWEST_INTERVALS:
        return None
    seconds = median((later - earlier).total_seconds() for earlier, later in pairwise(recent))
    return max(1, ceil(seconds * position / 60))
