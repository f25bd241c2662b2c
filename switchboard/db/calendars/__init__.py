"""Calendars that absences are read from: the sources, what they gave, and what of it was lifted by hand."""

from switchboard.db.calendars.book import DatabaseCalendarBook
from switchboard.db.calendars.liftings import Liftings, end_absences
from switchboard.db.calendars.sources import CalendarSources

__all__ = ["CalendarSources", "DatabaseCalendarBook", "Liftings", "end_absences"]
