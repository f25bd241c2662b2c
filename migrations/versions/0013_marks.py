"""Marks on messages, how long things are kept, and the log of what was erased."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.triggers import protect, protect_but_from_erasure, protect_from_erasure_too, unprotect
from switchboard.db.tables.columns import Instant, JsonObject, RowId

revision = "0013"
down_revision = "0012"

NOT_ERASED = sa.text("erased_at IS NULL")
EVENT_KEEPS = ("id", "task_id", "at", "kind")
KEPT = (
    ("audio", "recordings of messages and the numbers they came from"),
    ("calls", "who called, in the journal and the queues"),
    ("tasks", "whom to call back and what was noted, once it is over"),
    ("letters", "e-mail that was sent"),
    ("audit", "who did what; of several authorities the longest counts"),
    ("absences", "absences that are over"),
    ("greetings", "recorded greetings that were replaced or removed"),
)
ERASED_AT: Mapping[str, str] = {
    "call": "When the numbers and names were erased; empty: they are there",
    "voicemail_message": "When recording and number were erased; empty: they are there",
    "callback_task": "When number and notes were erased; empty: they are there",
    "outbox": "When address and text were erased; empty: they are there",
    "audit_log": "When name and particulars were erased; empty: they are there",
}
MARKS = ("secret_by", "secret_at", "threat", "threat_by", "threat_at")
JOB_KINDS = (
    "What is to be done: watch_task or find_calls",
    "What is to be done: watch_task, find_calls, retention or erase_audio",
)
EVENTS = (
    "What happened to each callback task; rows are only ever added",
    "What happened to each callback task; rows are only ever added, and emptied when they are erased",
)


def upgrade() -> None:
    for kind, what in KEPT:
        comment = f"Erase so many days later: {what}; empty: never"
        op.add_column("policy", sa.Column(f"keep_{kind}_days", sa.Integer(), nullable=True, comment=comment))
    _add_marks()
    for table, comment in ERASED_AT.items():
        op.add_column(table, sa.Column("erased_at", Instant(), nullable=True, comment=comment))
    op.create_index("ix_call_not_erased", "call", ["arrived_at"], sqlite_where=NOT_ERASED, postgresql_where=NOT_ERASED)
    _create_log()
    unprotect("callback_event")
    protect_but_from_erasure("callback_event", EVENT_KEEPS)
    protect("erasure_log")
    _explain(1)


def downgrade() -> None:
    protect_from_erasure_too("callback_event")
    unprotect("erasure_log")
    op.drop_table("erasure_log")
    op.drop_index("ix_call_not_erased", table_name="call")
    for table in ERASED_AT:
        op.drop_column(table, "erased_at")
    for column in MARKS:
        op.drop_column("voicemail_message", column)
    for kind, _ in KEPT:
        op.drop_column("policy", f"keep_{kind}_days")
    _explain(0)


def _add_marks() -> None:
    columns: tuple[sa.Column[Any], ...] = (
        sa.Column("secret_by", sa.Text(), nullable=True, comment="Who marked it secret, or lifted the mark, last"),
        sa.Column("secret_at", Instant(), nullable=True, comment="When"),
        sa.Column(
            "threat",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="Marked as a threat: evidence, which is not erased",
        ),
        sa.Column("threat_by", sa.Text(), nullable=True, comment="Who marked it as a threat, or lifted the mark, last"),
        sa.Column("threat_at", Instant(), nullable=True, comment="When"),
    )
    for column in columns:
        op.add_column("voicemail_message", column)


def _create_log() -> None:
    op.create_table(
        "erasure_log",
        sa.Column("id", RowId, sa.Identity(always=False), nullable=False, comment="Row number"),
        sa.Column("at", Instant(), nullable=False, comment="When it was erased"),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="What: audio, calls, tasks, letters, audit, absences, greetings or pins",
        ),
        sa.Column(
            "authority_id", sa.Integer(), nullable=True, comment="The authority whose rule it was; empty: of none alone"
        ),
        sa.Column("rule", sa.Text(), nullable=False, comment="By which rule, or on request"),
        sa.Column("count", sa.Integer(), nullable=False, comment="How many rows"),
        sa.Column("row_keys", JsonObject, nullable=False, comment="Which rows, as a list; no personal data"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_log")),
        comment="What was erased, when and by which rule; rows are only ever added",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_erasure_log_at"), "erasure_log", ["at"])


def _explain(version: int) -> None:
    """SQLite keeps no comments."""
    if op.get_context().dialect.name == "postgresql":
        op.alter_column("job", "kind", comment=JOB_KINDS[version])
        op.create_table_comment("callback_event", EVENTS[version])
