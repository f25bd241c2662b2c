"""Calendars that absences are read from, and what of them was lifted by hand."""

import sqlalchemy as sa
from alembic import op

from switchboard.db.tables.columns import Instant

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    _create_sources()
    _create_liftings()
    op.add_column(
        "absence",
        sa.Column(
            "calendar_series", sa.Text(), nullable=True, comment="By calendar: the event's name there, as a checksum"
        ),
    )
    op.create_index(op.f("ix_absence_source"), "absence", ["source"], unique=False)
    for statement in _POSTGRESQL if _on_postgresql() else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    on = " ON calendar_source" if _on_postgresql() else ""
    for trigger in ("calendar_source_goes", "calendar_source_changes"):
        op.execute(f"DROP TRIGGER {trigger}{on}")
    if _on_postgresql():
        op.execute("DROP FUNCTION forget_calendar_absences()")
    op.execute("DELETE FROM absence WHERE source IN (SELECT 'calendar:' || id FROM calendar_source)")
    op.drop_index("ix_absence_source", table_name="absence")
    op.drop_column("absence", "calendar_series")
    op.drop_table("calendar_lifting")
    op.drop_table("calendar_source")


def _on_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"


def _create_sources() -> None:
    op.create_table(
        "calendar_source",
        _row_number(),
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
            "username",
            sa.Text(),
            nullable=True,
            comment="User for its server; empty: none is asked for, or credentials says it",
        ),
        sa.Column("password", sa.Text(), nullable=True, comment="Password for its server; never shown"),
        sa.Column(
            "credentials",
            sa.Text(),
            nullable=True,
            comment="Instead of username and password: a file with user:password in SWITCHBOARD_CALENDAR_SECRETS",
        ),
        sa.Column(
            "interval_seconds",
            sa.Integer(),
            nullable=True,
            comment="Looked at this often, 10 to 3600; empty: as SWITCHBOARD_CALENDAR_INTERVAL says",
        ),
        sa.Column(
            "enabled",
            sa.Boolean(),
            server_default=sa.true(),
            nullable=False,
            comment="Off: not looked at, and its absences are gone",
        ),
        *_states(),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_source_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_source")),
        comment="Calendars whose events are absences; the absences have the source calendar:id, and go with the row",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_calendar_source_person_id"), "calendar_source", ["person_id"], unique=False)


def _states() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("read_at", Instant(), nullable=True, comment="When it was last read; written by the service"),
        sa.Column(
            "failing_since",
            Instant(),
            nullable=True,
            comment="Since when something is wrong with it; written by the service",
        ),
        sa.Column(
            "failure",
            sa.Text(),
            nullable=True,
            comment="What is wrong with it now; empty: nothing. What was known stays in force; written by the service",
        ),
    )


def _create_liftings() -> None:
    op.create_table(
        "calendar_lifting",
        _row_number(),
        sa.Column("source_id", sa.Integer(), nullable=False, comment="The calendar that says so"),
        sa.Column("series", sa.Text(), nullable=False, comment="calendar_series of the absence"),
        sa.Column("reason", sa.Text(), nullable=False, comment="Reason of the absence"),
        sa.Column("start", Instant(), nullable=False, comment="Start of the absence"),
        sa.Column("until", Instant(), nullable=False, comment="End of the absence; then the row is deleted"),
        sa.Column(
            "open", sa.Boolean(), server_default=sa.false(), nullable=False, comment="Whether the absence was open"
        ),
        sa.Column("deputy_id", sa.Integer(), nullable=True, comment="Deputy of the absence"),
        sa.Column("lifted_at", Instant(), nullable=False, comment="When it was lifted"),
        sa.Column("lifted_by", sa.Text(), nullable=False, comment="Who lifted it, as in audit_log"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["calendar_source.id"], name=op.f("fk_calendar_lifting_source_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["deputy_id"], ["person.id"], name=op.f("fk_calendar_lifting_deputy_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_lifting")),
        comment="Absences by calendar that were lifted by hand: each stays lifted while its calendar says the same of "
        "it",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_calendar_lifting_source_id"), "calendar_lifting", ["source_id"], unique=False)


def _row_number() -> sa.Column[int]:
    return sa.Column(
        "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
    )


# A calendar's absences go with it, also where somebody deletes the row by a client that heeds no foreign keys.
_SQLITE = (
    "CREATE TRIGGER calendar_source_goes AFTER DELETE ON calendar_source BEGIN "
    "DELETE FROM absence WHERE source = 'calendar:' || OLD.id; END",
    "CREATE TRIGGER calendar_source_changes AFTER UPDATE OF person_id, enabled ON calendar_source "
    "WHEN NEW.person_id IS NOT OLD.person_id OR NOT NEW.enabled BEGIN "
    "DELETE FROM absence WHERE source = 'calendar:' || OLD.id; END",
)
_POSTGRESQL = (
    "CREATE FUNCTION forget_calendar_absences() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "DELETE FROM absence WHERE source = 'calendar:' || OLD.id; RETURN NULL; END $$",
    "CREATE TRIGGER calendar_source_goes AFTER DELETE ON calendar_source "
    "FOR EACH ROW EXECUTE FUNCTION forget_calendar_absences()",
    "CREATE TRIGGER calendar_source_changes AFTER UPDATE OF person_id, enabled ON calendar_source "
    "FOR EACH ROW WHEN (NEW.person_id IS DISTINCT FROM OLD.person_id OR NOT NEW.enabled) "
    "EXECUTE FUNCTION forget_calendar_absences()",
)
