"""Where a person's calendar is read."""

from dataclasses import dataclass, field
from enum import StrEnum


class SourceKind(StrEnum):
    ICALENDAR = "icalendar"
    CALDAV = "caldav"


@dataclass(frozen=True, slots=True)
class CalendarSource:
    """`credentials` names a file in the folder of secrets. The address is one too: who has it reads the calendar."""

    id: int
    person_id: int
    authority_id: int
    kind: SourceKind
    url: str = field(repr=False)
    credentials: str | None = None
    interval_s: int = 30
