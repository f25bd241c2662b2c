"""Does a recording hold speech? Decided on the samples alone, so that every way of ending a message is judged alike."""

from array import array
from dataclasses import dataclass

SAMPLE_RATE = 8000
FRAME = SAMPLE_RATE // 50
# About -42 dBFS: above line noise and comfort noise, below a whisper into a bad handset.
LOUD = 256
MINIMUM_SECONDS = 1.0
# Speech has pauses: a second of message with a fifth of a second above the threshold is somebody speaking.
MINIMUM_LOUD_FRAMES = 10


@dataclass(frozen=True, slots=True)
class SoundVerdict:
    holds_speech: bool
    why: str


def judge_sound(pcm: bytes) -> SoundVerdict:
    """`pcm` is 8 kHz mono 16-bit little-endian. Reads no further than needed to be sure."""
    samples = array("h", pcm[: len(pcm) // 2 * 2])
    seconds = len(samples) / SAMPLE_RATE
    if seconds <= MINIMUM_SECONDS:
        return SoundVerdict(False, f"only {seconds:.1f} s long")
    loud = 0
    for start in range(0, len(samples), FRAME):
        frame = samples[start : start + FRAME]
        if max(frame) > LOUD or min(frame) < -LOUD:
            loud += 1
            if loud >= MINIMUM_LOUD_FRAMES:
                return SoundVerdict(True, f"{seconds:.1f} s with sound")
    return SoundVerdict(False, f"{seconds:.1f} s of silence")
