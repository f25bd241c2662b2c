"""The sounds that are not speech: the tone before a message, and our own music on hold."""

import numpy as np
from numpy.typing import NDArray

from switchboard.speech.studio.wav import FULL_SCALE, PROMPT_RATE, Samples

BEEP_HZ = 880.0
BEEP_S = 0.4
BEEP_FADE_S = 0.012
BEEP_LEVEL = 0.35

BAR_S = 4.0
# Two voices over held chords, in C: I, vi, IV, V, I, IV, ii-V, I. Notes as MIDI numbers.
CHORDS = (
    (48, 55, 64), (45, 52, 60), (41, 53, 60), (43, 50, 59), (48, 55, 64), (41, 53, 57), (50, 53, 59), (48, 52, 60),
)  # fmt: skip
MELODY = (
    (76, 79, 77, 76), (72, 76, 74, 72), (69, 72, 77, 76), (74, 71, 74, 79),
    (76, 72, 76, 79), (81, 77, 76, 72), (74, 77, 74, 71), (72, 67, 72, 72),
)  # fmt: skip
MUSIC_LEVEL = 0.09  # RMS: about 20 dB under full scale, so that it stays behind the voice that returns
A4_HZ, A4_MIDI = 440.0, 69


def beep() -> Samples:
    """The tone after which the caller speaks, at 8 kHz."""
    time = np.arange(int(BEEP_S * PROMPT_RATE)) / PROMPT_RATE
    fade = np.clip(np.minimum(time, BEEP_S - time) / BEEP_FADE_S, 0, 1)
    tone: Samples = (BEEP_LEVEL * fade * np.sin(2 * np.pi * BEEP_HZ * time)).astype(np.float32)
    return tone


def hold_music() -> Samples:
    """Half a minute of calm chords and bells at 8 kHz, made so that its end leads into its beginning."""
    beat = BAR_S / len(MELODY[0])
    length = int(len(CHORDS) * BAR_S * PROMPT_RATE)
    music = np.zeros(length)
    for bar, (chord, notes) in enumerate(zip(CHORDS, MELODY, strict=True)):
        for note in chord:
            _add(music, bar * BAR_S, 0.30 * _pad(_hertz(note), BAR_S * 1.25))
        for step, note in enumerate(notes):
            _add(music, bar * BAR_S + step * beat, 0.5 * _bell(_hertz(note), beat * 3))
    levelled: Samples = (music * MUSIC_LEVEL / np.sqrt(np.mean(music**2))).astype(np.float32)
    return levelled


def _hertz(midi: int) -> float:
    return float(A4_HZ * 2 ** ((midi - A4_MIDI) / 12))


def _pad(hertz: float, seconds: float) -> NDArray[np.float64]:
    """A held note with a slow start and end; its overtones carry it through the telephone band."""
    time = np.arange(int(seconds * PROMPT_RATE)) / PROMPT_RATE
    overtones = ((1, 1.0), (2, 0.5), (3, 0.28), (4, 0.12))
    wave = sum(size * np.sin(2 * np.pi * hertz * n * time) for n, size in overtones)
    shape = np.clip(np.minimum(time / 0.9, (seconds - time) / 1.4), 0, 1)
    held: NDArray[np.float64] = np.asarray(wave) * np.sin(shape * np.pi / 2) ** 2
    return held


def _bell(hertz: float, seconds: float) -> NDArray[np.float64]:
    """A soft struck note: it begins within 15 ms and dies away."""
    time = np.arange(int(seconds * PROMPT_RATE)) / PROMPT_RATE
    wave = np.sin(2 * np.pi * hertz * time) + 0.2 * np.sin(4 * np.pi * hertz * time) * np.exp(-3 * time)
    shape = np.clip(time / 0.015, 0, 1) * np.exp(-2.2 * time) * np.clip((seconds - time) / 0.1, 0, 1)
    struck: NDArray[np.float64] = np.asarray(wave) * shape
    return struck


def _add(music: NDArray[np.float64], at: float, sound: NDArray[np.float64]) -> None:
    """Mix a sound in; what rings beyond the end goes to the beginning, so that the loop has no seam."""
    places = (int(at * PROMPT_RATE) + np.arange(len(sound))) % len(music)
    music[places] += sound


def alaw(samples: Samples) -> bytes:
    """G.711 A-law, which Asterisk sends to the trunk as it is."""
    linear = np.clip(np.round(samples * FULL_SCALE), -FULL_SCALE - 1, FULL_SCALE).astype(np.int32)
    negative = linear < 0
    size = np.where(negative, -linear - 1, linear) >> 3  # 12 bits of magnitude
    segment = np.maximum(np.floor(np.log2(np.maximum(size, 1))).astype(np.int32) - 4, 0)
    mantissa = (size >> np.maximum(segment, 1)) & 0x0F
    code = (segment << 4) | mantissa | np.where(negative, 0, 0x80)
    return bytes((code ^ 0x55).astype(np.uint8))
