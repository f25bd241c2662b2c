"""Any audio that libsndfile reads, as mono samples; in pieces, so that what a header claims costs no memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from switchboard.speech.greetings.measuring import Samples, count_full

WIDE, NARROW = 16000, 8000
LOWEST_RATE, HIGHEST_RATE, MOST_CHANNELS = 4000, 192000, 8
BLOCK_FRAMES = 65536
# So much is read beyond the longest that is allowed: enough to see that it is too long.
BEYOND_S = 3.0


class NoSound(Exception):
    """The text says why, for whoever sent the file."""


@dataclass(frozen=True, slots=True)
class ReadSound:
    """`rate` is 16 kHz where the source has so much, else 8 kHz."""

    samples: Samples
    rate: int
    clipped_share: float


def read_sound(audio: bytes, longest_s: float) -> ReadSound:
    """At most a little over `longest_s` of it, from its beginning. Raises NoSound."""
    try:
        with soundfile.SoundFile(BytesIO(audio)) as source:
            _check(source.samplerate, source.channels)
            return _read(source, longest_s)
    except (soundfile.SoundFileError, RuntimeError, ValueError, TypeError, OSError):
        raise NoSound("it is no audio that can be read; send wav, flac, ogg or mp3") from None
    except MemoryError:
        raise NoSound("it needs too much memory") from None


def _check(rate: int, channels: int) -> None:
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise NoSound(f"it has {rate} samples a second; {LOWEST_RATE} to {HIGHEST_RATE} are taken")
    if not 1 <= channels <= MOST_CHANNELS:
        raise NoSound(f"it has {channels} channels; at most {MOST_CHANNELS} are taken")


def _read(source: soundfile.SoundFile, longest_s: float) -> ReadSound:
    rate = WIDE if source.samplerate >= WIDE else NARROW
    narrowing = soxr.ResampleStream(source.samplerate, rate, 1, dtype="float32", quality="HQ")
    frames = int((longest_s + BEYOND_S) * source.samplerate)
    pieces: list[NDArray[np.float32]] = []
    full = read = 0
    for block in _blocks(source, frames):
        full += max(count_full(block[:, channel]) for channel in range(block.shape[1]))
        read += len(block)
        pieces.append(narrowing.resample_chunk(np.mean(block, axis=1, dtype=np.float32)))
    if not read:
        raise NoSound("it holds no sound")
    pieces.append(narrowing.resample_chunk(np.zeros(0, dtype=np.float32), last=True))
    samples = np.concatenate(pieces)
    # A telephone with a bad adapter adds a constant, which is heard as a click at the edges.
    return ReadSound((samples - np.mean(samples)).astype(np.float32), rate, full / read)


def _blocks(source: soundfile.SoundFile, frames: int) -> Iterator[NDArray[np.float32]]:
    while frames > 0:
        block = source.read(min(BLOCK_FRAMES, frames), dtype="float32", always_2d=True)
        if len(block) == 0:
            return
        frames -= len(block)
        yield np.nan_to_num(block, nan=0.0, posinf=1.0, neginf=-1.0)
