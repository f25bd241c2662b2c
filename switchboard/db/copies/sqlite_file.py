"""An SQLite database as a file: copied while others use it, looked into whatever its schema, taken when nobody does."""

import sqlite3
from collections.abc import Iterator, Mapping, Set
from contextlib import closing, contextmanager
from pathlib import Path

from switchboard.db.audio_store import SHA256
from switchboard.errors import Conflict

PATIENCE_S = 10.0


def copy_sqlite(source: Path, target: Path) -> None:
    """One moment of it, by SQLite's own backup: nobody who writes is hindered. The copy is one whole file."""
    with _opened(source) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")


def check_sound(file: Path) -> None:
    """Raises Conflict where SQLite finds the file damaged."""
    try:
        with _opened(file) as database:
            found = str(database.execute("PRAGMA integrity_check").fetchone()[0])
    except sqlite3.Error as error:
        found = str(error)
    if found != "ok":
        raise Conflict(f"{file} is damaged: {found}")


def revision_of(file: Path) -> str | None:
    """None where it was never migrated."""
    with _opened(file) as database:
        if "alembic_version" not in _tables(database):
            return None
        row = database.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None


def rows_of(file: Path) -> Mapping[str, int]:
    """How many each table has, whatever tables there are."""
    with _opened(file) as database:
        count = 'SELECT count(*) FROM "{}"'
        return {name: int(database.execute(count.format(name)).fetchone()[0]) for name in _tables(database)}


def recordings_named_in(file: Path) -> Set[str]:
    """The sha256 of every recording that a row names. Tokens have hashes too."""
    found = set[str]()
    with _opened(file) as database:
        for table in _tables(database) - {"api_token"}:
            for column in database.execute(f'PRAGMA table_info("{table}")').fetchall():
                if str(column[1]).endswith("sha256"):
                    named = database.execute(f'SELECT DISTINCT "{column[1]}" FROM "{table}"')  # noqa: S608  of its schema
                    found.update(str(row[0]) for row in named if SHA256.fullmatch(str(row[0])))
    return found


def check_unused(file: Path) -> None:
    """Raises Conflict while another process has it open. Afterwards all of it is in this one file."""
    try:
        with _opened(file, patience_s=0.0) as database:
            database.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        raise Conflict(f"{file} is in use ({error}): stop the service first") from None


def _tables(database: sqlite3.Connection) -> Set[str]:
    listed = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {str(row[0]) for row in listed}


@contextmanager
def _opened(file: Path, patience_s: float = PATIENCE_S) -> Iterator[sqlite3.Connection]:
    """Never made where it is missing."""
    address = f"{file.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(address, uri=True, timeout=patience_s, isolation_level=None)) as database:
        yield database
