"""Whether a call that has arrived is taken, and what those who watch are told of the others.

Costs a call a comparison while there is room; what is counted does not grow with calls.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from switchboard.calls.ports import Log
from switchboard.domain.call import IncomingCall
from switchboard.domain.directory import Directory
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.overload import Limits, Load, Verdict, decide_admission

QUIET_S = 10.0
"""Overload is over when nobody was turned away for so long. It is what is told, not when calls are taken again: that
is at once."""


def _nothing() -> int:
    return 0


def _in_time() -> float:
    return 0.0


@dataclass(slots=True)
class Gauges:
    """What the load is read from, as values of now."""

    claims: Callable[[], int] = _nothing
    lag_s: Callable[[], float] = _in_time


class Admission:
    """`directory` gives what is in memory. `turned_away` counts by answer and reason; `elsewhere` is how many the
    dialplan has turned away by itself since Asterisk's start."""

    def __init__(self, limits: Limits, directory: Callable[[], Directory], log: Log) -> None:
        self.limits = limits
        self.gauges = Gauges()
        self.turned_away: Counter[tuple[str, str]] = Counter()
        self.elsewhere = 0
        self._known: int | None = None
        self._directory = directory
        self._log = log
        self._latest = 0.0
        self._before = 0
        self._quiet: asyncio.TimerHandle | None = None

    @property
    def overloaded(self) -> bool:
        return self._quiet is not None

    def full(self, calls: int) -> bool:
        """Most probably one more is turned away."""
        return calls >= self.limits.calls

    def decide(self, call: IncomingCall, calls: int) -> Verdict:
        """`calls` are in progress, without this one."""
        load = Load(calls, self.gauges.claims(), self.gauges.lag_s())
        verdict = decide_admission(call, self._directory(), load, self.limits)
        if verdict.answer is not None and verdict.shortage is not None:
            self._note(verdict.shortage.value)
            self.turned_away[verdict.answer.value, verdict.shortage.value] += 1
        return verdict

    def note_elsewhere(self, count: int) -> None:
        """The dialplan's own count since Asterisk's start. The first is no news; a smaller one than before: Asterisk
        was started anew."""
        known = count if self._known is None else self._known if count >= self._known else 0
        if count > known:
            self._note("in the dialplan")
        self._known = self.elsewhere = count

    def _note(self, why: str) -> None:
        loop = asyncio.get_running_loop()
        self._latest = loop.time()
        if self._quiet is None:
            self._before = self._total()
            self._log.warning("overload_begins", why=why, most_calls=self.limits.calls)
            self._quiet = loop.call_later(QUIET_S, self._look)

    def _look(self) -> None:
        """Looked at again and again while it goes on, so that each call costs no timer."""
        loop = asyncio.get_running_loop()
        rest = self._latest + QUIET_S - loop.time()
        if rest > 0:
            self._quiet = loop.call_later(rest, self._look)
            return
        self._quiet = None
        self._log.warning("overload_over", turned_away=self._total() - self._before)

    def _total(self) -> int:
        return self.turned_away.total() + self.elsewhere

    def close(self) -> None:
        if self._quiet is not None:
            self._quiet.cancel()
            self._quiet = None


def boundless(log: Log) -> Admission:
    """For a service without an end to its calls."""
    return Admission(Limits(calls=1_000_000), DirectoryIndex, log)
