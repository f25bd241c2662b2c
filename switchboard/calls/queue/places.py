"""Places in the queues as the service holds them in memory: who waits, who is rung for them, when the wait is over."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from switchboard.calls.ports import QueuePlace
from switchboard.domain.queueing import FreeOperator, OverflowDecision

MOST_JOINING = 1_000
"""More than there are operators of a group: one is not offered the same place twice at a time."""


@dataclass(slots=True, eq=False)
class Offer:
    """Operators who are rung for one place. More may join while it rings; who does not answer leaves it."""

    people: set[int] = field(default_factory=set)
    joining: asyncio.Queue[FreeOperator] = field(default_factory=lambda: asyncio.Queue(MOST_JOINING))

    def add(self, operator: FreeOperator) -> None:
        self.people.add(operator.person_id)
        self.joining.put_nowait(operator)


@dataclass(slots=True, eq=False)
class Waiting:
    """One who waits. `entered_at`: when they came into this line; `passed`: groups that sent them on;
    `before`: how long they had waited in those, which a restart forgets.

    `entering` until the first look at the line. `ready` False: no turn just now, because nobody is there to take it
    (the number is being read back, or a restart has not found the caller again yet: `restored`); the place is kept.
    `resting`: the service is about to stop; `at_rest` once nothing goes on for the place.
    """

    place: QueuePlace
    entered_at: datetime
    passed: frozenset[int] = frozenset()
    before: timedelta = timedelta()
    entering: bool = True
    ready: bool = True
    restored: bool = False
    resting: bool = False
    at_rest: asyncio.Event = field(default_factory=asyncio.Event)
    offer: Offer | None = None
    over: OverflowDecision | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def kept(cls, place: QueuePlace) -> "Waiting":
        """Of before a restart: the wait goes on, and does not begin anew."""
        return cls(place, place.entered_at or place.since, entering=False)

    def in_other_line(self, group_id: int, now: datetime) -> "Waiting":
        """The same caller, sent on: this line's own limit begins anew, the wait does not."""
        place = replace(self.place, group_id=group_id, entered_at=now)
        passed = self.passed | {self.place.group_id}
        return Waiting(place, now, passed, self.before + (now - self.entered_at))

    def tell(self) -> None:
        """Something about the place has changed: whoever waits `until` looks again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            await self._changed.wait()

    def rest(self) -> None:
        self.resting = True
        self.tell()

    def offer_to(self, operators: tuple[FreeOperator, ...]) -> None:
        if self.offer is None:
            self.offer = Offer()
        for each in operators:
            self.offer.add(each)
        self.tell()

    def stand_again(self) -> None:
        """Into the line once more, as before."""
        self.ready, self.over = True, None
        self.take_back()

    def take_back(self) -> None:
        """Nobody rings for it any more; the place is as it was."""
        self.offer = None
        self.tell()
