"""How much half capacity is, and how it is shared out among kinds of calls."""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

CAPACITY = 60.0
"""Announcements a second that are taken for the highest rate where no benchmark has measured one."""
SPOKEN_SHARE = 0.4
"""Of half the capacity, what goes to calls in which somebody speaks, waits or talks."""
COST_OF_SPOKEN = 25.0
"""In announcements: so much processor time does such a call take, with the test's own telephones, which send and hear
sound for ten seconds and share the machine."""


class Kind(StrEnum):
    ANNOUNCEMENT = "announcement"
    MESSAGE = "message"
    HANGS_UP = "hangs up in the queue"
    OPERATOR = "operator answers"
    COLLEAGUE = "colleague answers"
    MAYBE_ABSENT = "colleague may be absent"
    ABSENCE = "absence by keypad"


WEIGHTS: Mapping[Kind, int] = {
    Kind.MESSAGE: 6,
    Kind.HANGS_UP: 5,
    Kind.OPERATOR: 4,
    Kind.COLLEAGUE: 2,
    Kind.MAYBE_ABSENT: 3,
    Kind.ABSENCE: 1,
}
"""Of the spoken calls."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Calls a second."""

    announcements: int
    spoken: float


def half_of(capacity: float) -> Pace:
    """At least one announcement a second, so that there is traffic whatever was measured."""
    budget = capacity / 2
    return Pace(max(1, round(budget * (1 - SPOKEN_SHARE))), round(budget * SPOKEN_SHARE / COST_OF_SPOKEN, 2))


def measured_capacity(bench: Path) -> float | None:
    """The highest rate of the service in a file that `make bench` wrote; None where there is none."""
    try:
        found = json.loads(bench.read_text(encoding="utf-8"))["highest"]["service"]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return float(found) if isinstance(found, int | float) and found > 0 else None


def choose(dice: random.Random) -> Kind:
    return dice.choices([*WEIGHTS], [*WEIGHTS.values()])[0]
