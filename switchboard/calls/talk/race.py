"""Several phones ring at once: the first answer wins, the others stop."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any

from switchboard.calls.ports import (
    CallLeg,
    HangupCause,
    OutsideRequest,
    RingFailure,
    RingingLeg,
    RingRequest,
    Telephony,
    TelephonyFault,
)

Request = RingRequest | OutsideRequest
OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Winner:
    leg: CallLeg
    request: Request


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Why each account did not answer; a number outside stands as `outside`."""

    failures: dict[str, RingFailure]

    @property
    def why(self) -> RingFailure:
        """The most telling of all reasons: somebody's phone rang, was busy, was not there, failed."""
        for reason in (RingFailure.NO_ANSWER, RingFailure.BUSY, RingFailure.UNREGISTERED):
            if reason in self.failures.values():
                return reason
        return RingFailure.FAILED


class Race:
    """`stop` must be awaited however it ends: it ends every phone that still rings, and whoever answered without having
    been taken."""

    def __init__(self, telephony: Telephony, requests: Sequence[Request]) -> None:
        self._failures: dict[str, RingFailure] = {}
        self._winner: Winner | None = None
        self._ringing = {start_ringing(telephony, request): request for request in requests}

    async def result(self, *watched: asyncio.Future[None]) -> Winner | Unanswered | None:
        """Who answered, or that nobody does; None where one of `watched` is done first. Can be asked again.

        Of two who answer in the same instant one wins, and `stop` ends the other.
        """
        while self._ringing and self._winner is None:
            waits: list[asyncio.Future[Any]] = [*self._ringing, *watched]
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for task in [each for each in self._ringing if each in done]:
                if self._winner is None:
                    self._take(self._ringing.pop(task), task.result())
            if self._winner is None and self._ringing and any(each.done() for each in watched):
                return None
        return self._winner or Unanswered(self._failures)

    async def outcome(self) -> Winner | Unanswered:
        while (result := await self.result()) is None:
            pass
        return result

    def taken(self) -> None:
        """The winner's leg is somebody else's from now on."""
        self._winner = None

    async def stop(self) -> None:
        await asyncio.shield(self._stop())

    def _take(self, request: Request, result: CallLeg | RingFailure) -> None:
        if isinstance(result, RingFailure):
            self._failures[name_of(request)] = result
        else:
            self._winner = Winner(result, request)

    async def _stop(self) -> None:
        tasks = list(self._ringing)
        for task in tasks:
            task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if not isinstance(result, BaseException | RingFailure):
                await result.hang_up(HangupCause.ANSWERED_ELSEWHERE)
        self._ringing.clear()
        if self._winner is not None:
            await self._winner.leg.hang_up()


def start_ringing(telephony: Telephony, request: Request) -> asyncio.Task[CallLeg | RingFailure]:
    """Until it answers, refuses or the time is over; once it is cancelled the phone stops."""
    return asyncio.create_task(_ring_one(telephony, request), name=f"ring-{name_of(request)}-{request.call_id}")


def name_of(request: Request) -> str:
    return request.account if isinstance(request, RingRequest) else OUTSIDE


class Watch:
    """Waits that run beside the story, and are given up with it."""

    def __init__(self, **waits: Awaitable[None]) -> None:
        self._tasks = {name: asyncio.ensure_future(wait) for name, wait in waits.items()}

    def __getitem__(self, name: str) -> asyncio.Future[None]:
        return self._tasks[name]

    def all(self) -> tuple[asyncio.Future[None], ...]:
        return tuple(self._tasks.values())

    async def stop(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)


async def _ring_one(telephony: Telephony, request: Request) -> CallLeg | RingFailure:
    try:
        leg = await telephony.ring(request)
    except TelephonyFault:
        return RingFailure.FAILED
    return leg if isinstance(leg, RingFailure) else await _await_answer(leg)


async def _await_answer(leg: RingingLeg) -> CallLeg | RingFailure:
    try:
        return await leg.answered()
    except BaseException:
        await asyncio.shield(leg.cancel(HangupCause.ANSWERED_ELSEWHERE))
        raise
