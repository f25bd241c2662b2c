"""Absence by keypad: what each key means, wrong PINs, numbers that lead to the keypad services."""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import Watched, unwatch, watch
from switchboard.db.tables.columns import Instant, RowId

revision = "0009"
down_revision = "0008"

WATCHED = (Watched("absence_reason_code", [["authority_id", "digit"]]),)
DESTINATIONS = {
    "extension": ("destination_kind", False),
    "phone_number": ("destination_kind", False),
    "routing_rule": ("destination_kind", True),
    "unit": ("answering_kind", True),
}
KINDS = (
    "Where it leads: person, function_group, operators, announcement, extension, unit or refuse",
    "Where it leads: person, function_group, operators, announcement, extension, unit, keypad or refuse",
)


def upgrade() -> None:
    _create_codes()
    _create_locks()
    _explain_destinations(1)
    watch(WATCHED)


def downgrade() -> None:
    unwatch(WATCHED)
    _explain_destinations(0)
    op.drop_table("pin_lock")
    op.drop_table("absence_reason_code")


def _create_codes() -> None:
    op.create_table(
        "absence_reason_code",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("authority_id", sa.Integer(), nullable=False, comment="The authority it belongs to"),
        sa.Column("digit", sa.Text(), nullable=False, comment="The key: 0 to 9"),
        sa.Column("reason", sa.Text(), nullable=False, comment="A reason as in absence, e.g. meeting"),
        sa.Column(
            "name", sa.Text(), server_default="", nullable=False, comment="What it is called in lists, e.g. Möte"
        ),
        sa.Column(
            "four_digits",
            sa.Text(),
            server_default="time",
            nullable=False,
            comment="What four digits mean: time (HHMM) or date (MMDD); six are always a date",
        ),
        sa.Column(
            "default_length",
            sa.Text(),
            server_default="ask",
            nullable=False,
            comment="Without digits: ask, hours and minutes such as 1:30, next_working_day, or next_working_day 07:30: "
            "the time where no schedule says when the day begins",
        ),
        sa.Column(
            "open",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="Open: inform, then let the phone ring",
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_absence_reason_code_authority_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence_reason_code")),
        sa.UniqueConstraint("authority_id", "digit", name=op.f("uq_absence_reason_code_authority_id_digit")),
        comment="Absence by keypad: what each key means; an authority without rows has the usual ten",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_absence_reason_code_authority_id"), "absence_reason_code", ["authority_id"], unique=False)


def _create_locks() -> None:
    op.create_table(
        "pin_lock",
        sa.Column("id", RowId, sa.Identity(always=False), nullable=False, comment="Row number"),
        sa.Column("kind", sa.Text(), nullable=False, comment="mailbox: against one extension; caller: from one number"),
        sa.Column(
            "subject",
            sa.Text(),
            nullable=False,
            comment="mailbox: id of the authority, colon, digits; caller: the number in E.164 or hidden (personal "
            "data)",
        ),
        sa.Column("failures", sa.Integer(), nullable=False, comment="Wrong PINs that count"),
        sa.Column("latest_at", Instant(), nullable=False, comment="The latest of them; after a week all are forgotten"),
        sa.Column("locked_until", Instant(), nullable=True, comment="No PIN is tried before then; empty: not locked"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin_lock")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_pin_lock_kind_subject")),
        comment="Wrong PINs by keypad, and what is locked for them; deleting a row unlocks",
        sqlite_autoincrement=True,
    )


def _explain_destinations(version: int) -> None:
    """SQLite keeps no comments."""
    if op.get_context().dialect.name == "postgresql":
        for table, (column, nullable) in DESTINATIONS.items():
            op.alter_column(table, column, comment=KINDS[version], existing_type=sa.Text(), existing_nullable=nullable)
