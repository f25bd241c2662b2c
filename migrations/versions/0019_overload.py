"""What callers get when there are as many calls as there may be."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column(
        "authority",
        sa.Column(
            "overload_answer",
            sa.Text(),
            server_default="spoken",
            nullable=False,
            comment="What its callers get when all lines are busy: spoken (a sentence), or refused (by SIP)",
        ),
    )


def downgrade() -> None:
    op.drop_column("authority", "overload_answer")
