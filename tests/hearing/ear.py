"""An ear: PCM in, as it comes; sounds out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from tests.hearing.code_reader import Code, CodeReader
from tests.hearing.frames import (
    HOP,
    MUSIC_LABEL,
    OTHER_LABEL,
    SILENCE_LABEL,
    SYMBOLS,
    TONE_LABEL,
    WINDOW,
    label_frames,
)
from tests.hearing.heard import Heard, Kind, Sound
from tests.hearing.pcm import RATE, Pcm

_CODE_LABEL = 67
_FRAME_S = HOP / RATE
_TONE_SPREAD = 40
_RING_S = 0.6
_RING_HZ = 425
_MIXTURE = 36

NO_NAMES: Mapping[int, str] = MappingProxyType({})


def _common(label: int) -> int:
    return _CODE_LABEL if label < SYMBOLS else label


def _alike(one: int, other: int) -> bool:
    if one >= TONE_LABEL and other >= TONE_LABEL:
        return abs(one - other) <= _TONE_SPREAD
    return one == other


def _least_frames(label: int) -> int:
    """How long something must last before it counts: a tone 60 ms, silence 120 ms, noise 100 ms."""
    return {SILENCE_LABEL: 24, OTHER_LABEL: 20}.get(label, 12)


@dataclass(slots=True)
class _Run:
    first: int
    labels: list[int] = field(default_factory=list)

    def settled(self) -> int | None:
        """The label that the last frames share, once there are enough of them; OTHER after a long mixture."""
        last = self.labels[-1]
        alike = self.labels[-_least_frames(last) :]
        if len(alike) == _least_frames(last) and all(_alike(label, last) for label in alike):
            return last
        return OTHER_LABEL if len(self.labels) >= _MIXTURE else None

    def since(self, label: int) -> _Run:
        """Without the frames before the first of this label."""
        skipped = next((at for at, other in enumerate(self.labels) if _alike(label, other)), 0)
        return _Run(self.first + skipped, self.labels[skipped:])


class _Stretches:
    """Joins frames to stretches of one kind; what is too short to count belongs to its surroundings."""

    def __init__(self) -> None:
        self.closed: list[Sound] = []
        self._now = _Run(0, [SILENCE_LABEL])
        self._label = SILENCE_LABEL
        self._next = _Run(0)

    def add(self, frame: int, label: int) -> None:
        label = _common(label)
        if _alike(label, self._label):
            self._now.labels.append(label)
            self._next.labels.clear()
            return
        if not self._next.labels:
            self._next.first = frame
        self._next.labels.append(label)
        settled = self._next.settled()
        if settled is not None:
            self.closed += self._sounds(self._now, self._next.first, going_on=False)
            self._now, self._label = self._next.since(settled), settled
            self._next = _Run(0)

    def going_on(self, frame: int) -> list[Sound]:
        return self._sounds(self._now, frame, going_on=True)

    def _sounds(self, run: _Run, end_frame: int, *, going_on: bool) -> list[Sound]:
        start, end = run.first * _FRAME_S, end_frame * _FRAME_S
        if self._label == _CODE_LABEL or end_frame - run.first < _least_frames(self._label):
            return []
        if self._label >= TONE_LABEL:
            hertz = float(np.mean([label for label in run.labels if label >= TONE_LABEL])) - TONE_LABEL
            kind = _tone_kind(hertz, end - start, going_on=going_on)
            return [Sound(kind, start, end, frequency=hertz, going_on=going_on)]
        return [Sound(_KINDS[self._label], start, end, going_on=going_on)]


_KINDS = {MUSIC_LABEL: Kind.MUSIC, SILENCE_LABEL: Kind.SILENCE, OTHER_LABEL: Kind.SOUND}


def _tone_kind(hertz: float, seconds: float, *, going_on: bool) -> Kind:
    if abs(hertz - _RING_HZ) > 12:
        return Kind.TONE
    if seconds >= _RING_S:
        return Kind.RINGING
    return Kind.TONE if going_on else Kind.BUSY


class Ear:
    """`names` says which prompt a code means; a code without a name is called by its number."""

    def __init__(self, names: Mapping[int, str] = NO_NAMES) -> None:
        self._names = names
        self._rest: Pcm = np.zeros(0, dtype=np.int16)
        self._frame = 0
        self._codes = CodeReader()
        self._stretches = _Stretches()
        self._prompts: list[Sound] = []

    def feed(self, pcm: Pcm) -> list[Sound]:
        """Listens on; returns the prompts, whole or cut, that came to their end in it."""
        self._rest = np.concatenate([self._rest, pcm])
        labels = label_frames(self._rest)
        self._rest = self._rest[len(labels) * HOP :]
        new: list[Sound] = []
        for label in labels.tolist():
            self._stretches.add(self._frame, label)
            new += map(self._prompt, self._codes.add(self._frame, label))
            self._frame += 1
        self._prompts += new
        return new

    def _prompt(self, code: Code) -> Sound:
        start, end = code.first * _FRAME_S, code.last * _FRAME_S + WINDOW / RATE
        if code.number is None:
            return Sound(Kind.CUT, start, end)
        return Sound(Kind.PROMPT, start, end, name=self._names.get(code.number, str(code.number)))

    @property
    def heard(self) -> Heard:
        sounds = [*self._prompts, *self._stretches.closed, *self._stretches.going_on(self._frame)]
        return Heard(tuple(sorted(sounds, key=lambda sound: sound.start)), self._frame * _FRAME_S)


def listen(pcm: Pcm, names: Mapping[int, str] = NO_NAMES) -> Heard:
    """Everything in a finished recording."""
    ear = Ear(names)
    ear.feed(np.concatenate([pcm, np.zeros(RATE, dtype=np.int16)]))
    until = len(pcm) / RATE
    sounds = [sound for sound in ear.heard if sound.start < until]
    return Heard(tuple(replace(sound, end=min(sound.end, until), going_on=False) for sound in sounds), until)
