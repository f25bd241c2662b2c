"""What the calls of all stacks share: state, display, ear, and waiting for something to happen."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from time import monotonic

from tests.callers.phone import CallState, DidNotHappen, Party, PhoneAccount, PhoneCall
from tests.callers.recording import Recording
from tests.hearing.ear import Ear
from tests.hearing.heard import Heard
from tests.hearing.pcm import silence

_LOOK_S = 0.02
_AFTER_S = 0.3
"""Silence after the end of a call, so that what was broken off is known as such."""


class LiveCall:
    def __init__(self, account: PhoneAccount, state: CallState) -> None:
        self.account = account
        self.recording = Recording()
        self.shown: list[Party] = []
        self.transfer_codes: list[int] = []
        self.digits = ""
        self.held = False
        self.code = 0
        self.reason = ""
        self.state_times: dict[CallState, float] = {state: 0.0}
        """When each state began, in seconds since the call did."""
        self._state = state
        self._changed = asyncio.Event()
        self._ear = Ear(account.sounds)
        self._listened = 0
        self._flushed = False

    @property
    def state(self) -> CallState:
        return self._state

    @property
    def complete(self) -> bool:
        """Whether nothing more will be heard."""
        return self._state is CallState.ENDED

    @property
    def age(self) -> float:
        """Seconds since the call was dialled or began to ring."""
        return monotonic() - self.recording.started

    def enter(self, state: CallState) -> None:
        """There is no way back from ENDED."""
        if self._state is not CallState.ENDED and state is not self._state:
            self._state = state
            self.state_times[state] = self.age
        self.changed()

    def changed(self) -> None:
        self._changed.set()

    def show(self, party: Party) -> None:
        if not self.shown or self.shown[-1] != party:
            self.shown.append(party)
            self.changed()

    @property
    def heard(self) -> Heard:
        if self._state is not CallState.ENDED:
            self.recording.catch_up()
        new = self.recording.pcm(self._listened)
        self._listened += len(new)
        self._ear.feed(new)
        if self.complete and not self._flushed:
            self._ear.feed(silence(_AFTER_S))
            self._flushed = True
        return self._ear.heard

    async def until(self, condition: Callable[[], bool], within: float = 10.0, what: str = "") -> None:
        deadline = monotonic() + within
        while not condition():
            left = deadline - monotonic()
            if left <= 0:
                raise DidNotHappen(f"{what or 'the condition'} not within {within:g} s; {self.account_of()}")
            await self._next_change(min(left, _LOOK_S))

    async def _next_change(self, within: float) -> None:
        self._changed.clear()
        try:
            async with asyncio.timeout(within):
                await self._changed.wait()
        except TimeoutError:
            return

    async def hears(self, condition: Callable[[Heard], bool], within: float = 10.0, what: str = "") -> Heard:
        met = False

        def met_or_over() -> bool:
            nonlocal met
            over = self.complete
            met = condition(self.heard)
            return met or over

        await self.until(met_or_over, within, what or "the sound")
        if not met:
            raise DidNotHappen(f"the call ended without {what or 'the sound'}; {self.account_of()}")
        return self.heard

    async def hears_prompt(self, *names: str, within: float = 10.0) -> Heard:
        return await self.hears(lambda heard: heard.says(*names), within, f"hearing {', '.join(names)}")

    async def rings(self, within: float = 10.0) -> None:
        await self._reaches(CallState.RINGING, within)

    async def talks(self, within: float = 10.0) -> None:
        await self._reaches(CallState.TALKING, within)

    async def ended(self, within: float = 10.0) -> None:
        await self._reaches(CallState.ENDED, within)

    async def _reaches(self, state: CallState, within: float) -> None:
        """Without looking now and then, so that a thousand calls may wait at once."""
        deadline = monotonic() + within
        while self._state not in (state, CallState.ENDED):
            left = deadline - monotonic()
            if left <= 0:
                raise DidNotHappen(f"the state {state} not within {within:g} s; {self.account_of()}")
            await self._next_change(left)
        if state not in self.state_times:
            raise DidNotHappen(f"the call ended without the state {state}; {self.account_of()}")

    def account_of(self) -> str:
        """The call in words, for the text of a failure."""
        shown = ", ".join(map(str, self.shown)) or "nothing"
        return (
            f"{self.account.user} is {self._state} after {self.age:.2f} s ({self.code} {self.reason}),"
            f" display {shown}, heard:\n{self.heard}"
        )


class LivePhone:
    """What the phones of all stacks share: the calls that rang."""

    def __init__(self, account: PhoneAccount) -> None:
        self.account = account
        self.rung: list[PhoneCall] = []
        self.refuses_with: int | None = None
        self.hangs_up_after_transfer = True
        self.messages_waiting: list[str] = []
        self._waiting: deque[PhoneCall] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    def note_ring(self, call: PhoneCall) -> None:
        self.rung.append(call)
        if self.refuses_with is None:
            self._waiting.append(call)

    async def wait_incoming(self, within: float = 10.0) -> PhoneCall:
        deadline = monotonic() + within
        while not self._waiting:
            if monotonic() > deadline:
                raise DidNotHappen(f"{self.account.user} did not ring within {within:g} s")
            await asyncio.sleep(_LOOK_S / 2)
        return self._waiting.popleft()

    def forget_calls(self) -> None:
        """Those that rang so far, as if they never had."""
        self.rung.clear()
        self._waiting.clear()

    def uri(self, number: str) -> str:
        return number if number.startswith(("sip:", "tel:")) else f"sip:{number}@{self.account.server}"

    def later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
