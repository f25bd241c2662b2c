"""All who wait for the operators, in order, and whose turn it is: one object for the service.

Every place is written to the database before it is acted on.
"""

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from switchboard.calls.ports import Ports, QueuePlace
from switchboard.calls.queue.booked import Teller, call_back
from switchboard.calls.queue.leaving import note_abandoned, queue_mailbox
from switchboard.calls.queue.lines import Lines
from switchboard.calls.queue.places import Waiting
from switchboard.calls.queue.states import OperatorStatus

REST_WITHIN_S = 3.0


@dataclass(frozen=True, slots=True)
class PlaceView:
    """For those who watch. `position` from 1 in the group's line; `estimate` whole minutes, None without a basis;
    `ringing`: operators are rung for it now."""

    place: QueuePlace
    position: int
    estimate: int | None
    ringing: bool


class Queues(Lines):
    """The lines, with the callbacks that were booked, the restart, and what is shown to others."""

    def __init__(self) -> None:
        super().__init__()
        self._tell: Teller | None = None
        self._booked: dict[str, asyncio.Task[None]] = {}
        self._calls: dict[str, str] = {}
        self._listeners: list[Callable[[], None]] = []
        self._restoring = asyncio.Lock()

    def attend(self, ports: Ports, tell: Teller) -> None:
        """`tell` tells the story of a call that the service makes itself: `incoming.see_through`."""
        self._ports, self._tell = ports, tell

    # Booked callbacks

    def book(self, place: QueuePlace) -> None:
        """The place goes on without the caller on the line."""
        if place.id in self._booked or self._tell is None:
            return
        waiting = Waiting(place, self.ports.clock.now())
        story = call_back(self, waiting, self._tell, lambda call_id: self._follow(place.id, call_id))
        task = asyncio.create_task(story, name=f"callback-{place.id}")
        self._booked[place.id] = task
        task.add_done_callback(lambda done: self._forget(place.id, done))

    def _follow(self, place_id: str, call_id: str) -> None:
        self._calls[place_id] = call_id

    def follows(self, call_id: str) -> bool:
        """Whether the call is one that a booked callback makes, or its talk, here and now."""
        return call_id in self._booked or call_id in self._calls.values()

    def _forget(self, place_id: str, task: "asyncio.Task[None]") -> None:
        self._booked.pop(place_id, None)
        self._calls.pop(place_id, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.ports.log.warning("callback_task_failed", place=place_id, error=repr(error))

    # Over a restart

    async def restore(self) -> None:
        """Read the places that a stop left behind. Callers keep theirs until their story goes on, or `close_lost`;
        booked callbacks go on by themselves. Safe to repeat: after each connection to Asterisk."""
        self.lamps.forget()
        async with self._restoring:
            touched = self._touched = self.keeper.keys()
            try:
                for place in await self.ports.places.waiting():
                    if place.id not in touched and self.find(place.id) is None and place.id not in self._booked:
                        self._take_up(place)
            finally:
                self._touched = None
        self.wake()

    def _take_up(self, place: QueuePlace) -> None:
        if place.kind == "callback":
            self.book(place)
        else:
            waiting = Waiting.kept(place)
            waiting.ready, waiting.restored = False, True
            self._line(place.group_id).places[place.id] = waiting

    def take_kept(self, call_id: str, over: bool = False) -> QueuePlace | None:
        """The place of a caller whom a restart finds again, for `resume_waiting`: it stands until the caller stands in
        it. `over`: the caller talks, or leaves a message, and needs it no more."""
        waiting = self.find(call_id)
        if waiting is None or not waiting.restored:
            return None
        if over:
            del self._line(waiting.place.group_id).places[call_id]
            self.leave(waiting.place, "answered")
            return None
        return waiting.place

    async def close_lost(self, waits: Callable[[str], bool]) -> None:
        """Callers who do not wait any more hung up while no service was there: they have abandoned the queue (R16)."""
        for waiting in [each for each in self.waiting() if each.restored and not waits(each.place.id)]:
            del self._line(waiting.place.group_id).places[waiting.place.id]
            directory = await self.ports.directory.current()
            await note_abandoned(self, waiting.place, queue_mailbox(directory, waiting.place))
        self.wake()

    # For those who watch

    def view(self) -> Sequence[PlaceView]:
        """Line by line, in order."""
        return [
            PlaceView(each.place, position, self._estimate(group_id, position), each.offer is not None)
            for group_id, line in sorted(self._lines.items())
            for position, each in enumerate(line.ordered(), start=1)
        ]

    def ringing(self) -> Collection[int]:
        """Ids of the operators who are being rung for somebody in line."""
        return {each for waiting in self.waiting() if waiting.offer is not None for each in waiting.offer.people}

    def operator_states(self) -> Sequence[OperatorStatus]:
        """As of the last look."""
        return self._statuses

    @contextmanager
    def heard_by(self, listener: Callable[[], None]) -> Iterator[None]:
        """`listener` is told after each look: whatever is shown may have changed."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def _looked(self) -> None:
        for listener in list(self._listeners):
            listener()

    # End

    async def settle(self) -> None:
        """Until nothing that was begun is still under way, what waits apart."""
        while True:
            await self.crew.settle()
            await self.keeper.settle()
            await self.lamps.settle()
            if self._look is None or self._look.done():
                return
            await asyncio.wait({self._look})

    async def rest(self) -> None:
        """The service is about to stop. Nobody is rung any more, and who waits hears music: Asterisk plays on to them
        until the next start. Who has been called back, and talks, talks on."""
        self._closed = True
        self._wake_at(None)
        waits = [each for each in self.waiting() if not each.restored]
        lasting = self.ports.lasting
        tasks = [task for id_, task in self._booked.items() if self._calls.get(id_, id_) not in lasting]
        for task in [*tasks, *([self._look] if self._look else [])]:
            task.cancel()
        for each in waits:
            each.rest()
        try:
            async with asyncio.timeout(REST_WITHIN_S):
                await asyncio.gather(*tasks, *(each.at_rest.wait() for each in waits), return_exceptions=True)
        except TimeoutError:
            self.ports.log.warning("queues_not_at_rest", places=sum(not each.at_rest.is_set() for each in waits))

    async def close(self) -> None:
        """Places stay in the database; the next start reads them."""
        self._closed = True
        self._wake_at(None)
        tasks = [*self._booked.values(), *([self._look] if self._look else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.crew.close()
        await self.keeper.close()
        await self.lamps.close()
