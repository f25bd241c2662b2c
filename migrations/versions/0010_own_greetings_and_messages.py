"""Own greetings for each situation with their history; messages deleted and forwarded by their owners."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from switchboard.db.tables.columns import Instant, RowId

revision = "0010"
down_revision = "0009"

MESSAGE_COLUMNS = ("deleted_at", "preface_sha256", "forwarded_from", "forwarded_by")
EVENT_KINDS = (
    "opened, taken, promised, note, done or closed",
    "opened, taken, promised, note, handed_over, done or closed",
)


def upgrade() -> None:
    _create_versions()
    _add_columns_of_greetings()
    _add_columns_of_messages()
    _explain_events(1)


def downgrade() -> None:
    op.drop_index("ix_voicemail_message_forwarded_from", table_name="voicemail_message")
    for column in MESSAGE_COLUMNS:
        op.drop_column("voicemail_message", column)
    op.drop_column("policy", "greeting_max_seconds")
    op.drop_column("greeting", "situation")
    op.drop_table("greeting_version")
    _explain_events(0)


def _create_versions() -> None:
    op.create_table(
        "greeting_version",
        sa.Column("id", RowId, sa.Identity(always=False), nullable=False, comment="Row number"),
        sa.Column("owner_kind", sa.Text(), nullable=False, comment="person, unit, function_group or authority"),
        sa.Column("owner_id", sa.Integer(), nullable=False, comment="Id of the owner"),
        sa.Column("kind", sa.Text(), nullable=False, comment="name, personal or answer_phrase"),
        sa.Column("language", sa.Text(), nullable=False, comment="sv or en"),
        sa.Column("situation", sa.Text(), nullable=False, comment="always, present, absent or temporary"),
        sa.Column("reason", sa.Text(), nullable=True, comment="Only for this reason of absence"),
        sa.Column(
            "sha256", sa.Text(), nullable=False, comment="Name of the recording in the audio store (64 hex digits)"
        ),
        sa.Column(
            "master_sha256",
            sa.Text(),
            nullable=True,
            comment="The same at 16 kHz; empty: the source had no more than 8 kHz",
        ),
        sa.Column("valid_until", Instant(), nullable=True, comment="Until when it was to be played; empty: always"),
        sa.Column(
            "at", Instant(), nullable=True, comment="When it was put in force; empty: before this was written down"
        ),
        sa.Column("actor", sa.Text(), nullable=False, comment="Who did it; unknown: before this was written down"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_greeting_version")),
        comment="Every recording that was ever a greeting, so that an earlier one can be put in force again",
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_greeting_version_owner_kind_owner_id"), "greeting_version", ["owner_kind", "owner_id"], unique=False
    )


def _add_columns_of_greetings() -> None:
    op.add_column(
        "greeting",
        sa.Column(
            "situation",
            sa.Text(),
            server_default="always",
            nullable=False,
            comment="Of a personal greeting: always, present, absent, or temporary (with valid_until)",
        ),
    )
    op.add_column(
        "policy",
        sa.Column(
            "greeting_max_seconds",
            sa.Integer(),
            server_default="60",
            nullable=False,
            comment="Longest greeting that somebody may record, in seconds",
        ),
    )


def _add_columns_of_messages() -> None:
    added: tuple[sa.Column[Any], ...] = (
        sa.Column(
            "deleted_at", Instant(), nullable=True, comment="When its owner deleted it; empty: it is in the mailbox"
        ),
        sa.Column(
            "preface_sha256",
            sa.Text(),
            nullable=True,
            comment="Recording of what was said when it was forwarded; empty: nothing",
        ),
        sa.Column("forwarded_from", sa.Text(), nullable=True, comment="Id of the message it was forwarded from"),
        sa.Column("forwarded_by", sa.Integer(), nullable=True, comment="Id of the person who forwarded it"),
    )
    for column in added:
        op.add_column("voicemail_message", column)
    op.create_index(op.f("ix_voicemail_message_forwarded_from"), "voicemail_message", ["forwarded_from"], unique=False)


def _explain_events(version: int) -> None:
    """SQLite keeps no comments."""
    if op.get_context().dialect.name == "postgresql":
        op.alter_column("callback_event", "kind", comment=EVENT_KINDS[version])
