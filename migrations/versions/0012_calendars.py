"""Calendars that absences are read from."""

import sqlalchemy as sa
from alembic import op

from switchboard.db.tables.columns import Instant

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "calendar_source",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("person_id", sa.Integer(), nullable=False, comment="Whose calendar it is"),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="icalendar (an address to subscribe to) or caldav (a collection)",
        ),
        sa.Column(
            "url", sa.Text(), nullable=False, comment="Its address: whoever has it may be able to read the calendar"
        ),
        sa.Column(
            "credentials",
            sa.Text(),
            nullable=True,
            comment="File with user:password in SWITCHBOARD_CALENDAR_SECRETS; empty: none needed",
        ),
        sa.Column(
            "interval_seconds",
            sa.Integer(),
            server_default="30",
            nullable=False,
            comment="Looked at this often; 10 to 3600",
        ),
        sa.Column("enabled", sa.Boolean(), server_default=sa.true(), nullable=False, comment="Off: not looked at"),
        sa.Column("succeeded_at", Instant(), nullable=True, comment="When it was last read; written by the service"),
        sa.Column("failed_at", Instant(), nullable=True, comment="When it last failed; written by the service"),
        sa.Column(
            "failure",
            sa.Text(),
            nullable=True,
            comment="Why it fails now; empty: it does not. What was known stays in force",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_source_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_source")),
        comment="Calendars whose events are absences; the absences have the source calendar:id",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_calendar_source_person_id"), "calendar_source", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("calendar_source")
