"""Where a client keeps messages and their tasks: a folder of sounds and one small SQLite file, each message and its
task in one transaction. The standard library alone, since it runs in environments that have no more.

`mailboxes.json` in the folder says whose number it is and why they are away; it stands there before the client starts.
"""

import json
import os
import sqlite3
import wave
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

FOLDER = "BENCH_DESK"
"""The variable of the environment that names the folder."""
_TABLES = """
CREATE TABLE message (id TEXT PRIMARY KEY, person_id INTEGER NOT NULL, caller TEXT NOT NULL, received_at TEXT NOT NULL,
    duration_s REAL NOT NULL, file TEXT NOT NULL);
CREATE TABLE task (id INTEGER PRIMARY KEY, message_id TEXT NOT NULL REFERENCES message, person_id INTEGER NOT NULL,
    caller TEXT NOT NULL, due_at TEXT NOT NULL, state TEXT NOT NULL);
"""
_KEPT = "SELECT message.duration_s FROM message JOIN task ON task.message_id = message.id ORDER BY task.id"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Somebody who is away."""

    person_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Message:
    """`id` is the recording's name, too."""

    id: str
    mailbox: Mailbox
    caller: str
    received_at: datetime


def furnish(folder: Path, mailboxes: Mapping[str, Mailbox]) -> None:
    """Numbers and who is away there."""
    folder.mkdir(parents=True)
    table = {number: [each.person_id, each.reason] for number, each in mailboxes.items()}
    (folder / "mailboxes.json").write_text(json.dumps(table))


def due(received_at: datetime) -> datetime:
    """At the same time of the next day that is no Saturday or Sunday."""
    day = received_at + timedelta(days=1)
    return day + timedelta(days=7 - day.weekday() if day.weekday() > 4 else 0)


def kept(folder: Path) -> list[float]:
    """Seconds of each message that has its task, in the order in which they were kept."""
    if not (file := _file(folder)).exists():
        return []
    with closing(sqlite3.connect(file, timeout=10)) as database:
        return [float(row[0]) for row in database.execute(_KEPT)]


def _file(folder: Path) -> Path:
    return folder / "messages.sqlite3"


class MessageDesk:
    """All in one thread at a time."""

    def __init__(self, folder: Path) -> None:
        table = json.loads((folder / "mailboxes.json").read_text())
        self.mailboxes = {number: Mailbox(*row) for number, row in table.items()}
        self._folder = folder
        self._database = sqlite3.connect(_file(folder), isolation_level=None, check_same_thread=False)
        # As the service has it: what is committed survives a loss of power.
        self._database.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; {_TABLES}")

    def keep(self, message: Message, sound: bytes) -> None:
        """The sound is on the disk before the rows say so."""
        file = self._folder / f"{message.id}.wav"
        with file.open("wb") as target:
            target.write(sound)
            target.flush()
            os.fsync(target.fileno())
        with wave.open(str(file)) as heard:
            seconds = heard.getnframes() / heard.getframerate()
        who = message.mailbox.person_id
        self._database.execute("BEGIN IMMEDIATE")
        with self._database:
            self._database.execute(
                "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?)",
                (message.id, who, message.caller, message.received_at.isoformat(), seconds, file.name),
            )
            self._database.execute(
                "INSERT INTO task (message_id, person_id, caller, due_at, state) VALUES (?, ?, ?, ?, 'open')",
                (message.id, who, message.caller, due(message.received_at).isoformat()),
            )

    def close(self) -> None:
        self._database.close()
