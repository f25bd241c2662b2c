"""One database, SQLite or PostgreSQL: connections, transactions, and the version of its schema."""

from switchboard.db.engine.connections import DRIVER_ERRORS, missing_file
from switchboard.db.engine.database import Database
from switchboard.db.engine.probe import DatabaseAway, Probe
from switchboard.db.engine.schema import (
    current_revision,
    downgrade,
    knows_revision,
    latest_revision,
    schema_is_current,
    upgrade,
)

__all__ = [
    "DRIVER_ERRORS",
    "Database",
    "DatabaseAway",
    "Probe",
    "current_revision",
    "downgrade",
    "knows_revision",
    "latest_revision",
    "missing_file",
    "schema_is_current",
    "upgrade",
]
