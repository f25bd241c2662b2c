"""What a decision about the queue is made of, and what it gives."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from switchboard.domain.directory import Device, OverflowAction, OverflowSituation
from switchboard.domain.diversion import LeftOut


class Place(Protocol):
    """One who waits. `not_before`: a callback that is tried again has no turn until then, but keeps its place."""

    @property
    def id(self) -> str: ...
    @property
    def priority(self) -> int: ...
    @property
    def since(self) -> datetime: ...
    @property
    def not_before(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class FreeOperator:
    """One who may be rung now, on these devices. `position`: place in the order of the group, from 0. `missed`: calls
    in a row that were not answered."""

    person_id: int
    devices: tuple[Device, ...]
    idle_since: datetime | None
    position: int
    missed: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """The place is offered to these operators at once; the first who answers takes it."""

    place_id: str
    operators: tuple[FreeOperator, ...]
    reason: str


class Obstacle(StrEnum):
    """Why an operator is not rung."""

    SIGNED_OUT = "signed out"
    PAUSED = "paused"
    WRAP_UP = "wrap-up"
    ABSENT = "absent"
    BUSY = "busy"
    UNREGISTERED = "unregistered"
    UNKNOWN = "no such person"


@dataclass(frozen=True, slots=True)
class Staff:
    """Who may be rung, in the group's order, and why the others are not: `why` is an `Obstacle`."""

    free: tuple[FreeOperator, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class QueueSituation:
    """How a caller waits. `entered_at`: when they came into this line, which for one who came back is later than the
    `since` of the place. `ahead`: how many are before them. `entering`: they are only just coming. `closed_at`: when
    the group's hours ended, None while it is open. `passed`: groups that have sent the caller on, this one not."""

    group_id: int
    entered_at: datetime
    signed_in: int
    ahead: int = 0
    entering: bool = False
    closed_at: datetime | None = None
    passed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class OverflowDecision:
    """The wait is over: do `action`. `key` as in `OverflowRule`; an announcement without one tells that the operators
    cannot be had. `rule_id` None: by default."""

    situation: OverflowSituation
    action: OverflowAction
    key: str | None
    rule_id: int | None
    reason: str
