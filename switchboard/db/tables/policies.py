"""The rules of an authority, in versions by date."""

from sqlalchemy import Boolean, Column, Integer, Table, Text, UniqueConstraint, false, true

from switchboard.db.tables.columns import LocalDate, LocalTime
from switchboard.db.tables.registry import metadata, of_authority, own_id

KEPT = (
    ("audio", "recordings of messages and the numbers they came from"),
    ("calls", "who called, in the journal and the queues"),
    ("tasks", "whom to call back and what was noted, once it is over"),
    ("letters", "e-mail that was sent"),
    ("audit", "who did what; of several authorities the longest counts"),
    ("absences", "absences that are over"),
    ("greetings", "recorded greetings that were replaced or removed"),
)


def _keep_days(kind: str, what: str) -> Column[int]:
    return Column(f"keep_{kind}_days", Integer, comment=f"Erase so many days later: {what}; empty: never")


policy = Table(
    "policy",
    metadata,
    own_id(),
    of_authority(),
    Column("valid_from", LocalDate, nullable=False, comment="First day in force; it holds until the next version"),
    Column("callback_working_days", Integer, comment="Call back within this many working days; empty: no term"),
    Column(
        "email_counts",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="An e-mail answers as a call does",
    ),
    Column(
        "mailbox_without_greeting",
        Boolean,
        nullable=False,
        server_default=true(),
        comment="Offer the mailbox also to people who have recorded no greeting",
    ),
    Column(
        "speak_sick_reason",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="Tell callers that somebody is ill",
    ),
    Column(
        "message_max_seconds",
        Integer,
        nullable=False,
        server_default="180",
        comment="Longest message, in seconds",
    ),
    Column(
        "message_silence_seconds",
        Integer,
        nullable=False,
        server_default="5",
        comment="Silence that ends a message",
    ),
    Column(
        "ring_seconds",
        Integer,
        nullable=False,
        server_default="25",
        comment="How long a person's phones ring",
    ),
    Column(
        "abandoned_opens_task",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="Call back also those who gave up waiting for the operators",
    ),
    Column(
        "abandoned_after_seconds",
        Integer,
        nullable=False,
        server_default="10",
        comment="Only those who had waited so long, in seconds",
    ),
    Column(
        "greeting_max_seconds",
        Integer,
        nullable=False,
        server_default="60",
        comment="Longest greeting that somebody may record, in seconds",
    ),
    Column(
        "proof_call_seconds",
        Integer,
        nullable=False,
        server_default="20",
        comment="A talk of so many seconds proves that the caller was called back",
    ),
    Column(
        "remind_last_day",
        Boolean,
        nullable=False,
        server_default=true(),
        comment="Remind at the start of the last working day",
    ),
    Column(
        "remind_hours_before",
        Integer,
        nullable=False,
        server_default="2",
        comment="Remind so many hours before the end of that working day, or before a promised time; 0: not",
    ),
    Column("workday_start", LocalTime, nullable=False, server_default="08:00", comment="When a working day begins"),
    Column("workday_end", LocalTime, nullable=False, server_default="16:30", comment="When a working day ends"),
    Column(
        "mail_audio",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="Send the recording along with the e-mail; one marked secret never is",
    ),
    *(_keep_days(*each) for each in KEPT),
    Column(
        "autoreply_mail",
        Boolean,
        nullable=False,
        server_default=true(),
        comment="Send who is absent the text of their autoreply by e-mail",
    ),
    Column(
        "autoreply_refers_to",
        Text,
        nullable=False,
        server_default="function",
        comment="Where an autoreply refers when no deputy is there: function, unit or switchboard",
    ),
    Column(
        "autoreply_min_hours",
        Integer,
        nullable=False,
        server_default="0",
        comment="No autoreply by mail for an absence shorter than so many hours",
    ),
    Column(
        "unanswered_calls",
        Integer,
        nullable=False,
        server_default="3",
        comment="Ask for an absence after so many calls in a row that rang out in working hours; 0: never",
    ),
    Column(
        "unanswered_diverts",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="Whoever was asked is not rung until they touch a telephone; callers are told that nobody answers",
    ),
    Column(
        "greeting_reminder_days",
        Integer,
        nullable=False,
        server_default="30",
        comment="Remind who lacks a greeting of their own every so many days; 0: never",
    ),
    UniqueConstraint("authority_id", "valid_from"),
    comment="An authority's rules in versions; a call is judged by the version in force that day",
    sqlite_autoincrement=True,
)
