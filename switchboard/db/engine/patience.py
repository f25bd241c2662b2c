"""Trying again when the database was only away for a moment."""

import asyncio
import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from tenacity import AsyncRetrying, retry_if_exception, stop_after_delay, wait_exponential, wait_random

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


def patiently(seconds: float) -> AsyncRetrying:
    """`async for attempt in patiently(5): with attempt: …`; the last error is raised when the time is over."""
    return AsyncRetrying(
        sleep=asyncio.sleep,
        retry=retry_if_exception(is_passing),
        stop=stop_after_delay(seconds),
        wait=wait_exponential(multiplier=0.05, max=1) + wait_random(0, 0.05),
        reraise=True,
    )
