"""The operators' desk: queues, overflow, classes of service, kept places, notices."""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import Watched, unwatch, watch
from switchboard.db.tables.columns import Instant, RowId

revision = "0006"
down_revision = "0005"

WATCHED = (
    Watched("operator_queue", [["group_id"]]),
    Watched("overflow_rule"),
    Watched("call_class", [["authority_id", "name"]]),
    Watched("outgoing_rule"),
)
ADDED = {
    "absence": ("recorded_at",),
    "authority": ("private_prefix", "caller_id"),
    "policy": ("abandoned_opens_task", "abandoned_after_seconds"),
    "person": ("call_class_id",),
    "operator_session": ("pause_reason", "paused_since", "wrap_up_until", "idle_since", "missed"),
    "call": ("transfers", "waited_s", "private"),
    "call_event": ("account",),
}
CALL_COMMENTS = {
    "source": ("trunk or phone", "trunk, phone, or service: a kept place is called back"),
    "outcome": (
        "connected, message, abandoned, informed, refused, failed or interrupted",
        "connected, message, abandoned, informed, refused, failed, interrupted, transferred, booked or served",
    ),
}


def upgrade() -> None:
    _create_configuration()
    _create_kept()
    _add_columns_of_configuration()
    _add_columns_of_journal()
    watch(WATCHED)


def downgrade() -> None:
    unwatch(WATCHED)
    op.drop_index("ix_call_event_account", table_name="call_event")
    op.drop_index("ix_call_account", table_name="call")
    for table, columns in ADDED.items():
        for column in columns:
            op.drop_column(table, column)
    for table in ("notice", "queue_place", "outgoing_rule", "call_class", "overflow_rule", "operator_queue"):
        op.drop_table(table)
    _explain_call(0)


