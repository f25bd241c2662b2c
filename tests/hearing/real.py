"""Which real prompts a recording holds: by correlation in chunks, and by spectrum where to look.

Whole files are never correlated: a jitter buffer may slip by some samples, after which nothing fits.
In chunks of 0.5 s the right prompt gives 0.99 and a wrong one 0.4 at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tests.hearing.pcm import RATE, Pcm, Signal
from tests.hearing.spectrum import likely_places, spectrum

CHUNK_S = 0.5
_LEAST_CHUNK_S = 0.15
_QUIET_RMS = 60.0
_SLACK_S = 0.12
ENOUGH = 0.8
"""A score from which a prompt counts as heard."""


@dataclass(frozen=True, slots=True)
class Match:
    """`score` 0 … 1, the median over the chunks; `offset` in seconds into the recording."""

    score: float
    offset: float


@dataclass(frozen=True, slots=True)
class Spoken:
    name: str
    start: float
    end: float
    score: float


def trim(pcm: Pcm) -> tuple[int, Pcm]:
    """Without the quiet at both ends, and how many samples were left out at the start."""
    loud = np.flatnonzero(np.abs(pcm.astype(np.int32)) > 3 * _QUIET_RMS)
    return (int(loud[0]), pcm[loud[0] : loud[-1] + 1]) if len(loud) else (0, pcm[:0])


def _chunks(pcm: Pcm) -> Iterable[tuple[int, Signal]]:
    """Pieces that hold sound, with their place; a short rest joins the piece before it."""
    length = round(CHUNK_S * RATE)
    count = max(1, round(len(pcm) / length))
    for piece in np.array_split(np.arange(len(pcm)), count):
        chunk = pcm[piece].astype(np.float64)
        if len(chunk) >= _LEAST_CHUNK_S * RATE and np.sqrt(np.mean(chunk**2)) >= _QUIET_RMS:
            yield int(piece[0]), chunk


def correlate(recording: Signal, chunk: Signal) -> Signal:
    """Normalised correlation of the chunk with each place of the recording, −1 … 1."""
    places = len(recording) - len(chunk) + 1
    if places < 1:
        return np.zeros(0)
    size = 1 << (len(recording) + len(chunk) - 1).bit_length()
    raw = np.fft.irfft(np.fft.rfft(recording, size) * np.conj(np.fft.rfft(chunk, size)), size)[:places]
    energy = np.concatenate([[0.0], np.cumsum(recording**2)])
    around = energy[len(chunk) :] - energy[: -len(chunk)]
    score: Signal = raw / np.sqrt(np.maximum(around * np.sum(chunk**2), len(chunk) * _QUIET_RMS**2))
    return score


def best_match(recording: Pcm, prompt: Pcm, start: float = 0.0, end: float | None = None) -> Match:
    """The best place of the prompt in this part of the recording; score 0 when it cannot be there."""
    skipped, core = trim(prompt)
    first = max(0, round(start * RATE))
    part = recording[first : None if end is None else round(end * RATE)].astype(np.float64)
    scores, offsets = [], []
    for place, chunk in _chunks(core):
        score = correlate(part, chunk)
        if len(score):
            best = int(score.argmax())
            scores.append(float(score[best]))
            offsets.append(best - place)
    if not scores:
        return Match(0.0, start)
    return Match(float(np.median(scores)), (first + float(np.median(offsets)) - skipped) / RATE)


def heard_in_order(recording: Pcm, prompts: Sequence[Pcm], gap: float = 3.0) -> list[Match]:
    """Each prompt looked for from the end of the one before it, at most `gap` seconds further on.

    One that is not found (score below ENOUGH) does not move the place where the next is looked for,
    but widens the stretch by its own length.
    """
    found: list[Match] = []
    at, room = 0.0, len(recording) / RATE
    for prompt in prompts:
        seconds = len(prompt) / RATE
        match = best_match(recording, prompt, at - _SLACK_S, at + room + seconds)
        found.append(match)
        if match.score >= ENOUGH:
            at, room = match.offset + seconds, gap
        else:
            room += seconds
    return found


def transcript(recording: Pcm, candidates: Mapping[str, Pcm]) -> list[Spoken]:
    """Which of the candidates were heard, and when; of two that overlap, the better and longer one."""
    heard = spectrum(recording)
    spoken = [spoken for name, prompt in candidates.items() for spoken in _places(recording, heard, name, prompt)]
    spoken.sort(key=lambda one: one.score**4 * (one.end - one.start), reverse=True)
    kept: list[Spoken] = []
    for one in spoken:
        if all(one.start >= other.end - 0.1 or one.end <= other.start + 0.1 for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def _places(recording: Pcm, heard: Signal, name: str, prompt: Pcm) -> Iterable[Spoken]:
    _, core = trim(prompt)
    if len(core) < _LEAST_CHUNK_S * RATE:
        return
    seconds = len(core) / RATE
    for place in likely_places(heard, spectrum(core)):
        match = best_match(recording, core, place - _SLACK_S, place + seconds + _SLACK_S)
        if match.score >= ENOUGH:
            yield Spoken(name, match.offset, match.offset + seconds, match.score)
