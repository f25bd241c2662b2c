"""The authorities, their policies, opening hours and units."""

import sqlalchemy as sa
from alembic import op

from switchboard.db.tables.columns import LocalDate, LocalTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "authority",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="Name as it is shown and read, e.g. Norrby kommun"),
        sa.Column("main_number", sa.Text(), nullable=False, comment="Main number in E.164, e.g. +46980319200"),
        sa.Column(
            "languages",
            sa.Text(),
            server_default="sv,en",
            nullable=False,
            comment="Languages spoken, first one first: sv,en",
        ),
        sa.Column(
            "operators_group_id", sa.Integer(), nullable=True, comment="Id of the function group that answers for it"
        ),
        sa.Column("country_code", sa.Text(), server_default="46", nullable=False, comment="Country code without +"),
        sa.Column(
            "area_code",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="Area code without the leading 0, e.g. 980",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority")),
        sa.UniqueConstraint("name", name=op.f("uq_authority_name")),
        comment="A kommun, kommunalförbund or bolag: everything else belongs to one",
        sqlite_autoincrement=True,
    )
    op.create_table(
        "authority_day_off",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("authority_id", sa.Integer(), nullable=False, comment="The authority it belongs to"),
        sa.Column("rule", sa.Text(), nullable=False, comment="midsummer_eve, christmas_eve, new_years_eve or date"),
        sa.Column("on_date", LocalDate(), nullable=True, comment="The day, where the rule is date"),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_authority_day_off_authority_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority_day_off")),
        sa.UniqueConstraint(
            "authority_id", "rule", "on_date", name=op.f("uq_authority_day_off_authority_id_rule_on_date")
        ),
        comment="Days that are no working days of the authority, beside the public holidays",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_authority_day_off_authority_id"), "authority_day_off", ["authority_id"], unique=False)
    op.create_table(
        "policy",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("authority_id", sa.Integer(), nullable=False, comment="The authority it belongs to"),
        sa.Column(
            "valid_from", LocalDate(), nullable=False, comment="First day in force; it holds until the next version"
        ),
        sa.Column(
            "callback_working_days",
            sa.Integer(),
            nullable=True,
            comment="Call back within this many working days; empty: no term",
        ),
        sa.Column(
            "email_counts",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="An e-mail answers as a call does",
        ),
        sa.Column(
            "mailbox_without_greeting",
            sa.Boolean(),
            server_default=sa.true(),
            nullable=False,
            comment="Offer the mailbox also to people who have recorded no greeting",
        ),
        sa.Column(
            "speak_sick_reason",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="Tell callers that somebody is ill",
        ),
        sa.Column(
            "message_max_seconds",
            sa.Integer(),
            server_default="180",
            nullable=False,
            comment="Longest message, in seconds",
        ),
        sa.Column(
            "message_silence_seconds",
            sa.Integer(),
            server_default="5",
            nullable=False,
            comment="Silence that ends a message",
        ),
        sa.Column(
            "ring_seconds", sa.Integer(), server_default="25", nullable=False, comment="How long a person's phones ring"
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_policy_authority_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
        sa.UniqueConstraint("authority_id", "valid_from", name=op.f("uq_policy_authority_id_valid_from")),
        comment="An authority's rules in versions; a call is judged by the version in force that day",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_policy_authority_id"), "policy", ["authority_id"], unique=False)
    op.create_table(
        "schedule",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("authority_id", sa.Integer(), nullable=False, comment="The authority it belongs to"),
        sa.Column("name", sa.Text(), nullable=False, comment="Name to know it by, e.g. Växelns öppettider"),
        sa.Column(
            "closed_on_holidays",
            sa.Boolean(),
            server_default=sa.true(),
            nullable=False,
            comment="Closed on public holidays and days off, unless an exception opens",
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_schedule_authority_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
        sa.UniqueConstraint("authority_id", "name", name=op.f("uq_schedule_authority_id_name")),
        comment="Opening hours that units, groups and rules refer to",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_schedule_authority_id"), "schedule", ["authority_id"], unique=False)
    op.create_table(
        "opening_period",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("schedule_id", sa.Integer(), nullable=False, comment="The schedule"),
        sa.Column("weekday", sa.Integer(), nullable=False, comment="0 Monday to 6 Sunday"),
        sa.Column("opens", LocalTime(), nullable=False, comment="Open from this time"),
        sa.Column(
            "closes", LocalTime(), nullable=False, comment="Closed from this time on; 00:00 is the end of the day"
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_opening_period_schedule_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_period")),
        comment="Weekly opening hours",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_opening_period_schedule_id"), "opening_period", ["schedule_id"], unique=False)
    op.create_table(
        "schedule_exception",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("schedule_id", sa.Integer(), nullable=False, comment="The schedule"),
        sa.Column("first_date", LocalDate(), nullable=False, comment="First day of the exception"),
        sa.Column("last_date", LocalDate(), nullable=False, comment="Last day of the exception"),
        sa.Column(
            "opens", LocalTime(), nullable=True, comment="Open from this time; empty with closes: closed all day"
        ),
        sa.Column(
            "closes", LocalTime(), nullable=True, comment="Closed from this time on; 00:00 is the end of the day"
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_schedule_exception_schedule_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_exception")),
        comment="Days on which other hours hold than the weekly ones",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_schedule_exception_schedule_id"), "schedule_exception", ["schedule_id"], unique=False)
    op.create_table(
        "unit",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("authority_id", sa.Integer(), nullable=False, comment="The authority it belongs to"),
        sa.Column("name", sa.Text(), nullable=False, comment="Name of the unit, e.g. Bygglov"),
        sa.Column("parent_id", sa.Integer(), nullable=True, comment="The unit above it"),
        sa.Column("schedule_id", sa.Integer(), nullable=True, comment="Its opening hours"),
        sa.Column(
            "answering_kind",
            sa.Text(),
            nullable=True,
            comment="Where it leads: person, function_group, operators, announcement, extension, unit or refuse",
        ),
        sa.Column(
            "answering_key",
            sa.Text(),
            nullable=True,
            comment="Id of the person, group or unit, the prompt id, or the digits; else empty",
        ),
        sa.Column("manager_id", sa.Integer(), nullable=True, comment="Id of the person who is responsible"),
        sa.Column(
            "email", sa.Text(), server_default="", nullable=False, comment="Function mailbox for messages to the unit"
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_unit_authority_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_unit_schedule_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("authority_id", "name", name=op.f("uq_unit_authority_id_name")),
        comment="The organisation, as a tree",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_unit_authority_id"), "unit", ["authority_id"], unique=False)


def downgrade() -> None:
    op.drop_table("unit")
    op.drop_table("schedule_exception")
    op.drop_table("opening_period")
    op.drop_table("schedule")
    op.drop_table("policy")
    op.drop_table("authority_day_off")
    op.drop_table("authority")