def _create_configuration() -> None:
    op.create_table(
        "operator_queue",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("group_id", sa.Integer(), nullable=False, comment="The operators' group"),
        sa.Column(
            "distribution",
            sa.Text(),
            server_default="ring_all",
            nullable=False,
            comment="To whom the first caller is offered: ring_all, longest_idle or fixed_order (by position)",
        ),
        sa.Column(
            "announce_seconds",
            sa.Integer(),
            server_default="45",
            nullable=False,
            comment="Between two spoken positions, in seconds",
        ),
        sa.Column(
            "wrap_up_seconds",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="After a call before the operator is rung again, in seconds",
        ),
        sa.Column(
            "keep_place",
            sa.Boolean(),
            server_default=sa.true(),
            nullable=False,
            comment="Callers may keep their place and be called back",
        ),
        sa.Column(
            "callback_tries",
            sa.Integer(),
            server_default="3",
            nullable=False,
            comment="How often a kept place is called before it becomes a callback task",
        ),
        sa.Column(
            "callback_pause_seconds",
            sa.Integer(),
            server_default="600",
            nullable=False,
            comment="Between two such calls, in seconds",
        ),
        sa.Column(
            "transfer_seconds",
            sa.Integer(),
            server_default="25",
            nullable=False,
            comment="How long a transfer rings before the caller comes back, in seconds",
        ),
        sa.Column(
            "hold_seconds",
            sa.Integer(),
            server_default="120",
            nullable=False,
            comment="How long a caller is held before the holder is rung, in seconds",
        ),
        sa.Column(
            "park_seconds",
            sa.Integer(),
            server_default="120",
            nullable=False,
            comment="How long a caller is parked before they come back, in seconds",
        ),
        sa.Column(
            "missed_before_pause",
            sa.Integer(),
            server_default="2",
            nullable=False,
            comment="Calls in a row not answered that pause an operator",
        ),
        sa.Column(
            "recall_priority",
            sa.Integer(),
            server_default="10",
            nullable=False,
            comment="Place of callers who come back; the lowest number has its turn first",
        ),
        sa.Column(
            "external_priority",
            sa.Integer(),
            server_default="20",
            nullable=False,
            comment="Place of callers from outside",
        ),
        sa.Column(
            "internal_priority", sa.Integer(), server_default="30", nullable=False, comment="Place of colleagues"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["function_group.id"], name=op.f("fk_operator_queue_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_queue")),
        sa.UniqueConstraint("group_id", name=op.f("uq_operator_queue_group_id")),
        comment="How an operators' group shares out its callers; a group without a row has what is used if left out",
        sqlite_autoincrement=True,
    )
    op.create_table(
        "overflow_rule",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("group_id", sa.Integer(), nullable=False, comment="The operators' group"),
        sa.Column("situation", sa.Text(), nullable=False, comment="nobody_signed_in, max_wait, max_length or closing"),
        sa.Column("action", sa.Text(), nullable=False, comment="group, message, callback or announcement"),
        sa.Column(
            "threshold",
            sa.Integer(),
            nullable=True,
            comment="max_wait: seconds of waiting; max_length: callers in line; closing: seconds after; empty: default",
        ),
        sa.Column(
            "action_key",
            sa.Text(),
            nullable=True,
            comment="group: id of the other group; announcement: a prompt id; else empty",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["function_group.id"], name=op.f("fk_overflow_rule_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overflow_rule")),
        comment="What becomes of callers whom the operators cannot take; a situation without a row has a default",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_overflow_rule_group_id"), "overflow_rule", ["group_id"], unique=False)
    op.create_table(
        "call_class",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("authority_id", sa.Integer(), nullable=False, comment="The authority it belongs to"),
        sa.Column("name", sa.Text(), nullable=False, comment="Name to know it by, e.g. Handläggare"),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_call_class_authority_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_class")),
        sa.UniqueConstraint("authority_id", "name", name=op.f("uq_call_class_authority_id_name")),
        comment="Classes of service: what people who have one may dial outside",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_call_class_authority_id"), "call_class", ["authority_id"], unique=False)
    op.create_table(
        "outgoing_rule",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("class_id", sa.Integer(), nullable=False, comment="The class of service"),
        sa.Column("priority", sa.Integer(), server_default="100", nullable=False, comment="Lowest is looked at first"),
        sa.Column("pattern", sa.Text(), nullable=False, comment="Pattern of the number in E.164 with +, e.g. +46!"),
        sa.Column("allow", sa.Boolean(), nullable=False, comment="Whether such numbers may be dialled"),
        sa.ForeignKeyConstraint(
            ["class_id"], ["call_class.id"], name=op.f("fk_outgoing_rule_class_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_rule")),
        comment="Numbers that a class may dial; the first rule that fits decides, and what no rule fits is refused",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outgoing_rule_class_id"), "outgoing_rule", ["class_id"], unique=False)


def _create_kept() -> None:
    op.create_table(
        "queue_place",
        sa.Column("id", RowId, sa.Identity(always=False), nullable=False, comment="Row number"),
        sa.Column(
            "call_id", sa.Text(), nullable=False, comment="The call; a kept place has that of the call that booked it"
        ),
        sa.Column("group_id", sa.Integer(), nullable=False, comment="The operators' group"),
        sa.Column("authority_id", sa.Integer(), nullable=False, comment="The authority that was called"),
        sa.Column("kind", sa.Text(), nullable=False, comment="caller: on the line; callback: to be called back"),
        sa.Column("priority", sa.Integer(), nullable=False, comment="Lowest has its turn first"),
        sa.Column("since", Instant(), nullable=False, comment="In line since then; equal priorities go by it"),
        sa.Column("called", sa.Text(), nullable=False, comment="Called number"),
        sa.Column(
            "number", sa.Text(), nullable=True, comment="Caller's number, or the one to call back (personal data)"
        ),
        sa.Column("language", sa.Text(), nullable=False, comment="The caller's language: sv or en"),
        sa.Column(
            "why",
            sa.Text(),
            nullable=True,
            comment="Why a caller came back, for the operator's display (personal data)",
        ),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False, comment="Calls back that were in vain"),
        sa.Column("not_before", Instant(), nullable=True, comment="Not to be called before then"),
        sa.Column("left_at", Instant(), nullable=True, comment="When the place was over; empty: still in line"),
        sa.Column(
            "left_how", sa.Text(), nullable=True, comment="answered, abandoned, booked, overflowed, closed or failed"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_place")),
        comment="Places in the operators' queues, those that are over too",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_queue_place_group_id_left_at"), "queue_place", ["group_id", "left_at"], unique=False)
    op.create_index(
        "ix_queue_place_in_line",
        "queue_place",
        ["call_id"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_table(
        "notice",
        sa.Column("id", RowId, sa.Identity(always=False), nullable=False, comment="Row number"),
        sa.Column("created_at", Instant(), nullable=False, comment="When there was something to tell"),
        sa.Column("task_id", sa.Text(), nullable=False, comment="The callback task"),
        sa.Column("kind", sa.Text(), nullable=False, comment="What is told: task_opened"),
        sa.Column("authority_id", sa.Integer(), nullable=False, comment="The authority whose rules hold"),
        sa.Column("person_id", sa.Integer(), nullable=True, comment="The person it is for, if a person"),
        sa.Column("unit_id", sa.Integer(), nullable=True, comment="The unit it is for, if a unit"),
        sa.Column("group_id", sa.Integer(), nullable=True, comment="The function group it is for, if a group"),
        sa.Column("state", sa.Text(), server_default="new", nullable=False, comment="new: not told by e-mail yet"),
        sa.ForeignKeyConstraint(["task_id"], ["callback_task.id"], name=op.f("fk_notice_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        comment="What somebody is to be told about callback tasks, written with the task",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_notice_person_id_id"), "notice", ["person_id", "id"], unique=False)
    op.create_index(op.f("ix_notice_task_id"), "notice", ["task_id"], unique=False)


def _add_columns_of_configuration() -> None:
    op.add_column(
        "absence", sa.Column("recorded_at", Instant(), nullable=True, comment="When it was said; empty: not known")
    )
    op.add_column(
        "authority",
        sa.Column(
            "private_prefix",
            sa.Text(),
            server_default="*9",
            nullable=False,
            comment="Dialled before a number it marks a private call; empty text: nothing does",
        ),
    )
    op.add_column(
        "authority",
        sa.Column(
            "caller_id",
            sa.Text(),
            server_default="main",
            nullable=False,
            comment="What is shown of outgoing calls: main number, or own",
        ),
    )
    op.add_column(
        "operator_session",
        sa.Column(
            "pause_reason",
            sa.Text(),
            nullable=True,
            comment="break, lunch, meeting, after_work or other; no_answer and no_phone are the system's own",
        ),
    )
    op.add_column(
        "operator_session", sa.Column("paused_since", Instant(), nullable=True, comment="When the pause began")
    )
    op.add_column(
        "operator_session",
        sa.Column("wrap_up_until", Instant(), nullable=True, comment="Not to be rung before then, after a call"),
    )
    op.add_column(
        "operator_session",
        sa.Column("idle_since", Instant(), nullable=True, comment="End of the latest call, else the sign-in"),
    )
    op.add_column(
        "operator_session",
        sa.Column(
            "missed", sa.Integer(), server_default="0", nullable=False, comment="Calls in a row that were not answered"
        ),
    )
    op.add_column(
        "policy",
        sa.Column(
            "abandoned_opens_task",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="Call back also those who gave up waiting for the operators",
        ),
    )
    op.add_column(
        "policy",
        sa.Column(
            "abandoned_after_seconds",
            sa.Integer(),
            server_default="10",
            nullable=False,
            comment="Only those who had waited so long, in seconds",
        ),
    )
    op.add_column(
        "person",
        sa.Column(
            "call_class_id",
            sa.Integer(),
            nullable=True,
            comment="Id of the call class: what they may dial; empty: Swedish numbers but premium ones",
        ),
    )


def _add_columns_of_journal() -> None:
    op.add_column(
        "call",
        sa.Column("transfers", sa.Integer(), server_default="0", nullable=False, comment="How often it was passed on"),
    )
    op.add_column(
        "call",
        sa.Column(
            "waited_s", sa.Float(), nullable=True, comment="Longest wait for the operators, in seconds; empty: none"
        ),
    )
    op.add_column(
        "call", sa.Column("private", sa.Boolean(), server_default=sa.false(), nullable=False, comment="A private call")
    )
    op.add_column(
        "call_event",
        sa.Column(
            "account", sa.Text(), nullable=True, comment="The phone that talks, of the events connected and resumed"
        ),
    )
    op.create_index(
        "ix_call_account",
        "call",
        ["account", "arrived_at"],
        unique=False,
        sqlite_where=sa.text("account IS NOT NULL"),
        postgresql_where=sa.text("account IS NOT NULL"),
    )
    op.create_index(
        "ix_call_event_account",
        "call_event",
        ["account", "id"],
        unique=False,
        sqlite_where=sa.text("account IS NOT NULL"),
        postgresql_where=sa.text("account IS NOT NULL"),
    )
    _explain_call(1)


def _explain_call(version: int) -> None:
    """SQLite keeps no comments."""
    if op.get_context().dialect.name == "postgresql":
        for column, comments in CALL_COMMENTS.items():
            op.alter_column("call", column, comment=comments[version])
