"""Trying again when the database was only away for a moment."""

import asyncio
import sqlite3

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from tenacity import AsyncRetrying, retry_if_exception, stop_after_delay, wait_exponential, wait_random

from switchboard.db.engine.connections import DRIVER_ERRORS

CONFLICT_STATES = {"40001", "40P01"}
"""PostgreSQL: serialization failure, deadlock. Done again, the transaction succeeds."""


def is_passing(error: BaseException) -> bool:
    """The connection broke, the server is starting, the file is locked, two transactions met: not the row's fault."""
    if isinstance(error, DBAPIError):
        cause = error.orig
        locked = isinstance(cause, sqlite3.OperationalError) and "locked" in str(cause)
        state = str(getattr(cause, "sqlstate", None) or "")
        return error.connection_invalidated or locked or state in CONFLICT_STATES or state.startswith(("08", "57P"))
    return isinstance(error, OSError | NoFreeConnection)


def is_rows_own(error: Exception) -> bool:
    """The database will never take it, however often it is tried: the fault is in what was to be written, and not the
    disk's, the connection's or the server's. SQLSTATE classes 22 and 23: data and integrity."""
    if isinstance(error, DBAPIError):
        state = str(getattr(error.orig, "sqlstate", None) or "")
        return isinstance(error, IntegrityError | DataError) or state.startswith(("22", "23"))
    if isinstance(error, StatementError):
        return True
    return not isinstance(error, (*DRIVER_ERRORS, sqlite3.Error))


def patiently(seconds: float) -> AsyncRetrying:
    """`async for attempt in patiently(5): with attempt: …`; the last error is raised when the time is over."""
    return AsyncRetrying(
        sleep=asyncio.sleep,
        retry=retry_if_exception(is_passing),
        stop=stop_after_delay(seconds),
        wait=wait_exponential(multiplier=0.05, max=1) + wait_random(0, 0.05),
        reraise=True,
    )
