"""What is due and what is told: jobs, e-mail on its way, who watches the mailboxes of units and functions, who was
reminded and who does not answer."""

from typing import Any

from sqlalchemy import Column, ForeignKey, Identity, Index, Integer, Table, Text, UniqueConstraint

from switchboard.db.tables.columns import Instant, JsonObject, LocalDate, RowId
from switchboard.db.tables.registry import metadata, own_id


def _lease(what: str) -> tuple[Column[Any], ...]:
    """Who works on a row, so that two services never do at the same time."""
    return (
        Column("tries", Integer, nullable=False, server_default="0", comment=f"How often {what} was begun"),
        Column("locked_until", Instant, comment="A service works on it until then at most; empty: none does"),
        Column("locked_by", Text, comment="That service"),
        Column("error", Text, comment="What went wrong the last time"),
    )


job = Table(
    "job",
    metadata,
    Column("id", RowId, Identity(), primary_key=True, comment="Row number"),
    Column(
        "kind",
        Text,
        nullable=False,
        comment="What is to be done: watch_task, find_calls, retention, erase_audio, find_absences, keep_autoreply, "
        "look_at_mail or remind_of_greetings",
    ),
    Column("key", Text, nullable=False, comment="What it is to be done with, e.g. the id of a task"),
    Column("due", Instant, nullable=False, comment="Not before then"),
    Column("arguments", JsonObject, nullable=False, comment="Particulars"),
    Column("state", Text, nullable=False, server_default="waiting", comment="waiting, or failed: tried too often"),
    *_lease("it"),
    UniqueConstraint("kind", "key"),
    Index(None, "state", "due"),
    comment="What is to be done at a time; a row that was done is deleted, or waits for its next time",
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, Identity(), primary_key=True, comment="Row number"),
    Column("message_id", Text, nullable=False, unique=True, comment="Its Message-ID, without the domain"),
    Column("created_at", Instant, nullable=False, comment="When it was written"),
    Column("notice_id", ForeignKey("notice.id", ondelete="SET NULL"), index=True, comment="The notice it carries"),
    Column("recipient", Text, nullable=False, comment="Address (personal data)"),
    Column("subject", Text, nullable=False, comment="Subject (personal data)"),
    Column("body", Text, nullable=False, comment="Text (personal data)"),
    Column("headers", JsonObject, nullable=False, comment="Further header fields"),
    Column("attachment_sha256", Text, comment="Recording that goes along, in the audio store (64 hex digits)"),
    Column("attachment_of", Text, comment="Its voicemail message: marked secret meanwhile, it stays here"),
    Column("state", Text, nullable=False, server_default="waiting", comment="waiting, sent, refused or expired"),
    Column("next_try", Instant, nullable=False, comment="Not before then"),
    *_lease("sending"),
    Column("sent_at", Instant, comment="When a mail server took it"),
    Column("erased_at", Instant, comment="When address and text were erased; empty: they are there"),
    Index(None, "state", "next_try"),
    comment="E-mail, written in the transaction of what it tells, and what became of it",
    sqlite_autoincrement=True,
)

blocked_address = Table(
    "blocked_address",
    metadata,
    own_id(),
    Column("address", Text, nullable=False, unique=True, comment="IP address that is shut out (personal data)"),
    Column("times", Integer, nullable=False, comment="How often it was blocked; each time lasts twice as long"),
    Column("since", Instant, nullable=False, comment="When passwords were last guessed from there too often"),
    Column("until", Instant, nullable=False, index=True, comment="From then on it is let in again"),
    comment="Addresses from which telephones' passwords were guessed; a row is deleted a week after its end",
    sqlite_autoincrement=True,
)

mailbox_watcher = Table(
    "mailbox_watcher",
    metadata,
    own_id(),
    Column(
        "person_id", ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True, comment="Who watches it"
    ),
    Column("unit_id", ForeignKey("unit.id", ondelete="CASCADE"), comment="The unit whose mailbox it is; or a group"),
    Column(
        "group_id",
        ForeignKey("function_group.id", ondelete="CASCADE"),
        comment="The function group whose mailbox it is; or a unit",
    ),
    Column("weekday", Integer, comment="0 Monday to 6 Sunday; empty: every day"),
    Column("first_date", LocalDate, comment="From this day on; empty: always"),
    Column("last_date", LocalDate, comment="Until this day, which counts; empty: always"),
    Column("substitute_id", Integer, comment="Id of the person who watches it when that one is absent"),
    comment="Who watches the mailbox of a unit or a function; rows with dates count before those without",
    sqlite_autoincrement=True,
)

autoreply = Table(
    "autoreply",
    metadata,
    Column(
        "person_id",
        ForeignKey("person.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        comment="Whose autoreply it is",
    ),
    Column(
        "absences",
        Text,
        nullable=False,
        server_default="",
        comment="Checksum of the absences last looked at, deputies' included",
    ),
    Column("told", JsonObject, nullable=False, comment="Which absences the person was told of by e-mail"),
    Column("wanted", Text, nullable=False, server_default="", comment="Checksum of the reply last set; empty: none"),
    Column("seen", Text, comment="The mailbox answers: ours, own (the person's own reply) or silent; empty: not known"),
    Column("seen_at", Instant, index=True, comment="When the mailbox was last looked at"),
    Column("failures", Integer, nullable=False, server_default="0", comment="Tries in vain, one after the other"),
    Column("error", Text, comment="What went wrong the last time"),
    comment="What each person's mailbox answers while they are away, and what they were told",
)

unanswered_calls = Table(
    "unanswered_calls",
    metadata,
    own_id(),
    Column(
        "person_id",
        ForeignKey("person.id", ondelete="CASCADE"),
        nullable=False,
        unique=True,
        comment="Whose telephones rang out",
    ),
    Column(
        "calls", Integer, nullable=False, comment="How many calls in a row, in working hours and without an absence"
    ),
    Column("latest_at", Instant, nullable=False, comment="The latest of them"),
    Column("asked_at", Instant, comment="When the person was asked to set an absence; empty: not yet"),
    comment="Who does not answer although no absence says so; a row is deleted when the person touches a telephone",
    sqlite_autoincrement=True,
)

greeting_reminder = Table(
    "greeting_reminder",
    metadata,
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, comment="Who lacks a greeting"),
    Column(
        "sent_at", Instant, nullable=False, comment="When they were last reminded, by e-mail where they have an address"
    ),
    comment="Who was reminded to record a greeting of their own",
)
