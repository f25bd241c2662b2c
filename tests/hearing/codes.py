"""An audible code: an integer in 0.35 s of sound, readable through A-law and lost packets.

A code is four symbols of 70 ms. Each symbol is two tones at once: one of four says which symbol of
the code it is, one of sixteen says its value. The first three carry the number (0 … 4095), the
fourth is a check. So no tone, ring signal or stretch of speech is ever taken for a symbol, a slip of
the jitter buffer does not matter, and a code that was cut off is known as such.
"""

from __future__ import annotations

import numpy as np

from tests.hearing.pcm import RATE, Pcm, Signal, from_signal

PLACES = (500, 620, 740, 860)
"""Hz; which of the four symbols this is."""

VALUES = tuple(1000 + 150 * value for value in range(16))
"""Hz; 1000 … 3250."""

MUSIC = (350, 3400)
"""Hz; both at once, for as long as it lasts: the mark of music on hold."""

LARGEST = 16**3 - 1

SYMBOL_S = 0.07
GAP_S = 0.015
END_GAP_S = 0.04
_LEVEL = 0.22


def check_value(values: tuple[int, int, int]) -> int:
    """Odd factors: any single wrong value gives another check value."""
    first, second, third = values
    return (3 * first + 5 * second + 7 * third + 11) % 16


def symbols_of(number: int) -> tuple[int, int, int, int]:
    """Raises ValueError outside 0 … LARGEST."""
    if not 0 <= number <= LARGEST:
        raise ValueError(f"a code holds 0 to {LARGEST}, not {number}")
    values = (number >> 8, number >> 4 & 15, number & 15)
    return (*values, check_value(values))


def number_of(values: tuple[int, int, int, int]) -> int | None:
    """None when the check value does not fit."""
    number = values[0] << 8 | values[1] << 4 | values[2]
    return number if symbols_of(number) == values else None


def chord(frequencies: tuple[float, ...], seconds: float, level: float = _LEVEL) -> Signal:
    """Tones together, each of the given amplitude, with edges of 4 ms so that they do not click."""
    time = np.arange(round(seconds * RATE)) / RATE
    signal = np.sum([level * np.sin(2 * np.pi * hz * time) for hz in frequencies], axis=0)
    edge = np.minimum(1.0, np.arange(1, len(time) + 1) / (0.004 * RATE))
    shaped: Signal = signal * edge * edge[::-1]
    return shaped


def encode(number: int) -> Pcm:
    """The code as sound, 0.37 s with the pause at its end."""
    parts: list[Signal] = []
    for place, value in enumerate(symbols_of(number)):
        parts += [chord((PLACES[place], VALUES[value]), SYMBOL_S), np.zeros(round(GAP_S * RATE))]
    parts.append(np.zeros(round((END_GAP_S - GAP_S) * RATE)))
    return from_signal(np.concatenate(parts))


def music(seconds: float) -> Pcm:
    """The mark of music on hold: known at any point of it."""
    return from_signal(chord(MUSIC, seconds))
