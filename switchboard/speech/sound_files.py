"""The folder of sounds: which files there are, and the ones that are put there while the service runs."""

import time
from collections.abc import Callable
from pathlib import Path

from switchboard.domain.directory import LANGUAGES, Language

SoundFile = tuple[Language, str]  # the folder and the name without `.wav`
LOOK_AGAIN_S = 1.0


class SoundFiles:
    """Read once when it is made. A file that was not there is looked for again when it is asked for: one `stat` of the
    local disk, at most once a second for each file. `monotonic` gives seconds."""

    def __init__(self, sounds: Path, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._sounds = sounds
        self._monotonic = monotonic
        self._present = {(language, file.stem) for language in LANGUAGES for file in (sounds / language).glob("*.wav")}
        self._looked_at: dict[SoundFile, float] = {}

    def seen(self, file: SoundFile) -> bool:
        """The file was there when it was last looked for; the disk is left alone."""
        return file in self._present

    def has(self, file: SoundFile) -> bool:
        """The file is there. The name must be one that a prompt may have: it becomes part of a path."""
        if file not in self._present and self._may_look_for(file) and self._path(file).is_file():
            self._present.add(file)
            del self._looked_at[file]
        return file in self._present

    def _may_look_for(self, file: SoundFile) -> bool:
        """Notes the time of a look. Times that no longer hold anything back are forgotten."""
        now = self._monotonic()
        self._looked_at = {one: then for one, then in self._looked_at.items() if now - then < LOOK_AGAIN_S}
        if file in self._looked_at:
            return False
        self._looked_at[file] = now
        return True

    def _path(self, file: SoundFile) -> Path:
        language, stem = file
        return self._sounds / language / f"{stem}.wav"
