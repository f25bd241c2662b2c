"""Calendars that colleagues' absences are read from."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Table, Text, true

from switchboard.db.tables.columns import Instant
from switchboard.db.tables.registry import metadata, own_id

calendar_source = Table(
    "calendar_source",
    metadata,
    own_id(),
    Column(
        "person_id",
        ForeignKey("person.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
        comment="Whose calendar it is",
    ),
    Column("kind", Text, nullable=False, comment="icalendar (an address to subscribe to) or caldav (a collection)"),
    Column("url", Text, nullable=False, comment="Its address: whoever has it may be able to read the calendar"),
    Column("credentials", Text, comment="File with user:password in SWITCHBOARD_CALENDAR_SECRETS; empty: none needed"),
    Column(
        "interval_seconds", Integer, nullable=False, server_default="30", comment="Looked at this often; 10 to 3600"
    ),
    Column("enabled", Boolean, nullable=False, server_default=true(), comment="Off: not looked at"),
    Column("succeeded_at", Instant, comment="When it was last read; written by the service"),
    Column("failed_at", Instant, comment="When it last failed; written by the service"),
    Column("failure", Text, comment="Why it fails now; empty: it does not. What was known stays in force"),
    comment="Calendars whose events are absences; the absences have the source calendar:id",
    sqlite_autoincrement=True,
)
