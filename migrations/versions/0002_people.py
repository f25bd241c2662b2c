"""People and groups, their numbers and phones."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "extension",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("authority_id", sa.Integer(), nullable=False, comment="The authority it belongs to"),
        sa.Column("digits", sa.Text(), nullable=False, comment="Short number inside the authority, e.g. 211"),
        sa.Column(
            "destination_kind",
            sa.Text(),
            nullable=False,
            comment="Where it leads: person, function_group, operators, announcement, extension, unit or refuse",
        ),
        sa.Column(
            "destination_key",
            sa.Text(),
            nullable=True,
            comment="Id of the person, group or unit, the prompt id, or the digits; else empty",
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_extension_authority_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
        sa.UniqueConstraint("authority_id", "digits", name=op.f("uq_extension_authority_id_digits")),
        comment="Short numbers inside an authority",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_extension_authority_id"), "extension", ["authority_id"], unique=False)
    op.create_table(
        "phone_number",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("authority_id", sa.Integer(), nullable=False, comment="The authority it belongs to"),
        sa.Column("e164", sa.Text(), nullable=False, comment="Public number in E.164, e.g. +46980319211"),
        sa.Column(
            "destination_kind",
            sa.Text(),
            nullable=False,
            comment="Where it leads: person, function_group, operators, announcement, extension, unit or refuse",
        ),
        sa.Column(
            "destination_key",
            sa.Text(),
            nullable=True,
            comment="Id of the person, group or unit, the prompt id, or the digits; else empty",
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_phone_number_authority_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_number")),
        sa.UniqueConstraint("e164", name=op.f("uq_phone_number_e164")),
        comment="Public numbers and where each leads",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_phone_number_authority_id"), "phone_number", ["authority_id"], unique=False)
    op.create_table(
        "function_group",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("authority_id", sa.Integer(), nullable=False, comment="The authority it belongs to"),
        sa.Column("name", sa.Text(), nullable=False, comment="Name of the function, e.g. Bygglov"),
        sa.Column("unit_id", sa.Integer(), nullable=True, comment="The unit that answers for it"),
        sa.Column(
            "ring_order",
            sa.Text(),
            server_default="all",
            nullable=False,
            comment="all at once, or in_order of position",
        ),
        sa.Column(
            "minimum_staffing", sa.Integer(), server_default="0", nullable=False, comment="Members who must be present"
        ),
        sa.Column("schedule_id", sa.Integer(), nullable=True, comment="Telephone hours; empty: always"),
        sa.Column(
            "ring_seconds", sa.Integer(), server_default="25", nullable=False, comment="How long each round rings"
        ),
        sa.Column(
            "operators",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="An operators' group: rings those who have signed in",
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_function_group_authority_id")),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_function_group_schedule_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_function_group_unit_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_function_group")),
        sa.UniqueConstraint("authority_id", "name", name=op.f("uq_function_group_authority_id_name")),
        comment="People who answer one number together",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_function_group_authority_id"), "function_group", ["authority_id"], unique=False)
    op.create_table(
        "person",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("authority_id", sa.Integer(), nullable=False, comment="The authority it belongs to"),
        sa.Column("name", sa.Text(), nullable=False, comment="First name and surname"),
        sa.Column("unit_id", sa.Integer(), nullable=True, comment="The unit where they work"),
        sa.Column("title", sa.Text(), server_default="", nullable=False, comment="Title, e.g. handläggare"),
        sa.Column(
            "duties", sa.Text(), server_default="", nullable=False, comment="What they do, in words to search for"
        ),
        sa.Column("keywords", sa.Text(), server_default="", nullable=False, comment="More words to search for"),
        sa.Column("email", sa.Text(), server_default="", nullable=False, comment="E-mail address"),
        sa.Column(
            "language", sa.Text(), server_default="sv", nullable=False, comment="The person's own language: sv or en"
        ),
        sa.Column(
            "pin_hash", sa.Text(), nullable=True, comment="Argon2 hash of the keypad PIN; empty: none chosen yet"
        ),
        sa.Column(
            "mailbox", sa.Boolean(), server_default=sa.true(), nullable=False, comment="Callers may leave messages"
        ),
        sa.Column(
            "ring_seconds", sa.Integer(), nullable=True, comment="How long the phones ring; empty: as the policy says"
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_person_authority_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_person_unit_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        comment="Staff and elected members who can be reached",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_person_authority_id"), "person", ["authority_id"], unique=False)
    op.create_index(op.f("ix_person_name"), "person", ["name"], unique=False)
    op.create_index(op.f("ix_person_unit_id"), "person", ["unit_id"], unique=False)
    op.create_table(
        "device",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("person_id", sa.Integer(), nullable=False, comment="Whose phone it is"),
        sa.Column("account", sa.Text(), nullable=False, comment="SIP user name, and the endpoint's name in Asterisk"),
        sa.Column("password", sa.Text(), nullable=False, comment="SIP password (secret); Asterisk needs it as it is"),
        sa.Column(
            "enabled",
            sa.Boolean(),
            server_default=sa.true(),
            nullable=False,
            comment="The phone may register and ring",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_device_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("account", name=op.f("uq_device_account")),
        comment="The authority's own phones (SIP accounts)",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_device_person_id"), "device", ["person_id"], unique=False)
    op.create_table(
        "function_member",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("group_id", sa.Integer(), nullable=False, comment="The group"),
        sa.Column("person_id", sa.Integer(), nullable=False, comment="The member"),
        sa.Column(
            "position",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="Place in the ringing order, lowest first",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["function_group.id"], name=op.f("fk_function_member_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_function_member_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_function_member")),
        sa.UniqueConstraint("group_id", "person_id", name=op.f("uq_function_member_group_id_person_id")),
        comment="Members of the function groups",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_function_member_person_id"), "function_member", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("function_member")
    op.drop_table("device")
    op.drop_table("person")
    op.drop_table("function_group")
    op.drop_table("phone_number")
    op.drop_table("extension")
