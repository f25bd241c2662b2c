"""What a person's calendar says about where they are (R1, R2)."""

from switchboard.domain.calendar.absences import CalendarAbsence, absences_of_events
from switchboard.domain.calendar.events import CalendarEvent, Showing
from switchboard.domain.calendar.sources import CalendarSource, SourceKind
from switchboard.domain.calendar.titles import TitleCode, read_title, words_of

__all__ = [
    "CalendarAbsence",
    "CalendarEvent",
    "CalendarSource",
    "Showing",
    "SourceKind",
    "TitleCode",
    "absences_of_events",
    "read_title",
    "words_of",
]
