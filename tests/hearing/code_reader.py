"""Symbols, frame by frame, put together to codes."""

from __future__ import annotations

from dataclasses import dataclass

from tests.hearing.codes import PLACES, VALUES, number_of
from tests.hearing.frames import SYMBOLS

_LEAST = 4
"""Frames (of 5 ms) that make a symbol; a whole one gives eleven, with a lost packet six."""
_SURE = 8
"""Frames of the last symbol after which the code is reported without waiting for its end."""
_HOLE = 14
_PAUSE = 40


@dataclass(frozen=True, slots=True)
class Code:
    """`number` is None when a part is missing; `first` and `last` are frames."""

    number: int | None
    first: int
    last: int


@dataclass(slots=True)
class _Symbol:
    label: int
    first: int
    last: int
    frames: int = 1

    @property
    def place(self) -> int:
        return self.label // len(VALUES)

    @property
    def value(self) -> int:
        return self.label % len(VALUES)


class CodeReader:
    def __init__(self) -> None:
        self._now: _Symbol | None = None
        self._read: list[_Symbol] = []
        self._reported_until = -_PAUSE - 1
        self._found: list[Code] = []

    def add(self, frame: int, label: int) -> list[Code]:
        """The codes, whole or cut, that are known with this frame."""
        if self._now and frame - self._now.last > _HOLE:
            self._end_symbol()
        if label < SYMBOLS:
            self._add_symbol(frame, label)
        if self._read and not self._now and frame - self._read[-1].last > _PAUSE:
            self._report_cut(self._read[-1].last)
        found, self._found = self._found, []
        return found

    def _add_symbol(self, frame: int, label: int) -> None:
        now = self._now
        if now and now.label == label:
            now.last, now.frames = frame, now.frames + 1
        else:
            self._end_symbol()
            now = self._now = _Symbol(label, frame, frame)
        if now.place == len(PLACES) - 1 and now.frames == _SURE:
            self._end_symbol()

    def _end_symbol(self) -> None:
        now, self._now = self._now, None
        if now is None or now.frames < _LEAST:
            return
        last = self._read[-1] if self._read else None
        if last and last.label == now.label and now.first - last.last <= _PAUSE:
            last.last = now.last
        elif last and now.place == last.place + 1 and now.first - last.last <= _PAUSE:
            self._read.append(now)
            self._report_whole()
        else:
            self._begin(now)

    def _begin(self, symbol: _Symbol) -> None:
        if self._read:
            self._report_cut(self._read[-1].last)
        if symbol.place == 0:
            self._read = [symbol]
        elif symbol.first - self._reported_until > _PAUSE:
            self._read = [symbol]
            self._report_cut(symbol.last)
        else:
            self._reported_until = symbol.last

    def _report_whole(self) -> None:
        if len(self._read) < len(PLACES):
            return
        first, second, third, check = (symbol.value for symbol in self._read)
        self._report(number_of((first, second, third, check)), self._read[-1].last)

    def _report_cut(self, last: int) -> None:
        self._report(None, last)

    def _report(self, number: int | None, last: int) -> None:
        self._found.append(Code(number, self._read[0].first, last))
        self._read = []
        self._reported_until = last
