"""The service, with a line in the file BENCH_STATEMENTS for each SQL statement that it gives to SQLite:
`python -m tests.bench.counted_service serve`. At the driver, under whatever asks: the engine's pools, the probe of the
change feed, and what is read in the event loop.
"""

import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from switchboard.cli import main
from tests.bench.statements import FILE, line

_CONNECT = sqlite3.connect
_FILE = os.open(Path(os.environ[FILE]), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


class _Cursor(sqlite3.Cursor):
    def execute(self, sql: str, parameters: Any = (), /) -> "_Cursor":  # noqa: ANN401 - as the driver's own
        _note(sql, self.connection)
        super().execute(sql, parameters)
        return self

    def executemany(self, sql: str, rows: Iterable[Any], /) -> "_Cursor":
        """SQLite carries it out once for each row."""
        rows = list(rows)
        for _ in rows:
            _note(sql, self.connection)
        super().executemany(sql, rows)
        return self


class _Connection(sqlite3.Connection):
    """Its own shortcuts go through the cursor, too."""

    def cursor(self, factory: Any = _Cursor) -> Any:  # noqa: ANN401 - as the driver's own
        return super().cursor(factory)

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401 - as the driver's own
        return _Cursor(self).execute(sql, parameters)

    def executemany(self, sql: str, rows: Iterable[Any], /) -> sqlite3.Cursor:
        return _Cursor(self).executemany(sql, rows)


def _note(sql: str, connection: sqlite3.Connection) -> None:
    os.write(_FILE, line(sql, within=connection.in_transaction).encode())


def _connect(database: Any, *words: Any, **settings: Any) -> sqlite3.Connection:  # noqa: ANN401 - as the driver's own
    connection: sqlite3.Connection = _CONNECT(database, *words, **settings | {"factory": _Connection})
    return connection


if __name__ == "__main__":
    sqlite3.connect = _connect  # type: ignore[assignment]
    main()
