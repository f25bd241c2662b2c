"""The tone and the music: heard in the telephone band, and A-law as G.711 defines it."""

import numpy as np
import pytest

from switchboard.speech.studio.music import BEEP_HZ, BEEP_S, alaw, beep, hold_music
from switchboard.speech.studio.wav import PROMPT_RATE, Samples


def decode_alaw(code: int) -> float:
    """G.711's decoder, from the standard's table."""
    code ^= 0x55
    segment, step = (code & 0x70) >> 4, code & 0x0F
    size = (step << 4) + 8 if segment == 0 else ((step << 4) + 0x108) << (segment - 1)
    return (size if code & 0x80 else -size) / 32768


def strongest_hertz(samples: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(samples))
    return float(np.fft.rfftfreq(len(samples), 1 / PROMPT_RATE)[int(spectrum.argmax())])


def test_the_tone_has_its_pitch_and_length() -> None:
    assert len(beep()) == int(BEEP_S * PROMPT_RATE)
    assert strongest_hertz(beep()) == pytest.approx(BEEP_HZ, abs=5)


def test_alaw_comes_back_within_half_a_step() -> None:
    ramp = np.linspace(-0.999, 0.999, 20_001, dtype=np.float32)
    heard = np.array([decode_alaw(code) for code in alaw(ramp)])
    assert np.all(np.abs(heard - ramp) <= np.maximum(np.abs(ramp) * 0.033, 0.0006))


def test_the_music_is_steady_and_its_end_leads_into_its_beginning() -> None:
    music = hold_music()
    seconds = music.reshape(-1, PROMPT_RATE)
    loudness = np.sqrt((seconds**2).mean(axis=1))
    assert loudness.max() / loudness.min() < 3
    steps = np.abs(np.diff(np.concatenate([music, music[:1]])))
    assert steps[-1] <= steps.max()
    assert np.abs(music).max() < 0.7
