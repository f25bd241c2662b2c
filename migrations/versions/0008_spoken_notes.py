"""Notes that colleagues speak for callback tasks which they have opened."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

LEFT_BY_CALLERS = "Messages left by callers"
MESSAGES = "Messages left by callers, and notes that colleagues spoke for callback tasks"


def upgrade() -> None:
    op.add_column(
        "pending_recording",
        sa.Column(
            "task_id",
            sa.Text(),
            nullable=True,
            comment="The callback task of which it is a note; empty: a message that opens one",
        ),
    )
    op.add_column(
        "voicemail_message",
        sa.Column(
            "spoken_by",
            sa.Text(),
            nullable=True,
            comment="The colleague who spoke it as a note of a callback task; empty: the caller",
        ),
    )
    _explain(MESSAGES)


def downgrade() -> None:
    _explain(LEFT_BY_CALLERS)
    op.drop_column("voicemail_message", "spoken_by")
    op.drop_column("pending_recording", "task_id")


def _explain(comment: str) -> None:
    """SQLite keeps no comments."""
    if op.get_bind().dialect.name == "postgresql":
        op.create_table_comment("voicemail_message", comment)
