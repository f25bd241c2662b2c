"""A voice at the level of the prompts: -20 LUFS, its peaks rounded under -3 dBFS, soft edges."""

import numpy as np

from switchboard.speech.greetings.measuring import Samples, loudness

TARGET_LUFS = -20.0
# A little under -3 dBFS, so that rounding and resampling stay below it.
CEILING = 10 ** (-3.3 / 20)
KNEE = 0.7
LEAD_S, TAIL_S, FADE_S = 0.15, 0.3, 0.01
# Raising the level rounds more of the peaks, which takes some of it: a few rounds settle that.
ROUNDS = 6
NEAR_ENOUGH = 0.1


def cut_and_level(samples: Samples, rate: int, first: int, last: int) -> Samples:
    """From a little before sample `first` to a little after `last`."""
    begin, end = max(0, first - int(LEAD_S * rate)), min(len(samples), last + int(TAIL_S * rate))
    return limit(_level(_fade(samples[begin:end], rate), rate))


def limit(samples: Samples) -> Samples:
    """A soft knee under the ceiling, so that peaks are rounded and not cut."""
    knee = CEILING * KNEE
    size = np.abs(samples)
    rounded = knee + (CEILING - knee) * np.tanh((size - knee) / (CEILING - knee))
    limited: Samples = np.where(size > knee, np.sign(samples) * rounded, samples).astype(np.float32)
    return limited


def _level(samples: Samples, rate: int) -> Samples:
    for _ in range(ROUNDS):
        short = TARGET_LUFS - loudness(limit(samples), rate)
        if not np.isfinite(short) or abs(short) < NEAR_ENOUGH:
            break
        samples = (samples * 10 ** (short / 20)).astype(np.float32)
    return samples


def _fade(samples: Samples, rate: int) -> Samples:
    length = min(int(FADE_S * rate), len(samples) // 2)
    ramp = (0.5 - 0.5 * np.cos(np.linspace(0, np.pi, length))).astype(np.float32)
    shaped = samples.copy()
    shaped[:length] *= ramp
    shaped[len(shaped) - length :] *= ramp[::-1]
    return shaped
