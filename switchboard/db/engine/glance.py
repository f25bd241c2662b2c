"""One whole number out of an SQLite file, read at once in the event loop.

The same question through a thread took 0.65 ms of a call under load, for both threads want the interpreter; here it is
0.015 ms. It never waits: readers of a write-ahead log wait for nobody, and where SQLite says "busy" all the same, or
anything else, there is no answer and the question is asked in the ordinary way (docs/decisions/0007).
"""

import sqlite3
from pathlib import Path


class Glance:
    """`open` blocks on the disk and belongs in a thread; `look` does not."""

    def __init__(self, connection: sqlite3.Connection, statement: str) -> None:
        self._connection = connection
        self._statement = statement

    @classmethod
    def open(cls, file: Path, statement: str) -> "Glance":
        """Raises sqlite3.Error."""
        uri = f"{file.absolute().as_uri()}?mode=ro"
        connection = sqlite3.connect(uri, uri=True, timeout=0, isolation_level=None, check_same_thread=False)
        return cls(connection, statement)

    def look(self) -> int | None:
        """None where there is no answer at once."""
        try:
            rows = self._connection.execute(self._statement).fetchall()
            return int(rows[0][0])
        except (sqlite3.Error, LookupError, TypeError, ValueError):
            return None

    def close(self) -> None:
        self._connection.close()
