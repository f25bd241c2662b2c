"""What a copy holds: `manifest.json`, written last, so that a folder without it is no copy."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from switchboard.db.audio_store import sync
from switchboard.errors import Conflict

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "switchboard.sqlite3"
RECORDINGS = "recordings"
PREFIX = "switchboard-"


@dataclass(frozen=True, slots=True)
class Manifest:
    """`revision`: of the schema. `rows` by table, `files` with their sha256 by path; `missing`: recordings that a row
    names and the audio store did not have."""

    made_at: datetime
    revision: str
    rows: Mapping[str, int]
    files: Mapping[str, str]
    missing: Sequence[str]


def write_manifest(folder: Path, manifest: Manifest) -> None:
    document = {"format": FORMAT, **asdict(manifest), "made_at": manifest.made_at.isoformat()}
    unfinished = folder / f"{MANIFEST}.part"
    unfinished.write_text(json.dumps(document, indent=1), encoding="utf-8")
    sync(unfinished)
    unfinished.replace(folder / MANIFEST)
    sync(folder)


def read_manifest(folder: Path) -> Manifest:
    """Raises Conflict."""
    file = folder / MANIFEST
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        if document.pop("format") != FORMAT:
            raise Conflict(f"{file} was written by another release")
        made_at = datetime.fromisoformat(document.pop("made_at"))
        return Manifest(made_at=made_at, **document)
    except FileNotFoundError:
        raise Conflict(f"{folder} holds no complete copy: there is no {MANIFEST}") from None
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise Conflict(f"{file} cannot be read ({type(error).__name__})") from None


def copies_in(folder: Path) -> Sequence[Path]:
    """The complete ones, the oldest first: their names begin with the time."""
    return sorted(path.parent for path in folder.glob(f"{PREFIX}*/{MANIFEST}"))


def checksum(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
