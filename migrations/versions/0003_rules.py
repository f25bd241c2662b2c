"""Absences, greetings, routing rules, operators at work."""

import sqlalchemy as sa
from alembic import op

from switchboard.db.tables.columns import Instant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "greeting",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("owner_kind", sa.Text(), nullable=False, comment="person, unit, function_group or authority"),
        sa.Column("owner_id", sa.Integer(), nullable=False, comment="Id of the owner"),
        sa.Column("kind", sa.Text(), nullable=False, comment="name, personal or answer_phrase"),
        sa.Column("language", sa.Text(), server_default="sv", nullable=False, comment="sv or en"),
        sa.Column(
            "sha256", sa.Text(), nullable=False, comment="Name of the recording in the audio store (64 hex digits)"
        ),
        sa.Column(
            "reason", sa.Text(), nullable=True, comment="Only for this reason of absence; empty: for every situation"
        ),
        sa.Column("valid_until", Instant(), nullable=True, comment="Not played from this moment on; empty: always"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_greeting")),
        comment="Recorded names, personal greetings and answer phrases",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_greeting_owner_kind_owner_id"), "greeting", ["owner_kind", "owner_id"], unique=False)
    op.create_table(
        "routing_rule",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("authority_id", sa.Integer(), nullable=False, comment="The authority it belongs to"),
        sa.Column("priority", sa.Integer(), server_default="100", nullable=False, comment="Lowest is looked at first"),
        sa.Column(
            "called_pattern",
            sa.Text(),
            nullable=True,
            comment="Pattern or digits of the called number; empty: every number",
        ),
        sa.Column(
            "caller_pattern",
            sa.Text(),
            nullable=True,
            comment="Pattern of the caller's number, or anonymous; empty: every caller",
        ),
        sa.Column("schedule_id", sa.Integer(), nullable=True, comment="The schedule that schedule_state asks"),
        sa.Column(
            "schedule_state",
            sa.Text(),
            server_default="always",
            nullable=False,
            comment="Rule counts: always, open or closed",
        ),
        sa.Column("action", sa.Text(), nullable=False, comment="route or refuse"),
        sa.Column(
            "destination_kind",
            sa.Text(),
            nullable=True,
            comment="Where it leads: person, function_group, operators, announcement, extension, unit or refuse",
        ),
        sa.Column(
            "destination_key",
            sa.Text(),
            nullable=True,
            comment="Id of the person, group or unit, the prompt id, or the digits; else empty",
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_routing_rule_authority_id")),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name=op.f("fk_routing_rule_schedule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_rule")),
        comment="Rules looked at before the directory, in order of priority",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_routing_rule_authority_id"), "routing_rule", ["authority_id"], unique=False)
    op.create_table(
        "absence",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("person_id", sa.Integer(), nullable=False, comment="Who is away"),
        sa.Column(
            "reason",
            sa.Text(),
            nullable=False,
            comment="meeting, lunch, business_trip, vacation, sick, parental_leave, gone_for_day, course, "
            "care_of_child, temporarily_out or other",
        ),
        sa.Column("start", Instant(), nullable=False, comment="Away from this moment"),
        sa.Column("until", Instant(), nullable=True, comment="Back at this moment; empty: not known"),
        sa.Column(
            "open",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="Open: inform, then let the phone ring",
        ),
        sa.Column("deputy_id", sa.Integer(), nullable=True, comment="Who stands in"),
        sa.Column(
            "source",
            sa.Text(),
            server_default="admin",
            nullable=False,
            comment="Who said so: admin, phone, web, calendar",
        ),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_absence_deputy_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_absence_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        comment="Absences; while one is in force no phone of the person rings",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_absence_person_id_until_start"), "absence", ["person_id", "until", "start"], unique=False)
    op.create_table(
        "operator_session",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("person_id", sa.Integer(), nullable=False, comment="The operator"),
        sa.Column("group_id", sa.Integer(), nullable=False, comment="Operators' group"),
        sa.Column(
            "paused",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="Signed in, but not to be rung now",
        ),
        sa.Column("since", Instant(), nullable=True, comment="When the operator signed in"),
        sa.ForeignKeyConstraint(
            ["group_id"], ["function_group.id"], name=op.f("fk_operator_session_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_operator_session_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_session")),
        sa.UniqueConstraint("group_id", "person_id", name=op.f("uq_operator_session_group_id_person_id")),
        comment="Operators who are signed in; a row is deleted at sign-out",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_operator_session_person_id"), "operator_session", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("operator_session")
    op.drop_table("absence")
    op.drop_table("routing_rule")
    op.drop_table("greeting")
