"""One call of the demonstration: what was done, what should have happened, what did."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import date
from time import monotonic
from typing import Any

from tests.callers.phone import CallState, DidNotHappen, PhoneCall
from tests.callers.sip.call import RawCall
from tests.demo.library import HeardClip, Library

_LOOK_S = 0.25


@dataclass(frozen=True, slots=True)
class ExpectedTask:
    """`person` and `unit` as names, None where it does not matter."""

    deadline: date
    person: str | None = None
    unit: str | None = None
    caller: str | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """`says` in this order, `never` nowhere: Swedish words, marks and capitals aside. `silent` are phones."""

    outcome: str
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    task: ExpectedTask | None = None
    silent: tuple[str, ...] = ()


@dataclass
class Story:
    """`steps` are what the caller and the phones did, in seconds since the call was dialled. `account`: one of our own
    phones dials; `caller` is empty then."""

    title: str
    caller: str
    called: str
    expected: Expected
    steps: list[tuple[float, str]] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    call: RawCall | None = None
    heard: list[HeardClip] = field(default_factory=list)
    journal: dict[str, Any] | None = None
    task: dict[str, Any] | None = None
    account: str = ""

    @property
    def line(self) -> RawCall:
        assert self.call is not None
        return self.call

    def step(self, what: str) -> None:
        self.steps.append((monotonic() - self.line.recording.started, what))

    async def hears(self, library: Library, name: str, within: float) -> None:
        """Wait until this prompt has been heard to its end, by its sound."""
        end = monotonic() + within
        while True:
            ended = self.line.state is CallState.ENDED
            self.line.recording.catch_up()
            pcm = self.line.recording.pcm()
            if await asyncio.to_thread(library.hears, pcm, name):
                return
            if ended or monotonic() > end:
                raise DidNotHappen(f"{name} was not heard within {within:g} s")
            await asyncio.sleep(_LOOK_S)

    async def press(self, digit: str) -> None:
        self.step(f"presses {digit}")
        await self.line.dtmf(digit)

    async def hang_up(self) -> None:
        self.step("hangs up")
        await self.line.hangup()

    async def tell(self, what: Awaitable[object]) -> None:
        """Let a part of the call happen; what does not is a problem of this call and ends it."""
        try:
            await what
        except (DidNotHappen, TimeoutError) as failure:
            self.problems.append(str(failure) or "it took too long")
            if self.call is not None:
                await self.call.hangup()


def talking_after(call: PhoneCall) -> float | None:
    """Seconds until it was answered; None when it never was."""
    times: dict[CallState, float] = getattr(call, "state_times", {})
    return times.get(CallState.TALKING)
