"""A tree of test sounds: the same files as the real tree, each replaced by its code."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path

import numpy as np

from tests.hearing.codes import LARGEST, encode, music
from tests.hearing.pcm import Pcm, silence, to_alaw, wav_bytes

NAMES_FILE = "codes.json"
MUSIC_FOLDER = "moh"
_MUSIC_S = 10.0
TAILS: Mapping[str, float] = {"*": 0.25}
"""Telephones with a jitter buffer lose the last quarter of a second when Asterisk hangs up after a prompt."""
_FORMATS = (".wav", ".alaw")


class TooManySounds(ValueError):
    """There are more sound files than codes."""


def sound_name(path: Path) -> str:
    """`sv/welcome` for `sv/welcome.wav`: the name Asterisk plays it by, language included."""
    return path.with_suffix("").as_posix()


def mirror_sounds(
    real: Path, folder: Path, tails: Mapping[str, float] = TAILS, extra: Sequence[str] = ()
) -> dict[int, str]:
    """Writes the test tree of a real tree into `folder`; returns which number means which sound.

    Every .wav and .alaw file under `real` gets a file of the same path; those under `moh/` become the
    mark of music. `extra` are further files to make, as paths with their ending. `tails` adds seconds
    of silence after the code of those whose name matches a pattern (`{**TAILS, "*/beep": 0.6}`), for a
    test that acts in the middle of a prompt; the longest that fits counts.
    """
    found = [path.relative_to(real) for path in real.rglob("*") if path.suffix in _FORMATS]
    return make_test_sounds(sorted({*map(Path.as_posix, found), *extra}), folder, tails)


def make_test_sounds(files: Sequence[str], folder: Path, tails: Mapping[str, float] = TAILS) -> dict[int, str]:
    """As mirror_sounds, for a list of relative paths; a path without an ending is a wav file."""
    paths = [Path(file) if Path(file).suffix in _FORMATS else Path(f"{file}.wav") for file in files]
    coded = [path for path in paths if path.parts[0] != MUSIC_FOLDER]
    if len(coded) > LARGEST:
        raise TooManySounds(f"{len(coded)} sound files, but only {LARGEST} codes")
    names = {number: sound_name(path) for number, path in enumerate(coded, start=1)}
    for (number, name), path in zip(names.items(), coded, strict=True):
        _write(folder / path, np.concatenate([encode(number), silence(_tail(name, tails))]))
    for path in paths:
        if path.parts[0] == MUSIC_FOLDER:
            _write(folder / path, music(_MUSIC_S))
    (folder / NAMES_FILE).write_text(json.dumps(names, indent=0, ensure_ascii=False), encoding="utf-8")
    return names


def read_names(folder: Path) -> dict[int, str]:
    """The numbers and names of a tree that was made earlier."""
    found: dict[str, str] = json.loads((folder / NAMES_FILE).read_text(encoding="utf-8"))
    return {int(number): name for number, name in found.items()}


def _tail(name: str, tails: Mapping[str, float]) -> float:
    return max((seconds for pattern, seconds in tails.items() if fnmatch(name, pattern)), default=0.0)


def _write(path: Path, pcm: Pcm) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(to_alaw(pcm) if path.suffix == ".alaw" else wav_bytes(pcm))
