"""What a person's calendar says about where they are (R1, R2)."""

from switchboard.domain.calendar.absences import CalendarAbsence, absences_of_events
from switchboard.domain.calendar.events import CalendarEvent, Showing
from switchboard.domain.calendar.keeping import Changes, Occurrence, SaidNow, decide_changes
from switchboard.domain.calendar.sources import CalendarSource, SourceKind, SourceState
from switchboard.domain.calendar.titles import TitleCode, read_title, words_of

__all__ = [
    "CalendarAbsence",
    "CalendarEvent",
    "CalendarSource",
    "Changes",
    "Occurrence",
    "SaidNow",
    "Showing",
    "SourceKind",
    "SourceState",
    "TitleCode",
    "absences_of_events",
    "decide_changes",
    "read_title",
    "words_of",
]
