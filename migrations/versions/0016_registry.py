"""Messages that were handed over to the registry, and erased here."""

import sqlalchemy as sa
from alembic import op

from switchboard.db.tables.columns import Instant

revision = "0016"
down_revision = "0015"

EVENTS = (
    "opened, joined, note, taken, released, attempted, promised, handed_over, overdue, done or closed",
    "opened, joined, note, taken, released, attempted, promised, handed_over, registered, overdue, done or closed",
)


def upgrade() -> None:
    columns: tuple[sa.Column[object], ...] = (
        sa.Column(
            "registered_as",
            sa.Text(),
            nullable=True,
            comment="Under which number the registry (diariet) took it over; empty: it did not",
        ),
        sa.Column(
            "registered_at",
            Instant(),
            nullable=True,
            comment="When it was handed over to the registry and erased here",
        ),
    )
    for column in columns:
        op.add_column("voicemail_message", column)
    _explain(1)


def downgrade() -> None:
    op.drop_column("voicemail_message", "registered_at")
    op.drop_column("voicemail_message", "registered_as")
    _explain(0)


def _explain(version: int) -> None:
    """SQLite keeps no comments."""
    if op.get_context().dialect.name == "postgresql":
        op.alter_column("callback_event", "kind", comment=EVENTS[version])
