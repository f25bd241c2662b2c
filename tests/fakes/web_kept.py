"""One list that the web asks for, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from switchboard.views import Page, Slice

T = TypeVar("T")


@dataclass
class Kept:
    """One list: its rows, what it was asked, and what it does instead of answering."""

    rows: Sequence[object]
    asked: list[Any] = field(default_factory=list)
    refusal: Exception | None = None

    def _note(self, *asked: object) -> None:
        self.asked.append(asked[0] if len(asked) == 1 else asked)
        if self.refusal is not None:
            raise self.refusal


def page_of(rows: Sequence[T], part: Slice) -> Page[T]:
    begin = int(part.after[0]) if part.after else 0
    shown = tuple(rows[begin : begin + part.limit])
    end = begin + len(shown)
    return Page(shown, (end,) if end < len(rows) else None)
