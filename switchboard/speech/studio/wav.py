"""Samples and wav files.

Asterisk's `.wav` is 8 kHz mono 16-bit PCM and nothing else; anything different is refused with a warning and silence.
"""

import io
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

PROMPT_RATE = 8000
FULL_SCALE = 32767


@dataclass(frozen=True, slots=True)
class Edges:
    """Silence kept before and after the sound, in seconds."""

    lead: float
    tail: float


def encode_wav(samples: Samples, rate: int) -> bytes:
    """Mono 16-bit PCM with a 44-byte header."""
    whole = np.clip(np.round(samples * FULL_SCALE), -FULL_SCALE - 1, FULL_SCALE).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(whole.tobytes())
    return file.getvalue()


def read_wav(file: Path) -> Samples:
    """The samples of a mono 16-bit file."""
    with wave.open(str(file), "rb") as source:
        frames = source.readframes(source.getnframes())
    return np.frombuffer(frames, dtype="<i2").astype(np.float32) / np.float32(FULL_SCALE)
