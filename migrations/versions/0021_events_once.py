"""An event of a call that is written again, after a commit whose answer was lost, is there once."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

COMMENT = "Drawn when it happened: written again, the event is there once; empty: old"


def upgrade() -> None:
    op.add_column("call_event", sa.Column("stamp", sa.BigInteger(), nullable=True, comment=COMMENT))
    op.drop_index("ix_call_event_call_id", table_name="call_event")
    op.create_index("uq_call_event_stamp", "call_event", ["call_id", "stamp"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_call_event_stamp", table_name="call_event")
    op.create_index("ix_call_event_call_id", "call_event", ["call_id"], unique=False)
    op.drop_column("call_event", "stamp")
