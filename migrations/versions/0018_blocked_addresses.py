"""Addresses that are shut out because telephones' passwords were guessed from there."""

import sqlalchemy as sa
from alembic import op

from switchboard.db.tables.columns import Instant

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "blocked_address",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Row number, given by the database"
        ),
        sa.Column("address", sa.Text(), nullable=False, comment="IP address that is shut out (personal data)"),
        sa.Column(
            "times", sa.Integer(), nullable=False, comment="How often it was blocked; each time lasts twice as long"
        ),
        sa.Column("since", Instant(), nullable=False, comment="When passwords were last guessed from there too often"),
        sa.Column("until", Instant(), nullable=False, comment="From then on it is let in again"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocked_address")),
        sa.UniqueConstraint("address", name=op.f("uq_blocked_address_address")),
        comment="Addresses from which telephones' passwords were guessed; a row is deleted a week after its end",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_blocked_address_until", "blocked_address", ["until"])


def downgrade() -> None:
    op.drop_table("blocked_address")
