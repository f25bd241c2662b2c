"""Autoreplies: what a person's mailbox answers while they are away, and to whom it refers."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from switchboard.db.tables.columns import Instant, JsonObject

revision = "0014"
down_revision = "0013"

KINDS = (
    "What is to be done: watch_task, find_calls, retention or erase_audio",
    "What is to be done: watch_task, find_calls, retention, erase_audio, find_absences, keep_autoreply or look_at_mail",
)
OF_POLICY = ("autoreply_mail", "autoreply_refers_to", "autoreply_min_hours")


def upgrade() -> None:
    op.create_table(
        "autoreply",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False, comment="Whose autoreply it is"),
        sa.Column(
            "absences",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="Checksum of the absences last looked at, deputies' included",
        ),
        sa.Column("told", JsonObject, nullable=False, comment="Which absences the person was told of by e-mail"),
        sa.Column(
            "wanted",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="Checksum of the reply last set; empty: none",
        ),
        sa.Column(
            "seen",
            sa.Text(),
            nullable=True,
            comment="The mailbox answers: ours, own (the person's own reply) or silent; empty: not known",
        ),
        sa.Column("seen_at", Instant(), nullable=True, comment="When the mailbox was last looked at"),
        sa.Column(
            "failures", sa.Integer(), server_default="0", nullable=False, comment="Tries in vain, one after the other"
        ),
        sa.Column("error", sa.Text(), nullable=True, comment="What went wrong the last time"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_autoreply_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_autoreply")),
        comment="What each person's mailbox answers while they are away, and what they were told",
    )
    op.create_index(op.f("ix_autoreply_seen_at"), "autoreply", ["seen_at"])
    _add_columns()
    _explain(1)


def downgrade() -> None:
    op.execute("DELETE FROM job WHERE kind IN ('find_absences', 'keep_autoreply', 'look_at_mail')")
    for column in OF_POLICY:
        op.drop_column("policy", column)
    op.drop_column("person", "mail_login")
    op.drop_index("ix_autoreply_seen_at", table_name="autoreply")
    op.drop_table("autoreply")
    _explain(0)


def _add_columns() -> None:
    op.add_column(
        "person",
        sa.Column(
            "mail_login",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="Login at the mail server, for the autoreply; empty: the e-mail address",
        ),
    )
    columns: tuple[sa.Column[Any], ...] = (
        sa.Column(
            "autoreply_mail",
            sa.Boolean(),
            server_default=sa.true(),
            nullable=False,
            comment="Send who is absent the text of their autoreply by e-mail",
        ),
        sa.Column(
            "autoreply_refers_to",
            sa.Text(),
            server_default="function",
            nullable=False,
            comment="Where an autoreply refers when no deputy is there: function, unit or switchboard",
        ),
        sa.Column(
            "autoreply_min_hours",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="No autoreply by mail for an absence shorter than so many hours",
        ),
    )
    for column in columns:
        op.add_column("policy", column)


def _explain(version: int) -> None:
    """SQLite keeps no comments."""
    if op.get_context().dialect.name == "postgresql":
        op.alter_column("job", "kind", comment=KINDS[version])
