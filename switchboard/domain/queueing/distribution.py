"""Who of the free operators is offered whom."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from switchboard.domain.directory import Distribution
from switchboard.domain.queueing.line import in_order, may_come
from switchboard.domain.queueing.values import FreeOperator, Place, Turn

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def hand_out(
    places: Iterable[Place],
    operators: Iterable[FreeOperator],
    distribution: Distribution,
    now: datetime,
    ringing: Collection[str] = (),
) -> tuple[Turn, ...]:
    """`places` are all who wait, also those that ring somewhere now, whose ids are in `ringing`; `operators` only
    those who are rung for nobody. No operator is in two turns.

    To all at once: the first in line gets every free operator, also those who become free while it rings. One at a
    time: each in line who does not ring gets an operator of their own. An operator who did not answer the last call
    comes after those who did.
    """
    line = [place for place in in_order(places) if may_come(place, now)]
    free = sorted({each.person_id: each for each in operators}.values(), key=_ORDERS[distribution])
    if not line or not free:
        return ()
    if distribution is Distribution.RING_ALL:
        return (Turn(line[0].id, tuple(free), "first in line, to all who are free"),)
    return _one_each([place for place in line if place.id not in ringing], free, distribution)


def _one_each(line: Sequence[Place], free: Sequence[FreeOperator], distribution: Distribution) -> tuple[Turn, ...]:
    reason = _REASONS[distribution]
    return tuple(Turn(place.id, (operator,), reason) for place, operator in zip(line, free, strict=False))


def _longest_idle(operator: FreeOperator) -> tuple[Any, ...]:
    idle_since = operator.idle_since.astimezone(UTC) if operator.idle_since else _LONG_AGO
    return operator.missed, idle_since, operator.position, operator.person_id


def _fixed_order(operator: FreeOperator) -> tuple[Any, ...]:
    return operator.missed, operator.position, operator.person_id


_ORDERS: Mapping[Distribution, Callable[[FreeOperator], tuple[Any, ...]]] = {
    Distribution.RING_ALL: _fixed_order,
    Distribution.LONGEST_IDLE: _longest_idle,
    Distribution.FIXED_ORDER: _fixed_order,
}
_REASONS: Mapping[Distribution, str] = {
    Distribution.LONGEST_IDLE: "next in line, to the one idle longest",
    Distribution.FIXED_ORDER: "next in line, to the first of the group who is free",
}
