"""8 kHz mono 16-bit sound as numpy arrays: A-law (ITU-T G.711) and wav files."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

RATE = 8000

Pcm = npt.NDArray[np.int16]
Signal = npt.NDArray[np.float64]


class WrongFormat(ValueError):
    """The wav file is not 8 kHz mono 16-bit."""


def _decode_table() -> Pcm:
    code = np.arange(256) ^ 0x55
    segment = (code & 0x70) >> 4
    step = ((code & 0x0F) << 4) + 8
    value = np.where(segment == 0, step, (step + 0x100) << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, value, -value).astype(np.int16)


def _encode_table() -> npt.NDArray[np.uint8]:
    """A-law byte of every 16-bit value, indexed by the value seen as unsigned."""
    value = np.arange(65536).astype(np.uint16).view(np.int16).astype(np.int32) >> 3
    mask = np.where(value >= 0, 0xD5, 0x55)
    value = np.where(value >= 0, value, -value - 1)
    segment = np.searchsorted(np.array([0x1F, 0x3F, 0x7F, 0xFF, 0x1FF, 0x3FF, 0x7FF, 0xFFF]), value)
    low = np.where(segment < 2, value >> 1, value >> np.maximum(segment, 1)) & 0x0F
    return (((segment << 4) | low) ^ mask).astype(np.uint8)


_DECODE = _decode_table()
_ENCODE = _encode_table()


def to_alaw(pcm: Pcm) -> bytes:
    return _ENCODE[pcm.view(np.uint16)].tobytes()


def from_alaw(data: bytes) -> Pcm:
    return _DECODE[np.frombuffer(data, dtype=np.uint8)]


def silence(seconds: float) -> Pcm:
    return np.zeros(round(seconds * RATE), dtype=np.int16)


def from_signal(signal: Signal) -> Pcm:
    """A signal of −1 … 1 as 16-bit samples, clipped."""
    return (np.clip(signal, -1.0, 1.0) * 32767).astype(np.int16)


def read_wav(path: Path) -> Pcm:
    """Raises WrongFormat, which names the file, for anything Asterisk would not play either."""
    with wave.open(str(path), "rb") as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, 2):
            raise WrongFormat(f"{path} is not 8 kHz mono 16-bit")
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.int16)


def wav_bytes(pcm: Pcm) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm.astype("<i2").tobytes())
    return buffer.getvalue()


def write_wav(path: Path, pcm: Pcm) -> None:
    path.write_bytes(wav_bytes(pcm))
