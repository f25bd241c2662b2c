"""A figure beside what it should be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Goal:
    """`found` and `met` are None where nothing was measured."""

    what: str
    found: float | None
    met: bool | None

    @property
    def line(self) -> str:
        match self.met:
            case None:
                return f"not measured: {self.what}"
            case True:
                return f"met: {self.what} ({self.found:.4g})"
            case False:
                return f"NOT MET: {self.what} ({self.found:.4g})"


def at_most(what: str, found: float | None, limit: float) -> Goal:
    return Goal(what, found, None if found is None else found <= limit)


def below(what: str, found: float | None, limit: float) -> Goal:
    return Goal(what, found, None if found is None else found < limit)


def at_least(what: str, found: float | None, limit: float) -> Goal:
    return Goal(what, found, None if found is None else found >= limit)


def above(what: str, found: float | None, limit: float) -> Goal:
    return Goal(what, found, None if found is None else found > limit)


def none_of(what: str, found: int) -> Goal:
    return Goal(what, found, found == 0)


class Figures(Protocol):
    """What one measurement found: a frozen dataclass that says it in words."""

    @property
    def sentence(self) -> str: ...

    @property
    def goals(self) -> Sequence[Goal]: ...
