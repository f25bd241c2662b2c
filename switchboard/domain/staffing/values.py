"""The two answers."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Allowed:
    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Too few would be left in the group: `present` of the `needed`. Whoever asks may insist. `at`: when they are
    missed first, where that is later than now."""

    reason: str
    group_id: int
    present: int
    needed: int
    at: datetime | None = None
