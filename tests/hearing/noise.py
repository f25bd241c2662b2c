"""Sound that callers make: something like speech, and tones."""

from __future__ import annotations

import numpy as np

from tests.hearing.codes import chord
from tests.hearing.pcm import RATE, Pcm, Signal, from_signal

_SYLLABLE_S = 0.2


def speech_like(seconds: float, seed: int = 1, level: float = 0.12) -> Pcm:
    """Syllables of buzz and hiss with changing formants; the same seed gives the same sound."""
    random = np.random.default_rng(seed)
    syllables = [_syllable(random) for _ in range(int(seconds / _SYLLABLE_S) + 1)]
    signal = np.concatenate(syllables)[: round(seconds * RATE)]
    return from_signal(signal * level / max(float(np.sqrt(np.mean(signal**2))), 1e-9))


def tone(frequency: float, seconds: float, level: float = 0.3) -> Pcm:
    return from_signal(chord((frequency,), seconds, level))


def _syllable(random: np.random.Generator) -> Signal:
    count = round(_SYLLABLE_S * RATE)
    time = np.arange(count) / RATE
    pitch = random.uniform(90, 220)
    buzz = np.sum([np.sin(2 * np.pi * pitch * n * time) / n for n in range(1, 16)], axis=0)
    source = buzz + random.uniform(0.2, 1.0) * random.standard_normal(count)
    frequencies = np.fft.rfftfreq(count, 1 / RATE)
    formants = zip((300, 900, 2000), (900, 1800, 3200), strict=True)
    gain = sum(np.exp(-(((frequencies - random.uniform(*band)) / 150) ** 2)) for band in formants)
    shaped: Signal = np.fft.irfft(np.fft.rfft(source) * gain, count) * np.hanning(count)
    return shaped
