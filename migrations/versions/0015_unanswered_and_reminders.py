"""Who does not answer although no absence says so, who was reminded of a greeting, and calls back by code."""

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

from migrations.triggers import Watched, unwatch, watch
from switchboard.db.tables.columns import Instant

revision = "0015"
down_revision = "0014"

WATCHED = (Watched("unanswered_calls", [["person_id"]]),)
COMMENTS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("job", "kind"): (
        "What is to be done: watch_task, find_calls, retention, erase_audio, find_absences, keep_autoreply or "
        "look_at_mail",
        "What is to be done: watch_task, find_calls, retention, erase_audio, find_absences, keep_autoreply, "
        "look_at_mail or remind_of_greetings",
    ),
}
POLICY = ("unanswered_calls", "unanswered_diverts", "greeting_reminder_days")
IS_AT_THE_DESK = sa.text("kind = 'desk'")


def upgrade() -> None:
    _create_tables()
    _add_to_policy()
    op.create_index(
        "ix_call_event_desk", "call_event", ["at"], sqlite_where=IS_AT_THE_DESK, postgresql_where=IS_AT_THE_DESK
    )
    _explain(1)
    watch(WATCHED)


def downgrade() -> None:
    unwatch(WATCHED)
    op.drop_index("ix_call_event_desk", table_name="call_event")
    for table in ("greeting_reminder", "unanswered_calls"):
        op.drop_table(table)
    for column in POLICY:
        op.drop_column("policy", column)
    op.execute("DELETE FROM job WHERE kind = 'remind_of_greetings'")
    _explain(0)


def _create_tables() -> None:
    op.create_table(
        "unanswered_calls",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("person_id", sa.Integer(), nullable=False, comment="Whose telephones rang out"),
        sa.Column(
            "calls",
            sa.Integer(),
            nullable=False,
            comment="How many calls in a row, in working hours and without an absence",
        ),
        sa.Column("latest_at", Instant(), nullable=False, comment="The latest of them"),
        sa.Column(
            "asked_at",
            Instant(),
            nullable=True,
            comment="When the person was asked to set an absence; empty: not yet",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_unanswered_calls_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unanswered_calls")),
        sa.UniqueConstraint("person_id", name=op.f("uq_unanswered_calls_person_id")),
        comment="Who does not answer although no absence says so; a row is deleted when the person touches a telephone",
        sqlite_autoincrement=True,
    )
    op.create_table(
        "greeting_reminder",
        sa.Column("person_id", sa.Integer(), nullable=False, comment="Who lacks a greeting"),
        sa.Column(
            "sent_at",
            Instant(),
            nullable=False,
            comment="When they were last reminded, by e-mail where they have an address",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_greeting_reminder_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_greeting_reminder")),
        comment="Who was reminded to record a greeting of their own",
    )


def _add_to_policy() -> None:
    numbers = (
        (
            "unanswered_calls",
            "3",
            "Ask for an absence after so many calls in a row that rang out in working hours; 0: never",
        ),
        ("greeting_reminder_days", "30", "Remind who lacks a greeting of their own every so many days; 0: never"),
    )
    for name, default, comment in numbers:
        op.add_column("policy", sa.Column(name, sa.Integer(), server_default=default, nullable=False, comment=comment))
    op.add_column(
        "policy",
        sa.Column(
            "unanswered_diverts",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="Whoever was asked is not rung until they touch a telephone; callers are told that nobody answers",
        ),
    )


def _explain(version: int) -> None:
    """SQLite keeps no comments."""
    if op.get_context().dialect.name == "postgresql":
        for (table, column), comments in COMMENTS.items():
            op.alter_column(table, column, comment=comments[version])
