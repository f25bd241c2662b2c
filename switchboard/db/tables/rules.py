"""What holds when: opening hours, absences, greetings, routing rules, operators at work."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, false, true

from switchboard.db.tables.columns import Instant, LocalDate, LocalTime
from switchboard.db.tables.registry import destination_columns, metadata, of_authority, own_id

schedule = Table(
    "schedule",
    metadata,
    own_id(),
    of_authority(),
    Column("name", Text, nullable=False, comment="Name to know it by, e.g. Växelns öppettider"),
    Column(
        "closed_on_holidays",
        Boolean,
        nullable=False,
        server_default=true(),
        comment="Closed on public holidays and days off, unless an exception opens",
    ),
    UniqueConstraint("authority_id", "name"),
    comment="Opening hours that units, groups and rules refer to",
    sqlite_autoincrement=True,
)

opening_period = Table(
    "opening_period",
    metadata,
    own_id(),
    Column(
        "schedule_id",
        ForeignKey("schedule.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
        comment="The schedule",
    ),
    Column("weekday", Integer, nullable=False, comment="0 Monday to 6 Sunday"),
    Column("opens", LocalTime, nullable=False, comment="Open from this time"),
    Column("closes", LocalTime, nullable=False, comment="Closed from this time on; 00:00 is the end of the day"),
    comment="Weekly opening hours",
    sqlite_autoincrement=True,
)

schedule_exception = Table(
    "schedule_exception",
    metadata,
    own_id(),
    Column(
        "schedule_id",
        ForeignKey("schedule.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
        comment="The schedule",
    ),
    Column("first_date", LocalDate, nullable=False, comment="First day of the exception"),
    Column("last_date", LocalDate, nullable=False, comment="Last day of the exception"),
    Column("opens", LocalTime, comment="Open from this time; empty with closes: closed all day"),
    Column("closes", LocalTime, comment="Closed from this time on; 00:00 is the end of the day"),
    comment="Days on which other hours hold than the weekly ones",
    sqlite_autoincrement=True,
)

absence = Table(
    "absence",
    metadata,
    own_id(),
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), nullable=False, comment="Who is away"),
    Column(
        "reason",
        Text,
        nullable=False,
        comment="meeting, lunch, business_trip, vacation, sick, parental_leave, gone_for_day, course, "
        "care_of_child, temporarily_out or other",
    ),
    Column("start", Instant, nullable=False, comment="Away from this moment"),
    Column("until", Instant, comment="Back at this moment; empty: not known"),
    Column(
        "open",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="Open: inform, then let the phone ring",
    ),
    Column("deputy_id", ForeignKey("person.id", ondelete="SET NULL"), comment="Who stands in"),
    Column(
        "source",
        Text,
        nullable=False,
        server_default="admin",
        comment="Who said so: admin, phone, web, calendar",
    ),
    Column("recorded_at", Instant, comment="When it was said; empty: not known"),
    Index(None, "person_id", "until", "start"),
    comment="Absences; while one is in force no phone of the person rings",
    sqlite_autoincrement=True,
)

greeting = Table(
    "greeting",
    metadata,
    own_id(),
    Column("owner_kind", Text, nullable=False, comment="person, unit, function_group or authority"),
    Column("owner_id", Integer, nullable=False, comment="Id of the owner"),
    Column("kind", Text, nullable=False, comment="name, personal or answer_phrase"),
    Column("language", Text, nullable=False, server_default="sv", comment="sv or en"),
    Column("sha256", Text, nullable=False, comment="Name of the recording in the audio store (64 hex digits)"),
    Column("reason", Text, comment="Only for this reason of absence; empty: for every situation"),
    Column("valid_until", Instant, comment="Not played from this moment on; empty: always"),
    Column(
        "situation",
        Text,
        nullable=False,
        server_default="always",
        comment="Of a personal greeting: always, present, absent, or temporary (with valid_until)",
    ),
    Index(None, "owner_kind", "owner_id"),
    comment="Recorded names, personal greetings and answer phrases",
    sqlite_autoincrement=True,
)

routing_rule = Table(
    "routing_rule",
    metadata,
    own_id(),
    of_authority(),
    Column("priority", Integer, nullable=False, server_default="100", comment="Lowest is looked at first"),
    Column("called_pattern", Text, comment="Pattern or digits of the called number; empty: every number"),
    Column("caller_pattern", Text, comment="Pattern of the caller's number, or anonymous; empty: every caller"),
    Column("schedule_id", ForeignKey("schedule.id"), comment="The schedule that schedule_state asks"),
    Column(
        "schedule_state",
        Text,
        nullable=False,
        server_default="always",
        comment="Rule counts: always, open or closed",
    ),
    Column("action", Text, nullable=False, comment="route or refuse"),
    *destination_columns("destination", required=False),
    comment="Rules looked at before the directory, in order of priority",
    sqlite_autoincrement=True,
)

operator_session = Table(
    "operator_session",
    metadata,
    own_id(),
    Column(
        "person_id",
        ForeignKey("person.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
        comment="The operator",
    ),
    Column(
        "group_id",
        ForeignKey("function_group.id", ondelete="CASCADE"),
        nullable=False,
        comment="Operators' group",
    ),
    Column("paused", Boolean, nullable=False, server_default=false(), comment="Signed in, but not to be rung now"),
    Column("since", Instant, comment="When the operator signed in"),
    Column(
        "pause_reason",
        Text,
        comment="break, lunch, meeting, after_work or other; no_answer and no_phone are the system's own",
    ),
    Column("paused_since", Instant, comment="When the pause began"),
    Column("wrap_up_until", Instant, comment="Not to be rung before then, after a call"),
    Column("idle_since", Instant, comment="End of the latest call, else the sign-in"),
    Column("missed", Integer, nullable=False, server_default="0", comment="Calls in a row that were not answered"),
    UniqueConstraint("group_id", "person_id"),
    comment="Operators who are signed in; a row is deleted at sign-out",
    sqlite_autoincrement=True,
)

absence_reason_code = Table(
    "absence_reason_code",
    metadata,
    own_id(),
    of_authority(),
    Column("digit", Text, nullable=False, comment="The key: 0 to 9"),
    Column("reason", Text, nullable=False, comment="A reason as in absence, e.g. meeting"),
    Column("name", Text, nullable=False, server_default="", comment="What it is called in lists, e.g. Möte"),
    Column(
        "four_digits",
        Text,
        nullable=False,
        server_default="time",
        comment="What four digits mean: time (HHMM) or date (MMDD); six are always a date",
    ),
    Column(
        "default_length",
        Text,
        nullable=False,
        server_default="ask",
        comment="Without digits: ask, hours and minutes such as 1:30, next_working_day, or next_working_day 07:30: the "
        "time where no schedule says when the day begins",
    ),
    Column(
        "open",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="Open: inform, then let the phone ring",
    ),
    UniqueConstraint("authority_id", "digit"),
    comment="Absence by keypad: what each key means; an authority without rows has the usual ten",
    sqlite_autoincrement=True,
)
