"""All that was heard on a call, on the clock: pauses in which nothing was sent are silence."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

import numpy as np

from tests.hearing.pcm import RATE, Pcm, write_wav

_LATE_S = 0.2
"""Without a packet for this long, the time up to then counts as silent."""
_SEEN_IDLE_S = 0.05
_JITTER_S = 0.06


class Recording:
    """`started` is on the monotonic clock; sample n was heard n / 8000 s after it."""

    def __init__(self) -> None:
        self.started = monotonic()
        self._samples = bytearray()
        self._last = self.started
        self._idle_since = 0.0

    @property
    def seconds(self) -> float:
        return len(self._samples) / 2 / RATE

    def add(self, pcm: Pcm, *, follows: bool = False) -> None:
        """`follows`: it continues the piece before without a gap, however late it came."""
        self._last, self._idle_since = monotonic(), 0.0
        if not follows:
            self._fill(self._last - self.started - len(pcm) / RATE - _JITTER_S, _JITTER_S)
        self._samples += pcm.astype("<i2").tobytes()

    def skip(self, seconds: float) -> None:
        """Silence in place of what was lost on the way."""
        self._fill(self.seconds + seconds, 0.0)

    def catch_up(self) -> None:
        """Adds the silence of a line on which nothing has come for a while.

        Only when it was found idle before: after a stall of the event loop, what has come meanwhile is
        still waiting to be read.
        """
        now = monotonic()
        if now - self._last <= _LATE_S:
            return
        self._idle_since = self._idle_since or now
        if now - self._idle_since > _SEEN_IDLE_S:
            self._fill(now - self.started - _LATE_S, 0.0)

    def _fill(self, until: float, more: float) -> None:
        missing = round((until - self.seconds) * RATE)
        if missing > 0:
            self._samples += bytes(2 * (missing + round(more * RATE)))

    def pcm(self, start_sample: int = 0) -> Pcm:
        return np.frombuffer(bytes(self._samples[2 * start_sample :]), dtype="<i2").astype(np.int16)

    def save(self, path: Path) -> None:
        write_wav(path, self.pcm())
