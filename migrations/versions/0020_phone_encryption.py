"""An authority can require that its people's telephones are encrypted."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


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


def downgrade() -> None:
    op.drop_column("authority", "phone_encryption")
