"""What each sound file is and how it was made (`sounds/manifest.json`).

A file whose checksum differs from its record was dropped in by somebody: it is marked as a studio recording and
never overwritten. Deleting the file brings the synthesised one back.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from switchboard.domain.directory import Language

MANIFEST_FILE = "manifest.json"
STUDIO = "studio recording"

Origin = Literal["made", "custom"]


@dataclass(frozen=True, slots=True)
class Record:
    """One file. `path` is relative to the folder of sounds; `made_from` is the sha256 of everything that shapes the
    sound (phonemes, voice, engine, mastering), None for a studio recording."""

    path: str
    id: str
    language: Language | None
    text: str
    sha256: str
    engine: str
    voice: str
    version: str
    origin: Origin
    made_from: str | None

    def with_checksum(self, sha256: str) -> "Record":
        return replace(self, sha256=sha256)


class Manifest:
    """The records by path. `save` writes them sorted, so that a change shows as one line in the history."""

    def __init__(self, sounds: Path) -> None:
        self._file = sounds / MANIFEST_FILE
        self._sounds = sounds
        self.records: dict[str, Record] = {}
        if self._file.exists():
            for row in json.loads(self._file.read_text(encoding="utf-8"))["files"]:
                self.records[row["path"]] = Record(**row)

    def is_custom(self, path: str) -> bool:
        """A file is there and is not the one that was made."""
        file = self._sounds / path
        known = self.records.get(path)
        if not file.exists():
            return False
        return known is None or known.origin == "custom" or known.sha256 != checksum(file)

    def is_current(self, path: str, made_from: str) -> bool:
        known = self.records.get(path)
        return known is not None and known.made_from == made_from and (self._sounds / path).exists()

    def keep_custom(self, record: Record) -> None:
        """Note a studio recording under its own checksum."""
        sha256 = checksum(self._sounds / record.path)
        self.records[record.path] = replace(
            record, sha256=sha256, engine=STUDIO, voice="", version="", origin="custom", made_from=None
        )

    def put(self, record: Record, content: bytes) -> None:
        """Write the file and its record at once: a file without a record would count as a studio recording."""
        file = self._sounds / record.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        self.records[record.path] = record
        self.save()

    def drop_all_but(self, paths: set[str]) -> list[str]:
        """Forget and delete what we made and the script no longer has. Returns the paths."""
        gone = [path for path, record in self.records.items() if path not in paths and record.origin == "made"]
        for path in gone:
            (self._sounds / path).unlink(missing_ok=True)
            del self.records[path]
        return gone

    def save(self) -> None:
        rows = (json.dumps(asdict(self.records[path]), ensure_ascii=False) for path in sorted(self.records))
        self._file.write_text('{"files": [\n' + ",\n".join(rows) + "\n]}\n", encoding="utf-8")


def checksum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
