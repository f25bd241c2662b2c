"""The change feed and its triggers."""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import Watched, allow_changes, begin_listing, end_listing, refuse_changes, unwatch, watch
from switchboard.db.tables.columns import RowId

revision = "0005"
down_revision = "0004"

WATCHED = (
    Watched("authority", [["name"]]),
    Watched("policy", [["authority_id", "valid_from"]]),
    Watched("authority_day_off", [["authority_id", "rule", "on_date"]]),
    Watched("unit", [["authority_id", "name"]]),
    Watched("person"),
    Watched("extension", [["authority_id", "digits"]]),
    Watched("phone_number", [["e164"]]),
    Watched("device", [["account"]]),
    Watched("function_group", [["authority_id", "name"]]),
    Watched("function_member", [["group_id", "person_id"]]),
    Watched("schedule", [["authority_id", "name"]]),
    Watched("opening_period", key="schedule_id", listed_as="schedule"),
    Watched("schedule_exception", key="schedule_id", listed_as="schedule"),
    Watched("absence"),
    Watched("greeting"),
    Watched("routing_rule"),
    Watched("operator_session", [["group_id", "person_id"]]),
)

# A time without a zone that an administrator types in psql means local time in Sweden.
LOCAL_TIME = """
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET timezone TO %L', current_database(), 'Europe/Stockholm');
EXCEPTION WHEN insufficient_privilege THEN
    RAISE WARNING 'times typed without a zone are read in the zone of the session: not allowed to set the database''s';
END $$
"""


def upgrade() -> None:
    op.create_table(
        "change_counter",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="Always 1"),
        sa.Column("seq", RowId, nullable=False, comment="Number of the latest change"),
        sa.Column(
            "pruned",
            RowId,
            server_default="0",
            nullable=False,
            comment="Changes up to this number are no longer listed",
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_change_counter_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_counter")),
        comment="The number of the latest change; its lock makes the order of changes the order of commits",
    )
    op.create_table(
        "change_log",
        sa.Column("seq", RowId, autoincrement=False, nullable=False, comment="Number of the change"),
        sa.Column(
            "table_name", sa.Text(), nullable=False, comment="Table whose row changed; a period counts as its schedule"
        ),
        sa.Column("row_key", sa.Text(), nullable=False, comment="Id of the row, or * for the whole table"),
        sa.PrimaryKeyConstraint("seq", "table_name", "row_key", name=op.f("pk_change_log")),
        comment="Which rows of the configuration changed, in order of commits. Written by triggers; do not edit",
    )
    op.execute("INSERT INTO change_counter (id, seq) VALUES (1, 0)")
    begin_listing()
    watch(WATCHED)
    refuse_changes("callback_event")
    if op.get_context().dialect.name == "postgresql":
        op.execute(LOCAL_TIME)


def downgrade() -> None:
    allow_changes("callback_event")
    unwatch(WATCHED)
    end_listing()
    op.drop_table("change_log")
    op.drop_table("change_counter")
