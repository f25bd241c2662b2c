"""How far what waited beside the database has been written."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "spool_mark",
        sa.Column("spool", sa.Text(), nullable=False, comment="Id of a service's spool file"),
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="Number in it up to which all is written",
        ),
        sa.PrimaryKeyConstraint("spool", name=op.f("pk_spool_mark")),
        comment="What services kept beside the database while it was away, as far as it is written. Do not edit",
    )


def downgrade() -> None:
    op.drop_table("spool_mark")
