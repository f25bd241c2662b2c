"""One occurrence of an event, with its recurrences resolved and its times in zones."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Showing(StrEnum):
    """How the time is shown to others: TRANSP, or Exchange's X-MICROSOFT-CDO-BUSYSTATUS where there is one."""

    FREE = "free"
    TENTATIVE = "tentative"
    BUSY = "busy"
    OUT_OF_OFFICE = "out_of_office"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """Half-open, both ends aware. `series` is the event's name in its calendar, the same for all its occurrences, as a
    checksum: what servers write there may name people."""

    start: datetime
    end: datetime
    title: str = ""
    showing: Showing = Showing.BUSY
    private: bool = False
    cancelled: bool = False
    series: str = ""
