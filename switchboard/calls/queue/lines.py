"""The lines before the operators, in memory, and the looks at them that give out turns.

A look follows each event that can change something: somebody comes or goes, an operator's call ends, a phone's state
changes, wrap-up time is over.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from switchboard.calls.ports import PlaceEnd, Ports, QueuePlace
from switchboard.calls.queue.crew import Crew
from switchboard.calls.queue.keeping import PATIENCE_S, Keeper
from switchboard.calls.queue.looking import Line, give_turns, next_look, operator_groups, see, statuses
from switchboard.calls.queue.places import Waiting
from switchboard.calls.queue.states import Lamps, OperatorStatus
from switchboard.domain.directory import FunctionGroup
from switchboard.domain.queueing import estimate_wait

RECENT = timedelta(minutes=30)
LOOK_AFTER_FAULT_S = 1.0
MOST_ANSWERS = 500


class Lines:
    """Nothing is acted on before there are ports, which hold this in turn."""

    def __init__(self) -> None:
        self.crew = Crew(self.wake)
        self.keeper = Keeper()
        self._ports: Ports | None = None
        self._lines: dict[int, Line] = {}
        self._answers: dict[int, list[datetime]] = {}
        self._learned: set[int] = set()
        self._statuses: tuple[OperatorStatus, ...] = ()
        self.lamps = Lamps()
        self._again = False
        self._look: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self._touched: set[str] | None = None
        self._groups: dict[int, FunctionGroup] = {}
        self._authorities: dict[int, str] = {}

    @property
    def ports(self) -> Ports:
        if self._ports is None:
            raise RuntimeError("the queues attend to nothing yet")
        return self._ports

    # Places

    @contextmanager
    def holds(self, waiting: Waiting) -> Iterator[None]:
        """The place stands in the line of its group. One with the same id that stood there before gives way."""
        line = self._line(waiting.place.group_id)
        line.places[waiting.place.id] = waiting
        self.wake()
        try:
            yield
        finally:
            if line.places.get(waiting.place.id) is waiting:
                del line.places[waiting.place.id]
            self.crew.release_all(waiting)
            waiting.at_rest.set()
            self.wake()

    def find(self, place_id: str) -> Waiting | None:
        return next((line.places[place_id] for line in self._lines.values() if place_id in line.places), None)

    def waiting(self) -> list[Waiting]:
        return [waiting for line in self._lines.values() for waiting in line.ordered()]

    def group(self, group_id: int) -> FunctionGroup | None:
        """As of the last look."""
        return self._groups.get(group_id)

    def authority_name(self, authority_id: int) -> str:
        """As of the last look; empty where there is none."""
        return self._authorities.get(authority_id, "")

    def position(self, waiting: Waiting) -> int:
        """From 1; after all others for one who does not stand in the line."""
        ordered = self._line(waiting.place.group_id).ordered()
        return ordered.index(waiting) + 1 if waiting in ordered else len(ordered) + 1

    def _touch(self, place_id: str) -> None:
        """What is read of it at this moment may be old already."""
        if self._touched is not None:
            self._touched.add(place_id)

    async def put(self, place: QueuePlace) -> None:
        """Written before it is acted on, if the database answers within a second."""
        self._touch(place.id)
        await self.keeper.write(place.id, lambda: self.ports.places.put(place), self.ports.log)

    def leave(self, place: QueuePlace, how: PlaceEnd) -> None:
        self._touch(place.id)
        at = self.ports.clock.now()
        if how == "answered":
            self._answers.setdefault(place.group_id, []).append(at)
            del self._answers[place.group_id][:-MOST_ANSWERS]
        self.keeper.begin(place.id, lambda: self.ports.places.leave(place.id, at, how), self.ports.log)

    async def estimate(self, waiting: Waiting) -> int | None:
        """Whole minutes until an answer, or None: no honest figure can be given."""
        await self._learn_answers(waiting.place.group_id)
        return self._estimate(waiting.place.group_id, self.position(waiting))

    # Turns

    def wake(self) -> None:
        """Something has changed: look at the lines. Looks are made one after another."""
        if self._ports is None or self._closed:
            return
        self._again = True
        if self._look is None or self._look.done():
            self._look = asyncio.create_task(self._look_while_asked(), name="look at the queues")

    async def _look_while_asked(self) -> None:
        due: datetime | None = None
        while self._again:
            self._again = False
            try:
                due = await self._look_once()
            except Exception:
                self.ports.log.exception("queues_not_looked_at")
                due = self.ports.clock.now() + timedelta(seconds=LOOK_AFTER_FAULT_S)
        self._wake_at(due)
        self._looked()

    def _looked(self) -> None:
        """A look is over."""

    async def _look_once(self) -> datetime | None:
        seen = await see(self.ports, self._lines)
        groups = operator_groups(seen.directory, self._lines)
        self._groups = {group.id: group for group in groups}
        self._authorities = {each.id: each.name for each in seen.directory.authorities()}
        due: list[datetime | None] = []
        for group in groups:
            line = self._line(group.id)
            give_turns(self.ports, self.crew, group, line, seen)
            due.append(next_look(group, line, seen))
        self._statuses = tuple(statuses(self.crew, groups, seen))
        self.lamps.show(self.ports, self._statuses, seen.directory)
        return min((each for each in [*due, self.crew.next_free_at(seen.now)] if each is not None), default=None)

    def _wake_at(self, due: datetime | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if due is not None and not self._closed:
            seconds = (due - self.ports.clock.now()).total_seconds()
            self._timer = asyncio.get_running_loop().call_later(max(0.0, seconds), self.wake)

    def _line(self, group_id: int) -> Line:
        return self._lines.setdefault(group_id, Line(group_id, {}))

    async def _learn_answers(self, group_id: int) -> None:
        """Those of before the start of the service are read once."""
        if group_id in self._learned:
            return
        self._learned.add(group_id)
        since = self.ports.clock.now() - RECENT
        try:
            async with asyncio.timeout(PATIENCE_S):
                before = await self.ports.places.recent_answers(group_id, since)
        except Exception as error:  # noqa: BLE001 - without a basis nothing is said
            self._learned.discard(group_id)
            self.ports.log.warning("recent_answers_not_read", error=type(error).__name__)
            return
        known = self._answers.setdefault(group_id, [])
        known[:0] = [each for each in before if each not in known]

    def _estimate(self, group_id: int, position: int) -> int | None:
        return estimate_wait(self._answers.get(group_id, ()), position, self.ports.clock.now())
