"""One row as the database gave it, read column by column; what cannot be understood names its column."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from enum import StrEnum
from typing import TypeVar

from switchboard.db.tables.columns import Unreadable, read_date, read_instant, read_time
from switchboard.domain.directory import Destination, DestinationKind

T = TypeVar("T")
Choice = TypeVar("Choice", bound=StrEnum)
FLAGS = {"1": True, "true": True, "t": True, "0": False, "false": False, "f": False}
WITHOUT_KEY = {DestinationKind.OPERATORS, DestinationKind.REFUSE, DestinationKind.KEYPAD}
WITH_ID = {DestinationKind.PERSON, DestinationKind.FUNCTION_GROUP, DestinationKind.UNIT}


class BrokenRow(ValueError):
    """A row that cannot be honoured. The text begins with the column: `until: 'soon' is no date and time …`."""

    def __init__(self, column: str, problem: str) -> None:
        super().__init__(f"{column}: {problem}")
        self.column = column
        self.problem = problem


class Fields:
    """Columns by name. Each method raises BrokenRow; the `maybe_` ones give None for an empty column.

    `problems` are those that `salvage` was told to get over: the row is used, and reported.
    """

    def __init__(self, row: Mapping[str, object]) -> None:
        self._row = row
        self.problems: list[str] = []

    def salvage(self, read: Callable[[], T], instead: T) -> T:
        """For what must not make the whole row unknown: a number that nobody knows misleads the caller more than
        one that leads to the operators."""
        try:
            return read()
        except BrokenRow as broken:
            self.problems.append(str(broken))
            return instead

    def _read(self, column: str, reader: Callable[[object], T]) -> T:
        value = self._row[column]
        if value is None:
            raise BrokenRow(column, "is empty")
        try:
            return reader(value)
        except Unreadable as error:
            raise BrokenRow(column, str(error)) from error

    def _maybe(self, column: str, reader: Callable[[object], T]) -> T | None:
        return None if self._row[column] is None else self._read(column, reader)

    def text(self, column: str) -> str:
        return self._read(column, str)

    def name(self, column: str) -> str:
        text = self.text(column).strip()
        if not text:
            raise BrokenRow(column, "is empty")
        return text

    def maybe_text(self, column: str) -> str | None:
        """None for an empty text, too."""
        return (self._maybe(column, str) or "").strip() or None

    def matching(self, column: str, pattern: str, expected: str) -> str:
        text = self.text(column).strip()
        if not re.fullmatch(pattern, text):
            raise BrokenRow(column, f"{text[:80]!r} is no {expected}")
        return text

    def number(self, column: str, least: int | None = None, most: int | None = None) -> int:
        number = self._read(column, _whole_number)
        if (least is not None and number < least) or (most is not None and number > most):
            raise BrokenRow(column, f"{number} is not between {least} and {most}")
        return number

    def maybe_number(self, column: str, least: int | None = None, most: int | None = None) -> int | None:
        return None if self._row[column] is None else self.number(column, least, most)

    def flag(self, column: str) -> bool:
        return self._read(column, _flag)

    def choice(self, column: str, choices: type[Choice]) -> Choice:
        text = self.text(column).strip()
        try:
            return choices(text)
        except ValueError:
            raise BrokenRow(column, f"{text[:80]!r} is none of {', '.join(choices)}") from None

    def instant(self, column: str) -> datetime:
        return self._read(column, read_instant)

    def maybe_instant(self, column: str) -> datetime | None:
        return self._maybe(column, read_instant)

    def day(self, column: str) -> date:
        return self._read(column, read_date)

    def maybe_day(self, column: str) -> date | None:
        return self._maybe(column, read_date)

    def time_of_day(self, column: str) -> time:
        return self._read(column, read_time)

    def maybe_time_of_day(self, column: str) -> time | None:
        return self._maybe(column, read_time)

    def destination(self, prefix: str) -> Destination:
        kind = self.choice(f"{prefix}_kind", DestinationKind)
        key = self.maybe_text(f"{prefix}_key")
        if kind in WITHOUT_KEY:
            return Destination(kind)
        if key is None:
            raise BrokenRow(f"{prefix}_key", f"is empty, and a {kind} needs one")
        if kind in WITH_ID and not (key.isascii() and key.isdigit()):
            raise BrokenRow(f"{prefix}_key", f"{key[:80]!r} is no id of a {kind}")
        return Destination(kind, key)

    def maybe_destination(self, prefix: str) -> Destination | None:
        return None if self.maybe_text(f"{prefix}_kind") is None else self.destination(prefix)


def _whole_number(value: object) -> int:
    if isinstance(value, int):
        return int(value)
    try:
        return int(str(value).strip())
    except ValueError:
        raise Unreadable(f"{str(value)[:80]!r} is no whole number") from None


def _flag(value: object) -> bool:
    flag = FLAGS.get(str(value).strip().lower())
    if flag is None:
        raise Unreadable(f"{str(value)[:80]!r} is neither true nor false")
    return flag
