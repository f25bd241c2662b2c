"""What a sound is: how long its voice lasts, how loud it is, how much of it is clipped. Samples are -1 to 1, mono."""

from dataclasses import dataclass

import numpy as np
import pyloudnorm
from numpy.typing import NDArray

from switchboard.domain.mailbox.recording_quality import SoundFacts

Samples = NDArray[np.float32]

FRAME_S = 0.02
# Above the noise of an idle telephone line, below a whisper: what is louder may be voice.
VOICE = 10 ** (-55 / 20)
# A telephone's A-law ends at 0.984: three samples in a row up there are a peak that was cut off.
FULL = 0.975
SHORTEST_MEASURE_S = 1.0
SILENCE_LUFS = float("-inf")


@dataclass(frozen=True, slots=True)
class Measured:
    """`first` and `last`: samples of the beginning and the end of the voice."""

    facts: SoundFacts
    first: int
    last: int


def measure(samples: Samples, rate: int, clipped_share: float) -> Measured:
    """`clipped_share` was counted before anything was done to the samples."""
    frame = int(rate * FRAME_S)
    usable = len(samples) // frame * frame
    if usable == 0:
        return Measured(SoundFacts(0.0, 0.0, SILENCE_LUFS, SILENCE_LUFS, clipped_share), 0, 0)
    energy = np.sqrt(np.mean(samples[:usable].reshape(-1, frame) ** 2, axis=1))
    voiced = np.flatnonzero(energy > VOICE)
    peak = float(np.max(np.abs(samples)))
    peak_dbfs = 20 * float(np.log10(peak)) if peak > 0 else SILENCE_LUFS
    if len(voiced) == 0:
        return Measured(SoundFacts(0.0, 0.0, SILENCE_LUFS, peak_dbfs, clipped_share), 0, 0)
    first, last = int(voiced[0]) * frame, int(voiced[-1] + 1) * frame
    facts = SoundFacts(
        duration_s=(last - first) / rate,
        voiced_s=len(voiced) * FRAME_S,
        loudness_lufs=loudness(samples[first:last], rate),
        peak_dbfs=peak_dbfs,
        clipped_share=clipped_share,
    )
    return Measured(facts, first, last)


def loudness(samples: Samples, rate: int) -> float:
    """Integrated loudness in LUFS (BS.1770). It needs blocks of 0.4 s: a shorter sound is repeated for it."""
    repeats = max(1, int(np.ceil(SHORTEST_MEASURE_S * rate / len(samples))))
    with np.errstate(divide="ignore"):
        return float(pyloudnorm.Meter(rate).integrated_loudness(np.tile(samples, repeats)))


def count_full(samples: Samples) -> int:
    """How many samples begin a run of three at full scale."""
    full = np.abs(samples) >= FULL
    return int(np.count_nonzero(full[2:] & full[1:-1] & full[:-2]))
