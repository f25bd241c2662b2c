"""What is left on the disk after a kill, read by nobody's code but SQLite's: faults in words."""

import hashlib
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from switchboard.db.engine import latest_revision
from tests.power_loss.office import Place


@dataclass
class Told:
    """What callers and colleagues were told is kept: recording and task by the number that each has alone."""

    messages: dict[str, str] = field(default_factory=dict)
    tasks: dict[str, str] = field(default_factory=dict)

    def note(self, line: str) -> None:
        kind, name, number = line.split()
        {"message": self.messages, "task": self.tasks}[kind][number] = name

    def __len__(self) -> int:
        return len(self.messages) + len(self.tasks)


def opens(place: Place) -> list[str]:
    """Database and spool open, are whole, and have the schema that the release needs."""
    found: list[str] = []
    for file in (place.database, place.spool):
        if not file.exists():
            continue
        with closing(sqlite3.connect(file)) as connection:
            found += [
                f"{file.name}: {said}" for (said,) in connection.execute("PRAGMA integrity_check") if said != "ok"
            ]
            found += [
                f"{file.name}: a row of {row[0]} refers to none"
                for row in connection.execute("PRAGMA foreign_key_check")
            ]
    with closing(sqlite3.connect(place.database)) as connection:
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if revision != latest_revision():
        found.append(f"the schema is {revision}")
    return found


def lost(place: Place, told: Told) -> list[str]:
    """Of what was told: what is neither kept nor on its way with everything that it needs."""
    with closing(sqlite3.connect(place.database)) as database:
        database.row_factory = sqlite3.Row
        kept = {row["recording_name"]: row for row in database.execute("SELECT * FROM voicemail_message")}
        tasks = {row["id"] for row in database.execute("SELECT id FROM callback_task")}
    waiting = "".join(_waiting(place.spool))
    found: list[str] = []
    for number, name in told.messages.items():
        if name in kept:
            found += _audio_fault(place.audio, name, kept[name]["sha256"])
            found += [] if kept[name]["caller"] == number else [f"{name}: kept, but not whose it is"]
        elif not (place.recordings / f"{name}.wav").exists():
            found.append(f"{name}: neither a message nor a recording")
    return found + [f"{task}: no task" for task in told.tasks.values() if task not in tasks and task not in waiting]


def _audio_fault(folder: Path, name: str, sha256: str) -> Iterator[str]:
    path = folder / sha256[:2] / f"{sha256}.wav"
    if not path.exists():
        yield f"{name}: its audio is missing"
    elif hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        yield f"{name}: its audio is another"


def _waiting(spool: Path) -> Sequence[str]:
    """A kill may come before the file is there, or before there is a table in it."""
    if not spool.exists():
        return ()
    with closing(sqlite3.connect(spool)) as connection:
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'item'").fetchone() is None:
            return ()
        return [body for (body,) in connection.execute("SELECT body FROM item")]


_EACH_ONCE = {
    "callers with several messages": "SELECT caller FROM voicemail_message WHERE caller IS NOT NULL "
    "GROUP BY caller HAVING count(*) > 1",
    "callers with several tasks": "SELECT caller FROM callback_task WHERE caller IS NOT NULL "
    "GROUP BY caller HAVING count(*) > 1",
    "messages of which nobody knows the caller": "SELECT id FROM voicemail_message WHERE caller IS NULL",
    "messages without a task": "SELECT id FROM voicemail_message WHERE task_id NOT IN (SELECT id FROM callback_task)",
    "tasks that were opened several times": "SELECT task_id FROM callback_event WHERE kind = 'opened' "
    "GROUP BY task_id HAVING count(*) > 1",
    "tasks that nobody opened": "SELECT id FROM callback_task WHERE id NOT IN "
    "(SELECT task_id FROM callback_event WHERE kind = 'opened')",
    "calls that ended several times": "SELECT call_id FROM call_event WHERE kind = 'ended' AND detail LIKE '%outcome%' "
    "GROUP BY call_id HAVING count(*) > 1",
    "events that are written twice": "SELECT call_id FROM call_event WHERE kind NOT IN ('fault') "
    "GROUP BY call_id, at, kind, detail HAVING count(*) > 1",
    "events out of order": "SELECT id FROM "
    "(SELECT id, at, lag(at) OVER (PARTITION BY call_id ORDER BY id) AS before FROM call_event) WHERE at < before",
}


def doubled(place: Place) -> list[str]:
    """Also what is not in the order in which it happened."""
    with closing(sqlite3.connect(place.database)) as database:
        counted = {name: len(database.execute(query).fetchall()) for name, query in _EACH_ONCE.items()}
    return [f"{count} {name}" for name, count in counted.items() if count]


def unfinished(place: Place, told: Told) -> list[str]:
    """After everything was done that there was to do."""
    with closing(sqlite3.connect(place.database)) as database:
        names = {name for (name,) in database.execute("SELECT recording_name FROM voicemail_message")}
        tasks = {id for (id,) in database.execute("SELECT id FROM callback_task")}
        pending = database.execute("SELECT count(*) FROM pending_recording").fetchone()[0]
        open_calls = database.execute("SELECT count(*) FROM call WHERE ended_at IS NULL").fetchone()[0]
    counted = {
        "messages that were told are not kept": _missing(told.messages.values(), names),
        "tasks that were told are not open": _missing(told.tasks.values(), tasks),
        "recordings are pending": pending,
        "calls have no end": open_calls,
        "entries wait in the spool": len(_waiting(place.spool)),
    }
    return [f"{count} {what}" for what, count in counted.items() if count]


def _missing(told: Collection[str], there: Collection[str]) -> int:
    return sum(each not in there for each in told)
