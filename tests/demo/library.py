"""Everything a caller can hear on the demo, as sound and as words; and where in a recording it was heard.

Prompts are read off the audio alone: the service is not asked what it played.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.hearing.pcm import RATE, Pcm, Signal, read_wav
from tests.hearing.real import ENOUGH, correlate, trim

_CHUNK = RATE * 2 // 5
"""The first 0.4 s of a prompt tell where it may be; then all of it is compared."""
_STRIDE_S = 0.5
_SIZE = 8192
"""Of the transforms: all samples among which a beginning is looked for, so that no place that counts wraps."""
_PROMISING = 0.75
_QUIET_RMS = 60.0
_SAME_PLACE_S = 0.12
_PIECE, _SLIP = RATE * 2 // 5, RATE // 8
_LEAST_CUT_S = 1.0
"""Of a clip that was broken off, this much must have been heard."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One sound file; `text` is what it says in its language, empty for a tone."""

    name: str
    text: str
    pcm: Pcm

    @property
    def seconds(self) -> float:
        return len(self.pcm) / RATE


@dataclass(frozen=True, slots=True)
class HeardClip:
    """`start` and `end` in seconds into the recording; `whole` False: broken off."""

    clip: Clip
    start: float
    end: float
    score: float
    whole: bool = True


class Library:
    """The clips by name (`sv/menu-message`, `demo/sv/name-erik-lund`)."""

    def __init__(self, clips: Sequence[Clip]) -> None:
        self.clips = {clip.name: clip for clip in clips}
        self._list = [clip for clip in clips if len(trim(clip.pcm)[1]) > RATE // 5]
        self._cores = [trim(clip.pcm)[1][:_CHUNK].astype(np.float64) for clip in self._list]
        self._spectra = np.array([np.conj(np.fft.rfft(core, _SIZE)) for core in self._cores], dtype=np.complex64)
        self._norms = np.array([float(np.sqrt(np.sum(core**2))) for core in self._cores])

    @classmethod
    def load(cls, sounds: Path) -> Library:
        clips = [*_prompts(sounds, "sv"), *_prompts(sounds, "en", only={"menu-language"})]
        return cls([*clips, *_recorded(sounds / "demo")])

    def read(self, recording: Pcm) -> list[HeardClip]:
        """The clips heard, in order."""
        found: list[HeardClip] = []
        at, end = 0.0, len(recording) / RATE
        while at < end:
            clip = self._next(recording, at)
            if clip is None:
                at += _STRIDE_S
            else:
                found.append(clip)
                at = clip.end - 0.05
        return found

    def _next(self, recording: Pcm, at: float) -> HeardClip | None:
        """The first clip that begins within a stride from `at`; of several at one place the one heard longest."""
        heard = list(self._candidates(recording, at))
        if not heard:
            return None
        first = min(each.start for each in heard)
        near = [each for each in heard if each.start <= first + _SAME_PLACE_S]
        return max(near, key=lambda each: (each.whole, each.score**4 * (each.end - each.start)))

    def _candidates(self, recording: Pcm, at: float) -> Iterator[HeardClip]:
        first = max(0, round((at - 0.05) * RATE))
        part = recording[first : first + _SIZE].astype(np.float64)
        if len(part) < _CHUNK or float(np.sqrt(np.mean(part**2))) < _QUIET_RMS / 4:
            return
        scores, places = self._correlate(part)
        for index in np.flatnonzero(scores >= _PROMISING):
            start = first + int(places[index])
            clip = self._list[index]
            length, score, whole = follow(recording, trim(clip.pcm)[1], start)
            if whole or length >= _LEAST_CUT_S:
                yield HeardClip(clip, start / RATE, start / RATE + length, score, whole)

    def _correlate(self, part: Signal) -> tuple[Signal, Signal]:
        """The best normalised correlation of each clip's beginning with a place of `part`, and that place."""
        spectrum = np.fft.rfft(part, _SIZE).astype(np.complex64)
        raw = np.fft.irfft(self._spectra * spectrum, _SIZE, axis=1)
        energy = np.concatenate([[0.0], np.cumsum(part**2)])
        best, where = np.zeros(len(self._list)), np.zeros(len(self._list))
        for length in {len(core) for core in self._cores}:
            places = len(part) - length + 1
            if places < 1:
                continue
            rows = [index for index, core in enumerate(self._cores) if len(core) == length]
            around = np.sqrt(np.maximum(energy[length:] - energy[:-length], length * _QUIET_RMS**2))
            score = raw[rows, :places] / around / self._norms[rows, None]
            where[rows] = score.argmax(axis=1)
            best[rows] = score.max(axis=1)
        return best, where

    def hears(self, recording: Pcm, name: str) -> bool:
        """Whether the end of this clip was heard within the last second and a half."""
        core = trim(self.clips[name].pcm)[1]
        tail, ending = recording[-2 * RATE :].astype(np.float64), core[-RATE // 2 :].astype(np.float64)
        scores = correlate(tail, ending)
        return bool(len(scores)) and float(scores.max()) >= ENOUGH


def follow(recording: Pcm, core: Pcm, start: int) -> tuple[float, float, bool]:
    """From a place where `core` begins: for how many seconds it goes on, how well it fits, and whether to its end.

    Chunk by chunk, because a jitter buffer slips; one chunk that does not fit is forgiven, two are the end.
    """
    at, heard, scores = start, 0, list[float]()
    for first in range(0, len(core) - _PIECE // 2, _PIECE):
        piece = core[first : first + _PIECE if first + 3 * _PIECE // 2 <= len(core) else len(core)].astype(np.float64)
        begin = max(0, at + first - _SLIP)
        found = correlate(recording[begin : begin + len(piece) + 2 * _SLIP].astype(np.float64), piece)
        quiet = float(np.sqrt(np.mean(piece**2))) < _QUIET_RMS
        if len(found) and (quiet or found.max() >= _PROMISING):
            at += 0 if quiet else begin + int(found.argmax()) - at - first
            heard = first + len(piece)
            scores.append(1.0 if quiet else float(found.max()))
        elif first - heard >= _PIECE:
            break
    return heard / RATE, float(np.median(scores)) if scores else 0.0, heard == len(core)


def _prompts(sounds: Path, language: str, only: set[str] | None = None) -> Iterator[Clip]:
    script: Mapping[str, Mapping[str, Any]] = tomllib.loads((sounds / "script.toml").read_text(encoding="utf-8"))
    for id, entry in script.items():
        path = sounds / language / entry["file"]
        if language in entry and path.exists() and (only is None or id in only):
            yield Clip(f"{language}/{id}", "" if entry.get("tone") else entry[language], read_wav(path))


def _recorded(folder: Path) -> Iterator[Clip]:
    script: Mapping[str, Mapping[str, str]] = tomllib.loads((folder / "script.toml").read_text(encoding="utf-8"))
    for id, entry in script.items():
        yield Clip(f"demo/sv/{id}", entry["sv"], read_wav(folder / "sv" / entry["file"]))
