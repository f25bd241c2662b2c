"""When a caller came into the line where they wait: the longest wait counts from then, also over a restart."""

import sqlalchemy as sa
from alembic import op

from switchboard.db.tables.columns import Instant

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    comment = "Came into this line then, from which the longest wait counts; empty: at `since`"
    op.add_column("queue_place", sa.Column("entered_at", Instant(), nullable=True, comment=comment))


def downgrade() -> None:
    op.drop_column("queue_place", "entered_at")
