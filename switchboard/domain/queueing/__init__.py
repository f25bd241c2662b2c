"""The operators' queue as decisions: whose turn it is, who may be rung, how long it takes, when the wait is over.

The lower a priority the earlier the turn, and equal ones wait in order of arrival. A callback that was booked is a
place like any other: it keeps its turn and takes nobody else's.
"""

from switchboard.domain.queueing.distribution import hand_out
from switchboard.domain.queueing.estimate import estimate_wait
from switchboard.domain.queueing.line import in_order, may_come, position
from switchboard.domain.queueing.operators import at_work, available
from switchboard.domain.queueing.overflow import overflow, overflows_at
from switchboard.domain.queueing.values import (
    FreeOperator,
    Obstacle,
    OverflowDecision,
    Place,
    QueueSituation,
    Staff,
    Turn,
)

__all__ = [
    "FreeOperator",
    "Obstacle",
    "OverflowDecision",
    "Place",
    "QueueSituation",
    "Staff",
    "Turn",
    "at_work",
    "available",
    "estimate_wait",
    "hand_out",
    "in_order",
    "may_come",
    "overflow",
    "overflows_at",
    "position",
]
