"""Sound cut into overlapping frames of 20 ms, each given one label."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tests.hearing.codes import MUSIC, PLACES, VALUES
from tests.hearing.pcm import RATE, Pcm, Signal

HOP = 40
"""Samples between frames: 5 ms."""
WINDOW = 160
"""Samples in a frame: 20 ms."""

Labels = npt.NDArray[np.int64]

SYMBOLS = len(PLACES) * len(VALUES)
"""Labels below this are symbols of a code: place × 16 + value."""
MUSIC_LABEL = 64
SILENCE_LABEL = 65
OTHER_LABEL = 66
TONE_LABEL = 1000
"""A pure tone of f Hz has the label 1000 + f."""

_QUIET_RMS = 80
_CHORD_SHARE, _CHORD_PART, _TONE_SHARE = 0.75, 0.2, 0.85
_FFT = 512

_HANN: Signal = np.hanning(WINDOW + 2)[1:-1]
_PROBED = np.array([*PLACES, *VALUES, *MUSIC], dtype=np.float64)
_PROBES = _HANN[:, None] * np.exp(-2j * np.pi * np.arange(WINDOW)[:, None] * _PROBED / RATE)
_SHARE = 2 * np.sum(_HANN**2) / np.sum(_HANN) ** 2
"""Turns |X|² at a tone's frequency into that tone's part of the windowed energy."""


def label_frames(pcm: Pcm) -> Labels:
    """One label for each whole frame; the frames start HOP samples apart."""
    if len(pcm) < WINDOW:
        return np.zeros(0, dtype=np.int64)
    frames = np.lib.stride_tricks.sliding_window_view(pcm.astype(np.float64), WINDOW)[::HOP]
    windowed = frames * _HANN
    energy = np.maximum(np.sum(windowed**2, axis=1), 1e-9)
    labels = np.full(len(frames), OTHER_LABEL, dtype=np.int64)
    _mark_tones(labels, windowed, energy)
    _mark_chords(labels, np.abs(frames @ _PROBES) ** 2 * _SHARE / energy[:, None])
    labels[energy < _QUIET_RMS**2 * np.sum(_HANN**2)] = SILENCE_LABEL
    return labels


def _mark_chords(labels: Labels, share: Signal) -> None:
    places, values, music = np.split(share, [len(PLACES), len(PLACES) + len(VALUES)], axis=1)
    place, value = places.argmax(axis=1), values.argmax(axis=1)
    is_symbol = _both(places.max(axis=1), values.max(axis=1))
    labels[is_symbol] = (place * len(VALUES) + value)[is_symbol]
    labels[_both(music[:, 0], music[:, 1])] = MUSIC_LABEL


def _both(one: Signal, other: Signal) -> npt.NDArray[np.bool_]:
    strong: npt.NDArray[np.bool_] = np.minimum(one, other) >= _CHORD_PART
    return strong & (one + other >= _CHORD_SHARE)


def _mark_tones(labels: Labels, windowed: Signal, energy: Signal) -> None:
    power = np.abs(np.fft.rfft(windowed, _FFT, axis=1)) ** 2
    peak = np.clip(power.argmax(axis=1), 1, _FFT // 2 - 1)
    rows = np.arange(len(power))
    left, middle, right = (np.log(power[rows, peak + step] + 1e-9) for step in (-1, 0, 1))
    curve = np.minimum(left - 2 * middle + right, -1e-9)
    hertz = (peak + np.clip((left - right) / (2 * curve), -0.5, 0.5)) * RATE / _FFT
    pure = power[rows, peak] * _SHARE / energy >= _TONE_SHARE
    labels[pure] = TONE_LABEL + np.round(hertz[pure]).astype(np.int64)
