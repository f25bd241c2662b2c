"""Codes for absences, in the form that Swedish switchboards have had for forty years.

`*23*reason*HHMM#` (or MMDD, or ÅÅMMDD), `*23*reason#` · `#23#` lift · `*23#` hear · `*23` the spoken menu ·
`*230*extension*reason*time#`, `#230*extension#` for somebody else. A `#` at the end can be left out, but for `*23#`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SetAbsence:
    """`extension` None: one's own. `digits` are what was typed for the return; empty: nothing."""

    reason: str
    digits: str = ""
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class LiftAbsence:
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class HearAbsence: ...


@dataclass(frozen=True, slots=True)
class AskAbsence:
    """To be asked for the reason and the time."""


AbsenceOrder = SetAbsence | LiftAbsence | HearAbsence | AskAbsence

_ORDERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], AbsenceOrder]], ...] = (
    (re.compile(r"\*23"), lambda _: AskAbsence()),
    (re.compile(r"\*23#"), lambda _: HearAbsence()),
    (re.compile(r"#23#?"), lambda _: LiftAbsence()),
    (
        re.compile(r"\*23\*([0-9]{1,8})(?:\*([0-9]{0,12}))?#?"),
        lambda found: SetAbsence(found[1], found[2] or ""),
    ),
    (
        re.compile(r"\*230\*([0-9]{1,8})\*([0-9]{1,8})(?:\*([0-9]{0,12}))?#?"),
        lambda found: SetAbsence(found[2], found[3] or "", found[1]),
    ),
    (re.compile(r"#230\*([0-9]{1,8})#?"), lambda found: LiftAbsence(found[1])),
)


def parse_absence_order(dialled: str) -> AbsenceOrder | None:
    """None where it is no code for absences. Reason and time may be impossible ones: who typed them is told so."""
    for pattern, order in _ORDERS:
        if (found := pattern.fullmatch(dialled)) is not None:
            return order(found)
    return None
