"""What the service writes: calls, messages, callback tasks, tokens, the audit log."""

import sqlalchemy as sa
from alembic import op

from switchboard.db.tables.columns import Instant, JsonObject, LocalDate, RowId

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="What the token is for"),
        sa.Column("role", sa.Text(), nullable=False, comment="What it may do: admin, operator or staff"),
        sa.Column("sha256", sa.Text(), nullable=False, comment="Hash of the token; the token itself is not kept"),
        sa.Column("created_at", Instant(), nullable=False, comment="When it was made"),
        sa.Column("expires_at", Instant(), nullable=True, comment="Not valid from this moment on; empty: no end"),
        sa.Column("revoked_at", Instant(), nullable=True, comment="When it was withdrawn; empty: it holds"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("sha256", name=op.f("uq_api_token_sha256")),
        comment="Bearer tokens for the HTTP interface",
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit_log",
        sa.Column("id", RowId, sa.Identity(always=False), nullable=False, comment="Row number"),
        sa.Column("at", Instant(), nullable=False, comment="When it was done"),
        sa.Column("actor", sa.Text(), nullable=False, comment="Who did it"),
        sa.Column("action", sa.Text(), nullable=False, comment="What was done, e.g. token.create"),
        sa.Column("table_name", sa.Text(), nullable=True, comment="The table it was done to"),
        sa.Column("row_key", sa.Text(), nullable=True, comment="The row it was done to"),
        sa.Column(
            "detail", JsonObject, nullable=False, comment="Particulars; keys that begin with pii_ hold personal data"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
        comment="Who did what through the service; changes by plain SQL are not in it",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_audit_log_at"), "audit_log", ["at"], unique=False)
    op.create_table(
        "call",
        sa.Column("id", sa.Text(), nullable=False, comment="The caller's channel id, unique across all nodes"),
        sa.Column("authority_id", sa.Integer(), nullable=True, comment="The authority that was called, once known"),
        sa.Column("called", sa.Text(), nullable=False, comment="Called number as it came"),
        sa.Column(
            "caller", sa.Text(), nullable=True, comment="Caller's number as it came; empty: anonymous (personal data)"
        ),
        sa.Column("caller_name", sa.Text(), nullable=True, comment="Caller's name as it came (personal data)"),
        sa.Column("source", sa.Text(), nullable=False, comment="trunk or phone"),
        sa.Column("account", sa.Text(), nullable=True, comment="The device, where one of our phones called"),
        sa.Column("arrived_at", Instant(), nullable=False, comment="When the call came"),
        sa.Column("answered_at", Instant(), nullable=True, comment="When it was first answered"),
        sa.Column("ended_at", Instant(), nullable=True, comment="When it ended; empty: it is going on"),
        sa.Column(
            "outcome",
            sa.Text(),
            nullable=True,
            comment="connected, message, abandoned, informed, refused, failed or interrupted",
        ),
        sa.Column("outcome_reason", sa.Text(), nullable=True, comment="Why it ended so, in a short phrase"),
        sa.Column("route_reason", sa.Text(), nullable=True, comment="Why it went where it went: which rule, which row"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        comment="One row for each call",
    )
    op.create_index(op.f("ix_call_arrived_at"), "call", ["arrived_at"], unique=False)
    op.create_index(op.f("ix_call_authority_id"), "call", ["authority_id"], unique=False)
    op.create_index(
        "ix_call_going_on",
        "call",
        ["arrived_at"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "call_event",
        sa.Column(
            "id",
            RowId,
            sa.Identity(always=False),
            nullable=False,
            comment="Row number; events of a call are in this order",
        ),
        sa.Column("call_id", sa.Text(), nullable=False, comment="The call"),
        sa.Column("at", Instant(), nullable=False, comment="When it happened"),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="What happened, e.g. routed, rang, played, recorded, ended"
        ),
        sa.Column(
            "detail", JsonObject, nullable=False, comment="Particulars; keys that begin with pii_ hold personal data"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_event")),
        comment="What happened in each call",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_call_event_call_id"), "call_event", ["call_id"], unique=False)
    op.create_table(
        "pending_recording",
        sa.Column("name", sa.Text(), nullable=False, comment="Name of the recording in Asterisk"),
        sa.Column("call_id", sa.Text(), nullable=False, comment="The call in which it is recorded"),
        sa.Column("authority_id", sa.Integer(), nullable=False, comment="The authority whose rules hold"),
        sa.Column("person_id", sa.Integer(), nullable=True, comment="The person it is for, if a person"),
        sa.Column("unit_id", sa.Integer(), nullable=True, comment="The unit it is for, if a unit"),
        sa.Column("group_id", sa.Integer(), nullable=True, comment="The function group it is for, if a group"),
        sa.Column("caller", sa.Text(), nullable=True, comment="Caller's number, if known (personal data)"),
        sa.Column("started_at", Instant(), nullable=False, comment="When the recording began"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_pending_recording")),
        comment="Recordings begun and not yet kept or thrown away; what a restart takes over",
    )
    op.create_table(
        "voicemail_message",
        sa.Column("id", sa.Text(), nullable=False, comment="Id of the message"),
        sa.Column("recording_name", sa.Text(), nullable=False, comment="Name that the recording had in Asterisk"),
        sa.Column("call_id", sa.Text(), nullable=False, comment="The call in which it was left"),
        sa.Column("authority_id", sa.Integer(), nullable=False, comment="The authority whose rules hold"),
        sa.Column("person_id", sa.Integer(), nullable=True, comment="The person it is for, if a person"),
        sa.Column("unit_id", sa.Integer(), nullable=True, comment="The unit it is for, if a unit"),
        sa.Column("group_id", sa.Integer(), nullable=True, comment="The function group it is for, if a group"),
        sa.Column("caller", sa.Text(), nullable=True, comment="Caller's number, if known (personal data)"),
        sa.Column("received_at", Instant(), nullable=False, comment="When it was received"),
        sa.Column("duration_s", sa.Float(), nullable=False, comment="Length in seconds"),
        sa.Column(
            "sha256", sa.Text(), nullable=False, comment="Name of the recording in the audio store (64 hex digits)"
        ),
        sa.Column(
            "secret",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="Marked secret: nothing leaves by e-mail",
        ),
        sa.Column(
            "heard", sa.Boolean(), server_default=sa.false(), nullable=False, comment="Somebody has listened to it"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voicemail_message")),
        sa.UniqueConstraint("recording_name", name=op.f("uq_voicemail_message_recording_name")),
        comment="Messages left by callers",
    )
    op.create_index(
        op.f("ix_voicemail_message_authority_id_received_at"),
        "voicemail_message",
        ["authority_id", "received_at"],
        unique=False,
    )
    op.create_index(op.f("ix_voicemail_message_call_id"), "voicemail_message", ["call_id"], unique=False)
    op.create_index(op.f("ix_voicemail_message_person_id"), "voicemail_message", ["person_id"], unique=False)
    op.create_index(op.f("ix_voicemail_message_received_at"), "voicemail_message", ["received_at"], unique=False)
    op.create_table(
        "callback_task",
        sa.Column("id", sa.Text(), nullable=False, comment="Id of the task"),
        sa.Column("authority_id", sa.Integer(), nullable=False, comment="The authority whose rules hold"),
        sa.Column("person_id", sa.Integer(), nullable=True, comment="The person it is for, if a person"),
        sa.Column("unit_id", sa.Integer(), nullable=True, comment="The unit it is for, if a unit"),
        sa.Column("group_id", sa.Integer(), nullable=True, comment="The function group it is for, if a group"),
        sa.Column("caller", sa.Text(), nullable=True, comment="Whom to call back, if known (personal data)"),
        sa.Column("source", sa.Text(), nullable=False, comment="voicemail, operator, queue, abandoned or fallback"),
        sa.Column("call_id", sa.Text(), nullable=True, comment="The call that led to it"),
        sa.Column("voicemail_message_id", sa.Text(), nullable=True, comment="The message"),
        sa.Column("received_at", Instant(), nullable=False, comment="When the caller sought us"),
        sa.Column("deadline_date", LocalDate(), nullable=True, comment="Last working day to call back; empty: no term"),
        sa.Column("deadline", Instant(), nullable=True, comment="End of that day; empty: no term"),
        sa.Column("rule", sa.Text(), nullable=False, comment="How the deadline was counted, for people"),
        sa.Column("policy_id", sa.Integer(), nullable=True, comment="The version of the policy that it was counted by"),
        sa.Column(
            "promised_at", Instant(), nullable=True, comment="A time agreed with the caller; a deadline of its own"
        ),
        sa.Column(
            "status", sa.Text(), server_default="open", nullable=False, comment="open, taken, promised, done or closed"
        ),
        sa.ForeignKeyConstraint(
            ["voicemail_message_id"],
            ["voicemail_message.id"],
            name=op.f("fk_callback_task_voicemail_message_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_task")),
        comment="Promises to call somebody back",
    )
    op.create_index(
        op.f("ix_callback_task_authority_id_status"), "callback_task", ["authority_id", "status"], unique=False
    )
    op.create_index(op.f("ix_callback_task_call_id"), "callback_task", ["call_id"], unique=False)
    op.create_index(op.f("ix_callback_task_person_id_status"), "callback_task", ["person_id", "status"], unique=False)
    op.create_index(op.f("ix_callback_task_received_at"), "callback_task", ["received_at"], unique=False)
    op.create_index(op.f("ix_callback_task_status_deadline"), "callback_task", ["status", "deadline"], unique=False)
    op.create_index(
        op.f("ix_callback_task_voicemail_message_id"), "callback_task", ["voicemail_message_id"], unique=False
    )
    op.create_table(
        "callback_event",
        sa.Column(
            "id",
            RowId,
            sa.Identity(always=False),
            nullable=False,
            comment="Row number; events of a task are in this order",
        ),
        sa.Column("task_id", sa.Text(), nullable=False, comment="The task"),
        sa.Column("at", Instant(), nullable=False, comment="When it happened"),
        sa.Column("kind", sa.Text(), nullable=False, comment="opened, taken, promised, note, done or closed"),
        sa.Column("actor", sa.Text(), nullable=False, comment="Who did it: service, or the name of a person or token"),
        sa.Column("detail", JsonObject, nullable=False, comment="Particulars of the event"),
        sa.ForeignKeyConstraint(["task_id"], ["callback_task.id"], name=op.f("fk_callback_event_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_event")),
        comment="What happened to each callback task; rows are only ever added",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_callback_event_task_id"), "callback_event", ["task_id"], unique=False)


def downgrade() -> None:
    op.drop_table("callback_event")
    op.drop_table("callback_task")
    op.drop_table("voicemail_message")
    op.drop_table("pending_recording")
    op.drop_table("call_event")
    op.drop_table("call")
    op.drop_table("audit_log")
    op.drop_table("api_token")
