"""From a synthesised or generated sound to a prompt: trimmed, levelled, 8 kHz mono 16-bit PCM."""

import numpy as np
import pyloudnorm
import soxr

from switchboard.speech.studio.wav import PROMPT_RATE, Edges, Samples, encode_wav

TARGET_LUFS = -20.0
CEILING = 10 ** (-3.3 / 20)  # a little under -3 dBFS, so that rounding and resampling stay below it
KNEE = 0.7
SHORTEST_MEASURE_S = 1.0  # BS.1770 needs blocks of 0.4 s: shorter sounds are repeated for the measurement
FRAME_S = 0.005
FADE_S = 0.005
QUIET = 10 ** (-38 / 20)  # against the loudest frame; below it is breath and model noise


def master(samples: Samples, rate: int, edges: Edges) -> bytes:
    """The finished wav file."""
    narrow = soxr.resample(samples - np.mean(samples), rate, PROMPT_RATE, quality="VHQ").astype(np.float32)
    return encode_wav(_fade(limit(_level(trim(narrow, edges)))), PROMPT_RATE)


def trim(samples: Samples, edges: Edges) -> Samples:
    """Cut to the sound; where the recording has less silence than wanted, silence is added."""
    frame = int(PROMPT_RATE * FRAME_S)
    usable = len(samples) // frame * frame
    energy = np.sqrt(np.mean(samples[:usable].reshape(-1, frame) ** 2, axis=1))
    loud = np.flatnonzero(energy > QUIET * energy.max())
    first, last = int(loud[0]) * frame, int(loud[-1] + 1) * frame
    # 20 ms before the threshold belongs to the first consonant, 40 ms after it to the last sound's end.
    first, last = max(0, first - PROMPT_RATE // 50), min(len(samples), last + PROMPT_RATE // 25)
    lead = np.zeros(int(edges.lead * PROMPT_RATE), dtype=np.float32)
    tail = np.zeros(int(edges.tail * PROMPT_RATE), dtype=np.float32)
    return np.concatenate([lead, _fade(samples[first:last]), tail])


def loudness(samples: Samples) -> float:
    """Integrated loudness in LUFS (BS.1770) of an 8 kHz sound of any length."""
    repeats = max(1, int(np.ceil(SHORTEST_MEASURE_S * PROMPT_RATE / len(samples))))
    return float(pyloudnorm.Meter(PROMPT_RATE).integrated_loudness(np.tile(samples, repeats)))


def limit(samples: Samples) -> Samples:
    """A soft knee under the ceiling, so that peaks are rounded and not cut."""
    knee = CEILING * KNEE
    size = np.abs(samples)
    rounded = knee + (CEILING - knee) * np.tanh((size - knee) / (CEILING - knee))
    limited: Samples = np.where(size > knee, np.sign(samples) * rounded, samples).astype(np.float32)
    return limited


def _level(samples: Samples) -> Samples:
    """To the target; twice, because limiting the peaks takes a little of the loudness."""
    for _ in range(2):
        gain = 10 ** ((TARGET_LUFS - loudness(limit(samples))) / 20)
        samples = (samples * gain).astype(np.float32)
    return samples


def _fade(samples: Samples) -> Samples:
    """Raised-cosine edges: no click at a join."""
    length = min(int(FADE_S * PROMPT_RATE), len(samples) // 2)
    ramp = (0.5 - 0.5 * np.cos(np.linspace(0, np.pi, length))).astype(np.float32)
    shaped = samples.copy()
    shaped[:length] *= ramp
    shaped[len(shaped) - length :] *= ramp[::-1]
    return shaped
