"""The operators whom the queue rings and talks with, and what is kept of it: talks, missed calls, pauses (R26)."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from switchboard.calls.ports import CallLeg, Ports, RingFailure
from switchboard.calls.queue.keeping import PATIENCE_S
from switchboard.calls.queue.places import Waiting
from switchboard.calls.queue.states import Occupied
from switchboard.domain.directory import Device, Directory, PauseReason

# A phone that refuses at once is not rung in a tight circle.
REST_AFTER_REFUSAL = timedelta(seconds=3)
# A phone that registers anew, or an Asterisk that was restarted, is not gone.
GONE_AFTER = timedelta(seconds=5)
ACTOR = "switchboard"
NO_PLACE = ""

NOT_ANSWERED = "Du är pausad: telefonen svarade inte på {calls} samtal i rad. Ring #21 när du är tillbaka."
NOT_REGISTERED = "Du har varit pausad: telefonen var inte ansluten. Nu får du samtal igen."


class Errand(Protocol):
    """What an operator is rung for and talks about: a place in a queue, or a caller who comes back past it. `id` of
    the call; the rules are those of the group."""

    @property
    def id(self) -> str: ...
    @property
    def group_id(self) -> int: ...


class Crew:
    """`changed` is called whenever somebody may have become free."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._occupied: dict[int, Occupied] = {}
        self._resting: dict[int, datetime] = {}
        self._gone_since: dict[int, datetime] = {}
        self._coming_back: set[int] = set()
        self._talks: dict[int, asyncio.Task[None]] = {}
        self._behind: set[asyncio.Task[None]] = set()

    def occupied(self, now: datetime) -> Collection[int]:
        """Who is not to be rung, whatever the phone and the session say yet."""
        self._resting = {person: until for person, until in self._resting.items() if until > now}
        return self._occupied.keys() | self._resting.keys()

    def of(self, person_id: int) -> Occupied | None:
        return self._occupied.get(person_id)

    def next_free_at(self, now: datetime) -> datetime | None:
        """When the clock alone sets somebody free, or finds a phone gone. What is due already was seen just now."""
        gone = [since + GONE_AFTER for since in self._gone_since.values()]
        return min((each for each in [*self._resting.values(), *gone] if each > now), default=None)

    def ring(self, person_id: int, place_id: str) -> None:
        self._occupied[person_id] = Occupied(place_id, talking=False)

    def reserve(self, person_id: int, errand: Errand) -> bool:
        """To be rung past the queue, which rings them for nobody else meanwhile. False: something else goes on."""
        occupied = self._occupied.get(person_id)
        if occupied is not None and occupied.place_id != errand.id:
            return False
        self.ring(person_id, errand.id)
        self._changed()
        return True

    def release(self, person_id: int, place_id: str) -> None:
        """Nothing goes on for them and that place any more, and nobody is to blame. Who is rung for another place by
        now stays with that."""
        occupied = self._occupied.get(person_id)
        if occupied is not None and occupied.place_id == place_id:
            del self._occupied[person_id]
        self._changed()

    def release_all(self, waiting: Waiting) -> None:
        """Those who were offered the place, but for one who has answered."""
        people = set(waiting.offer.people) if waiting.offer is not None else set[int]()
        for person_id in people:
            self.release(person_id, waiting.place.id)
        if waiting.offer is not None:
            waiting.offer.people.clear()

    def talks(self, ports: Ports, person_id: int, errand: Errand, leg: CallLeg) -> None:
        """Until their leg ends, however the caller goes on from there."""
        mine = self._occupied[person_id] = Occupied(errand.id, talking=True)
        self._changed()
        work = self._see_through(ports, person_id, errand, leg, mine)
        self._talks[person_id] = self._start(work, f"operator-{person_id}-talks")

    async def _see_through(self, ports: Ports, person_id: int, errand: Errand, leg: CallLeg, mine: Occupied) -> None:
        try:
            await leg.wait_gone()
            if not self._talks_on(person_id, mine):
                await self._keep_talk(ports, person_id, errand.group_id)
        finally:
            if self._occupied.get(person_id) is mine:
                del self._occupied[person_id]
            self._changed()

    def _talks_on(self, person_id: int, before: Occupied) -> bool:
        """By another leg: who was rung anew while they held the call. The end of that one counts."""
        occupied = self._occupied.get(person_id)
        return occupied is not None and occupied is not before and occupied.talking

    async def _keep_talk(self, ports: Ports, person_id: int, group_id: int) -> None:
        now = ports.clock.now()
        directory = await ports.directory.current()
        wrap_up = timedelta(seconds=max(0, directory.operator_queue(group_id).wrap_up_seconds))
        until = now + wrap_up if wrap_up else None
        if until is not None:
            self._resting[person_id] = until
        if await self._in_time(ports, "talk_not_kept", ports.desk.talked(person_id, group_id, now, until)):
            # From now on the session says so, and whoever resumes ends the wrap-up time there.
            self._resting.pop(person_id, None)

    def unanswered(self, ports: Ports, person_id: int, errand: Errand, devices: Mapping[Device, RingFailure]) -> None:
        """Their phones rang as long as they may, or refused. They are not rung again before it is kept. Who talks with
        somebody else meanwhile has missed nobody."""
        occupied = self._occupied.get(person_id)
        if occupied is not None and occupied.talking and occupied.place_id != errand.id:
            return
        self.ring(person_id, errand.id)
        self._begin(self._count(ports, person_id, errand, devices), f"operator-{person_id}-missed")

    async def _count(self, ports: Ports, person_id: int, errand: Errand, devices: Mapping[Device, RingFailure]) -> None:
        """A phone that is known as registered and is not there when it is to ring is one more that nobody answers;
        one that is known to be gone is found by the next look."""
        failures = set(devices.values())
        try:
            await self._talk_over(person_id)
            if failures & {RingFailure.NO_ANSWER, RingFailure.BUSY, RingFailure.UNREGISTERED}:
                await self._miss(ports, person_id, errand.group_id, devices)
            if RingFailure.NO_ANSWER not in failures:
                self._resting[person_id] = ports.clock.now() + REST_AFTER_REFUSAL
        finally:
            self.release(person_id, errand.id)

    async def _talk_over(self, person_id: int) -> None:
        """What was missed after a talk is counted after it, whose end begins the count anew."""
        talk = self._talks.get(person_id)
        if talk is not None:
            await asyncio.wait({talk}, timeout=PATIENCE_S)

    async def _miss(self, ports: Ports, person_id: int, group_id: int, devices: Mapping[Device, RingFailure]) -> None:
        """A phone that is always refused by its owner is one that nobody answers."""
        missed: list[int] = []

        async def count() -> None:
            missed.append(await ports.desk.missed(person_id, group_id))

        await self._in_time(ports, "missed_call_not_kept", count())
        directory = await ports.directory.current()
        most = max(1, directory.operator_queue(group_id).missed_before_pause)
        if missed and missed[0] >= most:
            await self._pause(ports, person_id, PauseReason.NO_ANSWER)
            for device in devices:
                await ports.telephony.tell(device.account, NOT_ANSWERED.format(calls=missed[0]))

    async def _pause(self, ports: Ports, person_id: int, reason: PauseReason) -> None:
        now = ports.clock.now()

        async def pause() -> None:
            if await ports.desk.pause(person_id, reason, now, ACTOR):
                ports.log.info("operator_paused", person=person_id, reason=reason)

        if not await self._in_time(ports, "pause_not_kept", pause()):
            self._resting[person_id] = now + REST_AFTER_REFUSAL

    def without_phone(self, ports: Ports, person_id: int, now: datetime) -> None:
        """Signed in, and no phone of theirs is registered: paused once that has lasted."""
        since = self._gone_since.setdefault(person_id, now)
        if now - since >= GONE_AFTER:
            del self._gone_since[person_id]
            self._occupied[person_id] = Occupied(NO_PLACE, talking=False)
            self._begin(self._lose(ports, person_id), f"operator-{person_id}-gone")

    async def _lose(self, ports: Ports, person_id: int) -> None:
        try:
            await self._pause(ports, person_id, PauseReason.NO_PHONE)
        finally:
            self.release(person_id, NO_PLACE)

    def with_phone(self, ports: Ports, person_id: int, directory: Directory) -> None:
        """Registered: who was paused for want of a phone is at work again, and is told what happened."""
        self._gone_since.pop(person_id, None)
        sessions = directory.sessions_of(person_id)
        if not any(each.paused and each.pause_reason is PauseReason.NO_PHONE for each in sessions):
            return
        if person_id not in self._coming_back:
            self._coming_back.add(person_id)
            accounts = [device.account for device in directory.devices(person_id) if device.enabled]
            self._begin(self._come_back(ports, person_id, accounts), f"operator-{person_id}-back")

    async def _come_back(self, ports: Ports, person_id: int, accounts: Collection[str]) -> None:
        async def resume() -> None:
            if await ports.desk.resume(person_id, ports.clock.now(), ACTOR):
                ports.log.info("operator_resumed", person=person_id, reason="the phone is registered again")

        try:
            if await self._in_time(ports, "resumption_not_kept", resume()):
                for account in accounts:
                    await ports.telephony.tell(account, NOT_REGISTERED)
                self._changed()
        finally:
            self._coming_back.discard(person_id)

    async def _in_time(self, ports: Ports, otherwise: str, work: Coroutine[object, object, None]) -> bool:
        """Whether it was kept within a second; what takes longer goes on behind, and nobody waits for it."""
        task = self._start(work, otherwise)
        done, _ = await asyncio.wait({task}, timeout=PATIENCE_S)
        error = task.exception() if done else TimeoutError()
        if error is not None:
            ports.log.warning(otherwise, error=type(error).__name__)
        return error is None

    def _begin(self, work: Coroutine[object, object, None], name: str) -> None:
        """Behind everybody's back; `_start` gives the task to who wants to wait for it."""
        _ = self._start(work, name)

    def _start(self, work: Coroutine[object, object, None], name: str) -> "asyncio.Task[None]":
        task = asyncio.create_task(work, name=name)
        self._behind.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: "asyncio.Task[None]") -> None:
        """A failure that somebody waited for has been logged there; it is seen here, so that none is lost."""
        self._behind.discard(task)
        if not task.cancelled():
            task.exception()

    async def settle(self) -> None:
        """Until all that was begun is kept: talks that go on are waited for too."""
        while self._behind:
            await asyncio.wait(set(self._behind))

    async def close(self) -> None:
        for task in self._behind:
            task.cancel()
        await asyncio.gather(*self._behind, return_exceptions=True)
