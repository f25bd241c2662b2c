"""The demo's recordings: which file belongs to whom, as `sounds/demo/script.toml` lists them."""

import asyncio
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from switchboard.calls.ports import AudioStore
from switchboard.domain.directory import LANGUAGES


@dataclass(frozen=True)
class DemoRecording:
    """`owner` is the name of a person, unit, function group or authority; `kind` as in the table `greeting`."""

    owner: str
    kind: str
    language: str
    sha256: str


async def store_recordings(folder: Path, audio: AudioStore) -> tuple[Sequence[DemoRecording], Sequence[str]]:
    """Those whose file is there, stored; and a sentence for each that is missing."""
    stored: list[DemoRecording] = []
    missing: list[str] = []
    for owner, kind, language, file in await asyncio.to_thread(_listed, folder):
        try:
            wav = await asyncio.to_thread(file.read_bytes)
        except FileNotFoundError:
            missing.append(f"the recording {file.name} ({language}) of {owner} is not in {file.parent}: left out")
        else:
            stored.append(DemoRecording(owner, kind, language, await audio.put(wav)))
    return stored, missing


def _listed(folder: Path) -> list[tuple[str, str, str, Path]]:
    script = folder / "script.toml"
    if not script.is_file():
        return []
    entries = tomllib.loads(script.read_text(encoding="utf-8")).values()
    return [
        (entry["owner"], entry["kind"], language, folder / language / entry["file"])
        for entry in entries
        for language in LANGUAGES
        if language in entry
    ]
