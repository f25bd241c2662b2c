"""Codes that colleagues write first in the title of an event: `MÖT`, `:SEM` closed, `;LUN` open, `>212` deputy.

A code is the first three letters of what the authority calls the reason, or the initials of three words or more (Vård
av barn: VAB). Without a sign before it a code must be in capitals, so that "Sem om budget" remains a title.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from switchboard.domain.directory import AbsenceCode, AbsenceReason
from switchboard.domain.keypad.reason_codes import usual_codes

_CODE = re.compile(r"\s*([:;]?)\s*([^\W\d_]{3})(?![^\W_])")
_DEPUTY = re.compile(r"(?:^|\s)>\s*([0-9]{1,15})(?![0-9])")


@dataclass(frozen=True, slots=True)
class TitleCode:
    """`open` None: the title does not say. `deputy` is an extension's digits."""

    reason: AbsenceReason | None = None
    open: bool | None = None
    deputy: str | None = None


def words_of(codes: Iterable[AbsenceCode]) -> Mapping[str, AbsenceCode]:
    """The authority's codes by word; the usual words too, where it uses them for nothing else."""
    found: dict[str, AbsenceCode] = {}
    for code in (*codes, *usual_codes(0).values()):
        for word in _words(code.name):
            found.setdefault(word, code)
    return found


def read_title(title: str, words: Mapping[str, AbsenceCode]) -> TitleCode | None:
    """None where the title has no code."""
    deputy = _DEPUTY.search(title)
    digits = deputy[1] if deputy else None
    found = _CODE.match(title)
    code = words.get(found[2].upper()) if found and (found[1] or found[2].isupper()) else None
    if found is None or code is None:
        return TitleCode(deputy=digits) if digits else None
    return TitleCode(code.reason, {":": False, ";": True}.get(found[1], code.open), digits)


def _words(name: str) -> list[str]:
    parts = name.upper().split()
    letters = "".join(parts)
    initials = "".join(part[0] for part in parts)
    return [letters[:3], initials[:3]] if len(parts) >= 3 else [letters[:3]]
