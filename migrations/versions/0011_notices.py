"""Jobs, e-mail, watchers of mailboxes, and what the life of a callback task needs."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.triggers import Watched, unwatch, watch
from switchboard.db.tables.columns import Instant, JsonObject, LocalDate, LocalTime, RowId

revision = "0011"
down_revision = "0010"

WATCHED = (Watched("mailbox_watcher"),)
COMMENTS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("callback_event", "kind"): (
        "opened, taken, promised, note, handed_over, done or closed",
        "opened, joined, note, taken, released, attempted, promised, handed_over, overdue, done or closed",
    ),
    ("notice", "kind"): (
        "What is told: task_opened",
        "task_opened, message_joined, handed_over, reminder or breach",
    ),
    ("notice", "state"): ("new: not told by e-mail yet", "new, told by e-mail, nobody to tell, or over"),
}
ADDED = {
    "policy": (
        "proof_call_seconds",
        "remind_last_day",
        "remind_hours_before",
        "workday_start",
        "workday_end",
        "mail_audio",
    ),
    "callback_task": ("taken_by_id", "attempts"),
    "notice": ("about", "message_id"),
    "voicemail_message": ("task_id",),
}
IS_FROM_PHONE = sa.text("account IS NOT NULL")


def upgrade() -> None:
    _create_tables()
    _add_to_policy()
    _add_to_tasks()
    _explain(1)
    watch(WATCHED)
    op.execute(
        "INSERT INTO job (kind, key, due, arguments) SELECT 'watch_task', id, received_at, '{}' FROM callback_task "
        "WHERE status IN ('open', 'taken', 'promised')"
    )


def downgrade() -> None:
    unwatch(WATCHED)
    op.drop_index("ix_call_ended_from_phone", table_name="call")
    op.drop_index("ix_voicemail_message_task_id", table_name="voicemail_message")
    op.drop_index("ix_callback_task_caller_status", table_name="callback_task")
    op.drop_index("ix_notice_task_id_kind_about", table_name="notice")
    for table in ("mailbox_watcher", "outbox", "job"):
        op.drop_table(table)
    for table, columns in ADDED.items():
        for column in columns:
            op.drop_column(table, column)
    _explain(0)


def _create_tables() -> None:
    op.create_table(
        "job",
        _row_number(),
        sa.Column("kind", sa.Text(), nullable=False, comment="What is to be done: watch_task or find_calls"),
        sa.Column("key", sa.Text(), nullable=False, comment="What it is to be done with, e.g. the id of a task"),
        sa.Column("due", Instant(), nullable=False, comment="Not before then"),
        sa.Column("arguments", JsonObject, nullable=False, comment="Particulars"),
        sa.Column(
            "state",
            sa.Text(),
            server_default="waiting",
            nullable=False,
            comment="waiting, or failed: tried too often",
        ),
        *_lease("it"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_job_kind_key")),
        comment="What is to be done at a time; a row that was done is deleted, or waits for its next time",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_job_state_due"), "job", ["state", "due"])
    _create_outbox()
    _create_watchers()


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        _row_number(),
        sa.Column("message_id", sa.Text(), nullable=False, comment="Its Message-ID, without the domain"),
        sa.Column("created_at", Instant(), nullable=False, comment="When it was written"),
        sa.Column("notice_id", RowId, nullable=True, comment="The notice it carries"),
        sa.Column("recipient", sa.Text(), nullable=False, comment="Address (personal data)"),
        sa.Column("subject", sa.Text(), nullable=False, comment="Subject (personal data)"),
        sa.Column("body", sa.Text(), nullable=False, comment="Text (personal data)"),
        sa.Column("headers", JsonObject, nullable=False, comment="Further header fields"),
        sa.Column(
            "attachment_sha256",
            sa.Text(),
            nullable=True,
            comment="Recording that goes along, in the audio store (64 hex digits)",
        ),
        sa.Column(
            "attachment_of",
            sa.Text(),
            nullable=True,
            comment="Its voicemail message: marked secret meanwhile, it stays here",
        ),
        sa.Column(
            "state",
            sa.Text(),
            server_default="waiting",
            nullable=False,
            comment="waiting, sent, refused or expired",
        ),
        sa.Column("next_try", Instant(), nullable=False, comment="Not before then"),
        *_lease("sending"),
        sa.Column("sent_at", Instant(), nullable=True, comment="When a mail server took it"),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_outbox_notice_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
        comment="E-mail, written in the transaction of what it tells, and what became of it",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outbox_notice_id"), "outbox", ["notice_id"])
    op.create_index(op.f("ix_outbox_state_next_try"), "outbox", ["state", "next_try"])


def _create_watchers() -> None:
    op.create_table(
        "mailbox_watcher",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("person_id", sa.Integer(), nullable=False, comment="Who watches it"),
        sa.Column("unit_id", sa.Integer(), nullable=True, comment="The unit whose mailbox it is; or a group"),
        sa.Column("group_id", sa.Integer(), nullable=True, comment="The function group whose mailbox it is; or a unit"),
        sa.Column("weekday", sa.Integer(), nullable=True, comment="0 Monday to 6 Sunday; empty: every day"),
        sa.Column("first_date", LocalDate(), nullable=True, comment="From this day on; empty: always"),
        sa.Column("last_date", LocalDate(), nullable=True, comment="Until this day, which counts; empty: always"),
        sa.Column(
            "substitute_id",
            sa.Integer(),
            nullable=True,
            comment="Id of the person who watches it when that one is absent",
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_mailbox_watcher_{column}"), ondelete="CASCADE"
            )
            for column, table in (("person_id", "person"), ("unit_id", "unit"), ("group_id", "function_group"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_watcher")),
        comment="Who watches the mailbox of a unit or a function; rows with dates count before those without",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_mailbox_watcher_person_id"), "mailbox_watcher", ["person_id"])


def _add_to_policy() -> None:
    numbers = (
        (
            "proof_call_seconds",
            "20",
            "A talk of so many seconds proves that the caller was called back",
        ),
        (
            "remind_hours_before",
            "2",
            "Remind so many hours before the end of that working day, or before a promised time; 0: not",
        ),
    )
    for name, default, comment in numbers:
        op.add_column("policy", sa.Column(name, sa.Integer(), server_default=default, nullable=False, comment=comment))
    flags = (
        ("remind_last_day", sa.true(), "Remind at the start of the last working day"),
        ("mail_audio", sa.false(), "Send the recording along with the e-mail; one marked secret never is"),
    )
    for name, flag, comment in flags:
        op.add_column("policy", sa.Column(name, sa.Boolean(), server_default=flag, nullable=False, comment=comment))
    times = (
        ("workday_start", "08:00", "When a working day begins"),
        ("workday_end", "16:30", "When a working day ends"),
    )
    for name, default, comment in times:
        op.add_column("policy", sa.Column(name, LocalTime(), server_default=default, nullable=False, comment=comment))


def _add_to_tasks() -> None:
    op.add_column(
        "callback_task",
        sa.Column("taken_by_id", sa.Integer(), nullable=True, comment="The person who has it, where one is named"),
    )
    op.add_column(
        "callback_task",
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False, comment="Calls in vain"),
    )
    op.create_index(op.f("ix_callback_task_caller_status"), "callback_task", ["caller", "status"])
    op.add_column(
        "voicemail_message",
        sa.Column("task_id", sa.Text(), nullable=True, comment="The callback task that it opened or joined"),
    )
    op.create_index(op.f("ix_voicemail_message_task_id"), "voicemail_message", ["task_id"])
    op.execute(
        "UPDATE voicemail_message SET task_id = "
        "(SELECT min(id) FROM callback_task WHERE voicemail_message_id = voicemail_message.id)"
    )
    op.add_column(
        "notice",
        sa.Column(
            "about",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="Tells apart notices of one kind: the time it is about",
        ),
    )
    op.add_column(
        "notice", sa.Column("message_id", sa.Text(), nullable=True, comment="The voicemail message it tells of")
    )
    op.create_index(op.f("ix_notice_task_id_kind_about"), "notice", ["task_id", "kind", "about"], unique=True)
    op.create_index(
        "ix_call_ended_from_phone",
        "call",
        ["ended_at"],
        sqlite_where=IS_FROM_PHONE,
        postgresql_where=IS_FROM_PHONE,
    )


def _row_number() -> sa.Column[int]:
    return sa.Column("id", RowId, sa.Identity(always=False), nullable=False, comment="Row number")


def _lease(what: str) -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False, comment=f"How often {what} was begun"),
        sa.Column(
            "locked_until",
            Instant(),
            nullable=True,
            comment="A service works on it until then at most; empty: none does",
        ),
        sa.Column("locked_by", sa.Text(), nullable=True, comment="That service"),
        sa.Column("error", sa.Text(), nullable=True, comment="What went wrong the last time"),
    )


def _explain(version: int) -> None:
    """SQLite keeps no comments."""
    if op.get_context().dialect.name == "postgresql":
        for (table, column), comments in COMMENTS.items():
            op.alter_column(table, column, comment=comments[version])
