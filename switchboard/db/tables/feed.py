"""The change feed: triggers write every change of the configuration here, and running services read it."""

from sqlalchemy import CheckConstraint, Column, Integer, Table, Text

from switchboard.db.tables.columns import RowId
from switchboard.db.tables.registry import metadata

WHOLE_TABLE = "*"

change_counter = Table(
    "change_counter",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, comment="Always 1"),
    Column("seq", RowId, nullable=False, comment="Number of the latest change"),
    Column(
        "pruned",
        RowId,
        nullable=False,
        server_default="0",
        comment="Changes up to this number are no longer listed",
    ),
    CheckConstraint("id = 1", name="single_row"),
    comment="The number of the latest change; its lock makes the order of changes the order of commits",
)

change_log = Table(
    "change_log",
    metadata,
    Column("seq", RowId, primary_key=True, autoincrement=False, comment="Number of the change"),
    Column(
        "table_name",
        Text,
        primary_key=True,
        comment="Table whose row changed; a period counts as its schedule",
    ),
    Column("row_key", Text, primary_key=True, comment="Id of the row, or * for the whole table"),
    comment="Which rows of the configuration changed, in order of commits. Written by triggers; do not edit",
)

spool_mark = Table(
    "spool_mark",
    metadata,
    Column("spool", Text, primary_key=True, comment="Id of a service's spool file"),
    Column("seq", RowId, nullable=False, autoincrement=False, comment="Number in it up to which all is written"),
    comment="What services kept beside the database while it was away, as far as it is written. Do not edit",
)
