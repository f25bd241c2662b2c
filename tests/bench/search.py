"""The highest rate that still passes: upward in steps, then by halving, within a bounded number of tries."""

from dataclasses import dataclass, field

GROWTH = 1.5
CLOSE_ENOUGH = 1.08
_ROUND_TO = 5


@dataclass
class RateSearch:
    """Ask `next_rate`, try it, tell `record`; until `next_rate` gives None.

    A rate that fails is tried once more before it counts: on a shared machine one stage may be disturbed.
    """

    start: int
    most_tries: int
    highest: int = 2000
    tries: int = 0
    passed: int = 0
    failed: int | None = None
    _doubted: set[int] = field(default_factory=set)
    _again: int | None = None

    def next_rate(self) -> int | None:
        if self.tries >= self.most_tries:
            return None
        if self._again is not None:
            return self._again
        if self.failed is None:
            return None if self.passed >= self.highest else min(self.highest, self._above())
        if self.passed == 0:
            return _rounded(self.failed / 2) if self.failed > _ROUND_TO else None
        middle = _rounded((self.passed * self.failed) ** 0.5)
        done = self.failed <= self.passed * CLOSE_ENOUGH or middle in (self.passed, self.failed)
        return None if done else middle

    def record(self, rate: int, passes: bool) -> None:
        self.tries += 1
        self._again = None
        if passes:
            self.passed = max(self.passed, rate)
        elif rate in self._doubted:
            self.failed = rate if self.failed is None else min(self.failed, rate)
        else:
            self._doubted.add(rate)
            self._again = rate

    def _above(self) -> int:
        return self.start if self.passed == 0 else _rounded(self.passed * GROWTH)


def _rounded(rate: float) -> int:
    return max(_ROUND_TO, _ROUND_TO * round(rate / _ROUND_TO))
