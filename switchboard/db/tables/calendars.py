"""Calendars of colleagues, and what of them was lifted by hand."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Table, Text, false, true

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
    Column("username", Text, comment="User for its server; empty: none is asked for, or credentials says it"),
    Column("password", Text, comment="Password for its server; never shown"),
    Column(
        "credentials",
        Text,
        comment="Instead of username and password: a file with user:password in SWITCHBOARD_CALENDAR_SECRETS",
    ),
    Column(
        "interval_seconds",
        Integer,
        comment="Looked at this often, 10 to 3600; empty: as SWITCHBOARD_CALENDAR_INTERVAL says",
    ),
    Column(
        "enabled",
        Boolean,
        nullable=False,
        server_default=true(),
        comment="Off: not looked at, and its absences are gone",
    ),
    Column("read_at", Instant, comment="When it was last read; written by the service"),
    Column("failing_since", Instant, comment="Since when something is wrong with it; written by the service"),
    Column(
        "failure",
        Text,
        comment="What is wrong with it now; empty: nothing. What was known stays in force; written by the service",
    ),
    comment="Calendars whose events are absences; the absences have the source calendar:id, and go with the row",
    sqlite_autoincrement=True,
)

calendar_lifting = Table(
    "calendar_lifting",
    metadata,
    own_id(),
    Column(
        "source_id",
        ForeignKey("calendar_source.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
        comment="The calendar that says so",
    ),
    Column("series", Text, nullable=False, comment="calendar_series of the absence"),
    Column("reason", Text, nullable=False, comment="Reason of the absence"),
    Column("start", Instant, nullable=False, comment="Start of the absence"),
    Column("until", Instant, nullable=False, comment="End of the absence; then the row is deleted"),
    Column("open", Boolean, nullable=False, server_default=false(), comment="Whether the absence was open"),
    Column("deputy_id", ForeignKey("person.id", ondelete="SET NULL"), comment="Deputy of the absence"),
    Column("lifted_at", Instant, nullable=False, comment="When it was lifted"),
    Column("lifted_by", Text, nullable=False, comment="Who lifted it, as in audit_log"),
    comment="Absences by calendar that were lifted by hand: each stays lifted while its calendar says the same of it",
    sqlite_autoincrement=True,
)
