"""One file that somebody recorded or sent, made into what Asterisk plays and a master of it."""

import numpy as np
import soxr

from switchboard.calls.ports import MasteredSound
from switchboard.speech.greetings.levelling import cut_and_level, limit
from switchboard.speech.greetings.measuring import measure
from switchboard.speech.greetings.reading import NARROW, WIDE, read_sound
from switchboard.speech.studio.wav import encode_wav


def master(audio: bytes, longest_s: float) -> MasteredSound:
    """Raises NoSound. What holds no voice is measured, and not levelled."""
    sound = read_sound(audio, longest_s)
    measured = measure(sound.samples, sound.rate, sound.clipped_share)
    if measured.last == 0 or not np.isfinite(measured.facts.loudness_lufs):
        return MasteredSound(measured.facts, b"")
    levelled = cut_and_level(sound.samples, sound.rate, measured.first, measured.last)
    if sound.rate == NARROW:
        return MasteredSound(measured.facts, encode_wav(levelled, NARROW))
    narrow = limit(soxr.resample(levelled, WIDE, NARROW, quality="HQ").astype(np.float32))
    return MasteredSound(measured.facts, encode_wav(narrow, NARROW), encode_wav(levelled, WIDE))
