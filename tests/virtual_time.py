"""An event loop whose clock jumps: a timeout of thirty seconds takes no time, and the order of things is fixed.

The selector never waits; the time that it was asked to wait is added to the loop's clock instead.
"""

import asyncio
import selectors
from collections.abc import Sequence


class _NeverWaits(selectors.SelectSelector):
    def __init__(self) -> None:
        super().__init__()
        self.elapsed = 0.0

    def select(self, timeout: float | None = None) -> Sequence[tuple[selectors.SelectorKey, int]]:  # type: ignore[override]
        ready = super().select(0)
        if ready:
            return ready
        if timeout is None:
            # Nothing is scheduled: only another thread can wake the loop. Wait for it in real time, but not for ever.
            ready = super().select(5)
            if not ready:
                raise RuntimeError("every task waits for something that cannot come")
            return ready
        self.elapsed += max(timeout, 0)
        return []


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._never_waits = _NeverWaits()
        super().__init__(self._never_waits)

    def time(self) -> float:
        return self._never_waits.elapsed
