"""Ring the operators who are offered a place: the first answer wins, the others stop, more may join while it rings."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from switchboard.calls.ports import (
    CallLeg,
    HangupCause,
    Ports,
    RingFailure,
    RingRequest,
)
from switchboard.calls.queue.crew import Crew
from switchboard.calls.queue.places import Waiting
from switchboard.calls.talk.race import start_ringing
from switchboard.domain.call import CallEvent, EventKind, JsonValue
from switchboard.domain.directory import Device
from switchboard.domain.queueing import FreeOperator

Ring = asyncio.Task[CallLeg | RingFailure]


@dataclass(frozen=True, slots=True)
class Answer:
    person_id: int
    device: Device
    leg: CallLeg


@dataclass(frozen=True, slots=True)
class Ringer:
    """Rings for one place at a time; `request` says what the phone of an account shows, and for how long it rings."""

    ports: Ports
    crew: Crew
    request: Callable[[str], RingRequest]

    async def drop(self, answer: Answer, place_id: str) -> None:
        """An operator answered for somebody who is gone."""
        await answer.leg.hang_up()
        self.crew.release(answer.person_id, place_id)

    async def until_answered(self, waiting: Waiting) -> Answer:
        """Wait for the place's turn and ring; what nobody answers goes back into the line, as often as it takes.

        However it ends, no phone goes on ringing, and whoever answered in that very instant is hung up.
        """
        try:
            while True:
                await waiting.until(lambda: waiting.offer is not None)
                answer = await self._ring(waiting)
                if answer is not None:
                    return answer
                waiting.take_back()
        finally:
            # It stands in the line for a moment still, but has no turn any more.
            waiting.ready = False

    async def _ring(self, waiting: Waiting) -> Answer | None:
        """None: nobody has answered, and no phone rings; whoever reads that takes the offer back in the same step."""
        ringing = _Ringing(self, waiting)
        try:
            answer = await ringing.first_answer()
            if answer is not None:
                waiting.ready = False
                await asyncio.shield(ringing.stop())
        except BaseException:
            waiting.ready = False
            await asyncio.shield(ringing.abandon())
            raise
        return answer


@dataclass(slots=True)
class _Ringing:
    ringer: Ringer
    waiting: Waiting
    rings: dict[Ring, tuple[FreeOperator, Device]] = field(default_factory=dict)
    failed: dict[int, dict[Device, RingFailure]] = field(default_factory=dict)
    answer: Answer | None = None

    async def first_answer(self) -> Answer | None:
        """None once every phone has refused or has rung as long as it may."""
        while self.answer is None:
            await self._let_join()
            if not self.rings:
                return None
            joining = asyncio.create_task(self._somebody_joins(), name=f"joining-{self.waiting.place.id}")
            try:
                done, _ = await asyncio.wait({*self.rings, joining}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                joining.cancel()
                await asyncio.gather(joining, return_exceptions=True)
            for ring in [each for each in self.rings if each in done]:
                await self._take(ring)
        return self.answer

    async def _let_join(self) -> None:
        offer, accounts = self.waiting.offer, list[str]()
        while offer is not None and not offer.joining.empty():
            operator = offer.joining.get_nowait()
            for device in operator.devices:
                ring = start_ringing(self.ringer.ports.telephony, self.ringer.request(device.account))
                self.rings[ring] = operator, device
                accounts.append(device.account)
        if accounts:
            await self._note(EventKind.RANG, accounts=",".join(accounts))

    async def _note(self, kind: EventKind, **detail: JsonValue) -> None:
        ports = self.ringer.ports
        await ports.journal.note(CallEvent(self.waiting.place.id, ports.clock.now(), kind, detail))

    async def _somebody_joins(self) -> None:
        await self.waiting.until(lambda: self.waiting.offer is None or not self.waiting.offer.joining.empty())

    async def _take(self, ring: Ring) -> None:
        """Two may answer in the same instant: the second is hung up."""
        operator, device = self.rings.pop(ring)
        result = ring.result()
        if isinstance(result, RingFailure):
            self.failed.setdefault(operator.person_id, {})[device] = result
            await self._note(EventKind.NOT_RUNG, failures=f"{device.account}:{result}")
            if not any(other.person_id == operator.person_id for other, _ in self.rings.values()):
                self._give_up(operator.person_id)
        elif self.answer is None:
            self.answer = Answer(operator.person_id, device, result)
        else:
            await result.hang_up(HangupCause.ANSWERED_ELSEWHERE)

    def _give_up(self, person_id: int) -> None:
        """None of the operator's phones rings any more."""
        if self.waiting.offer is not None:
            self.waiting.offer.people.discard(person_id)
        if self.answer is None or self.answer.person_id != person_id:
            self.ringer.crew.unanswered(self.ringer.ports, person_id, self.waiting.place, self.failed[person_id])

    async def stop(self) -> None:
        """End every phone that still rings. Who answered stays with us; the others are free again."""
        for ring in self.rings:
            ring.cancel()
        for result in await asyncio.gather(*self.rings, return_exceptions=True):
            if not isinstance(result, BaseException | RingFailure):
                await result.hang_up(HangupCause.ANSWERED_ELSEWHERE)
        if self.answer is not None and self.waiting.offer is not None:
            self.waiting.offer.people.discard(self.answer.person_id)
        self.ringer.crew.release_all(self.waiting)

    async def abandon(self) -> None:
        """As `stop`; and nobody is there for whoever answered."""
        await self.stop()
        if self.answer is not None:
            await self.ringer.drop(self.answer, self.waiting.place.id)
