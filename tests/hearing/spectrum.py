"""A coarse picture of sound (16 bands, 100 frames a second), to find quickly where a prompt may be."""

from __future__ import annotations

import numpy as np

from tests.hearing.pcm import RATE, Pcm, Signal

_HOP = 80
_WINDOW = 256
_BANDS = 16
FRAMES_PER_S = RATE // _HOP
_LONGEST = 100
"""Frames of a prompt that are compared: its first second tells it from the others."""
_MOST_PLACES = 6


def spectrum(pcm: Pcm) -> Signal:
    """Bands × frames; each frame without its mean, so that loudness does not count."""
    padded = np.concatenate([pcm.astype(np.float64), np.zeros(_WINDOW)])
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP] * np.hanning(_WINDOW)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    edges = np.unique(np.geomspace(4, _WINDOW // 2, _BANDS + 1).astype(int))
    bands = np.log(np.add.reduceat(power, edges[:-1], axis=1) + 1e6)
    centred: Signal = (bands - bands.mean(axis=1, keepdims=True)).T
    return centred


def likely_places(heard: Signal, prompt: Signal) -> list[float]:
    """Up to six places of the recording, in seconds, that look like the prompt, best first."""
    part = prompt[:, :_LONGEST]
    length, places = part.shape[1], heard.shape[1] - part.shape[1] + 1
    if places < 1 or not np.any(part):
        return []
    size = 1 << (heard.shape[1] + length - 1).bit_length()
    product = np.fft.rfft(heard, size, axis=1) * np.conj(np.fft.rfft(part, size, axis=1))
    raw = np.fft.irfft(product, size, axis=1).sum(axis=0)[:places]
    energy = np.concatenate([[0.0], np.cumsum((heard**2).sum(axis=0))])
    around = (energy[length:] - energy[:-length])[:places]
    score = raw / np.sqrt(np.maximum(around * np.sum(part**2), 1e-6))
    return [place / FRAMES_PER_S for place in _peaks(score, max(5, length // 2))]


def _peaks(score: Signal, apart: int) -> list[int]:
    left = score.copy()
    peaks: list[int] = []
    while len(peaks) < _MOST_PLACES and left.max() > 0.5:
        best = int(left.argmax())
        peaks.append(best)
        left[max(0, best - apart) : best + apart] = -1.0
    return peaks
