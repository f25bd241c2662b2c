"""Whether an uploaded file is what Asterisk plays: it refuses anything else with a warning in its log only, and the
caller hears silence."""

import wave
from io import BytesIO

RATE_HZ = 8000
LONGEST_S = 120


def wav_fault(data: bytes) -> str | None:
    """A sentence for whoever uploaded it, or None for wav, PCM, 8 kHz, mono, 16 bit, at most two minutes."""
    try:
        with wave.open(BytesIO(data)) as opened:
            shape = opened.getnchannels(), opened.getsampwidth(), opened.getframerate()
            frames = len(opened.readframes(opened.getnframes())) // (shape[0] * shape[1])
    except (wave.Error, EOFError, ValueError):
        return "is not a wav file with PCM audio; convert it to wav, 8000 Hz, mono, 16 bit"
    return _shape_fault(*shape) or _length_fault(frames)


def _shape_fault(channels: int, sample_bytes: int, rate_hz: int) -> str | None:
    if (channels, sample_bytes, rate_hz) == (1, 2, RATE_HZ):
        return None
    has = f"{rate_hz} Hz, {'mono' if channels == 1 else f'{channels} channels'}, {8 * sample_bytes} bit"
    return f"the file has {has}; it must have {RATE_HZ} Hz, mono, 16 bit"


def _length_fault(frames: int) -> str | None:
    if not frames:
        return "the file holds no sound"
    if frames > LONGEST_S * RATE_HZ:
        return f"the file is {frames / RATE_HZ:.0f} seconds long; at most {LONGEST_S} are taken"
    return None
