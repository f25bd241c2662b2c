"""An authority can require that its people's telephones are encrypted; a task can come of a lost message."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

SOURCES = (
    "voicemail, operator, queue, abandoned or fallback",
    "voicemail, operator, queue, abandoned, fallback or interrupted",
)


def upgrade() -> None:
    op.add_column(
        "authority",
        sa.Column(
            "phone_encryption",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="Its people's telephones call over TLS with SRTP, or not at all",
        ),
    )
    _explain(1)


def downgrade() -> None:
    op.drop_column("authority", "phone_encryption")
    _explain(0)


def _explain(version: int) -> None:
    """SQLite keeps no comments."""
    if op.get_context().dialect.name == "postgresql":
        op.alter_column("callback_task", "source", comment=SOURCES[version])
