"""The only place that reads the wall clock. Every moment it gives is aware, in Europe/Stockholm.

For demos and tests SWITCHBOARD_NOW gives another time: an ISO instant (`2026-07-31T16:20`, local where no zone is
given) freezes the clock, an offset (`+3h`, `-2d12h`, `PT3H`, `-P1DT2H`) shifts it. `@` and a file's path: the offset is
read from there at each look, so that the clock can be stepped.
"""

import contextlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from switchboard.domain.working_days import STOCKHOLM
from switchboard.errors import SettingsFault
from switchboard.local_time import parse_local_time

ENVIRONMENTS_WITH_OTHER_TIME = frozenset({"demo", "test"})

_SHORT = re.compile(r"([+-])(?=\d)(?:(\d{1,6})w)?(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?")
_ISO = re.compile(
    r"([+-]?)P(?=[\dT])(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?"
)


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, in Europe/Stockholm."""


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC).astimezone(STOCKHOLM)


@dataclass(frozen=True, slots=True)
class FrozenClock:
    """Always the same instant."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant.astimezone(STOCKHOLM)


@dataclass(frozen=True, slots=True)
class ShiftedClock:
    """The machine's time moved `by` elapsed hours, whatever clock changes lie between."""

    by: timedelta

    def now(self) -> datetime:
        return (datetime.now(UTC) + self.by).astimezone(STOCKHOLM)


@dataclass(slots=True)
class SteppedClock:
    """The machine's time moved by the offset that stands in a file. One that cannot be read changes nothing."""

    file: Path
    by: timedelta = timedelta()

    def now(self) -> datetime:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            offset = parse_offset(self.file.read_text(encoding="ascii").strip())
            self.by = self.by if offset is None else offset
        return ShiftedClock(self.by).now()


def choose_clock(now: str | None, environment: str) -> Clock:
    """The clock for the values of SWITCHBOARD_NOW and SWITCHBOARD_ENV.

    SettingsFault where another time is asked for in production, or cannot be read.
    """
    if now is None or not now.strip():
        return SystemClock()
    if environment not in ENVIRONMENTS_WITH_OTHER_TIME:
        raise SettingsFault(["SWITCHBOARD_NOW is refused unless SWITCHBOARD_ENV is demo or test"])
    text = now.strip()
    if text.startswith("@"):
        return SteppedClock(Path(text[1:]))
    offset = parse_offset(text)
    if offset is not None:
        return ShiftedClock(offset)
    try:
        return FrozenClock(parse_local_time(text))
    except ValueError:
        raise SettingsFault(
            ["SWITCHBOARD_NOW is neither an ISO time such as 2026-07-31T16:20 nor an offset such as +3h or PT3H"]
        ) from None


def parse_offset(text: str) -> timedelta | None:
    """`+3h`, `-2d12h`, `PT3H`, `-P1DT2H`; None where the text is no offset."""
    found = _SHORT.fullmatch(text) or _ISO.fullmatch(text)
    if found is None:
        return None
    sign, *parts = found.groups()
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in parts)
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -length if sign == "-" else length
