"""Dial patterns of routing rules: Asterisk's notation without the underscore.

`X` 0-9, `Z` 1-9, `N` 2-9, `[1-37]` one of those, `.` one or more of anything, `!` none or more; everything
else stands for itself (https://docs.asterisk.org/Configuration/Dialplan/Pattern-Matching/). A pattern has at
most one open end and that is its last character, so matching looks at each character once.
"""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from sys import maxsize

_CLASSES = {"X": frozenset("0123456789"), "Z": frozenset("123456789"), "N": frozenset("23456789")}
_LITERALS = frozenset("0123456789+*#")
_LONGEST = 80


class PatternError(ValueError):
    """The pattern cannot be read. The message says what is wrong and at which position (from 1)."""


class Tail(Enum):
    """What may follow the fixed part."""

    NOTHING = "nothing"
    SOME = "one or more"
    ANY = "none or more"


_EXTRA = {Tail.NOTHING: range(1), Tail.SOME: range(1, maxsize), Tail.ANY: range(maxsize)}


@dataclass(frozen=True, slots=True)
class Pattern:
    """`places` holds the characters allowed at each position."""

    places: tuple[frozenset[str], ...]
    tail: Tail

    def matches(self, number: str) -> bool:
        extra = len(number) - len(self.places)
        if extra not in _EXTRA[self.tail]:
            return False
        return all(character in allowed for character, allowed in zip(number, self.places, strict=False))


@lru_cache(maxsize=4096)
def parse_pattern(text: str) -> Pattern:
    """PatternError where it cannot be read."""
    if not text:
        raise PatternError("the pattern is empty")
    if len(text) > _LONGEST:
        raise PatternError(f"the pattern has {len(text)} characters; at most {_LONGEST} are allowed")
    places: list[frozenset[str]] = []
    position = 0
    while position < len(text):
        character = text[position]
        if character in ".!":
            if position != len(text) - 1:
                raise PatternError(f"position {position + 1}: {character!r} may only stand at the end")
            return Pattern(tuple(places), Tail.SOME if character == "." else Tail.ANY)
        allowed, position = _place(text, position)
        places.append(allowed)
    return Pattern(tuple(places), Tail.NOTHING)


def _place(text: str, position: int) -> tuple[frozenset[str], int]:
    """The characters allowed by what stands at `position`, and where the next place begins."""
    character = text[position]
    if character == "[":
        return _set(text, position)
    if character.upper() in _CLASSES:
        return _CLASSES[character.upper()], position + 1
    if character in _LITERALS:
        return frozenset(character), position + 1
    raise PatternError(f"position {position + 1}: {character!r} has no meaning in a pattern")


def _set(text: str, start: int) -> tuple[frozenset[str], int]:
    """`[…]` from `start`: single characters and ranges of digits."""
    end = text.find("]", start)
    if end < 0:
        raise PatternError(f"position {start + 1}: '[' is not closed")
    allowed: set[str] = set()
    position = start + 1
    while position < end:
        first = _set_character(text, position)
        if text[position + 1] != "-":
            allowed.add(first)
            position += 1
            continue
        last = _set_character(text, position + 2)
        if not (first.isdigit() and last.isdigit() and first <= last):
            raise PatternError(f"position {position + 1}: {first}-{last} is not a range of digits")
        allowed.update(str(digit) for digit in range(int(first), int(last) + 1))
        position += 3
    if not allowed:
        raise PatternError(f"position {start + 1}: '[]' allows nothing")
    return frozenset(allowed), end + 1


def _set_character(text: str, position: int) -> str:
    if text[position] not in _LITERALS:
        raise PatternError(f"position {position + 1}: {text[position]!r} may not stand between brackets here")
    return text[position]
