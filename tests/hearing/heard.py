"""What a caller has heard so far, and questions a test asks about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    PROMPT = "prompt"
    CUT = "cut"
    """A coded prompt of which a part is missing: broken off, or damaged on the way."""
    MUSIC = "music"
    RINGING = "ringing"
    """A burst of Sweden's ring tone, 425 Hz for at least 0.6 s."""
    BUSY = "busy"
    """A short burst of 425 Hz: busy or congestion."""
    TONE = "tone"
    SILENCE = "silence"
    SOUND = "sound"
    """Speech, noise: whatever is none of the others."""


@dataclass(frozen=True, slots=True)
class Sound:
    """`start` and `end` in seconds from the start of the recording; `going_on` when it has not ended."""

    kind: Kind
    start: float
    end: float
    name: str = ""
    frequency: float = 0.0
    going_on: bool = False

    @property
    def seconds(self) -> float:
        return self.end - self.start

    def __str__(self) -> str:
        what = self.name or (f"{self.frequency:.0f} Hz" if self.frequency else "")
        return f"{self.start:.2f}–{self.end:.2f} {self.kind}{' ' + what if what else ''}"


@dataclass(frozen=True, slots=True)
class Heard:
    """All sounds in the order of their start; `until` is how far was listened, in seconds."""

    sounds: tuple[Sound, ...] = ()
    until: float = 0.0

    def __iter__(self) -> Iterator[Sound]:
        return iter(self.sounds)

    def __str__(self) -> str:
        return "\n".join(map(str, self.sounds)) or "nothing"

    @property
    def prompts(self) -> list[str]:
        """Names of the whole prompts, in order."""
        return [sound.name for sound in self.sounds if sound.kind is Kind.PROMPT]

    def of(self, kind: Kind) -> list[Sound]:
        return [sound for sound in self.sounds if sound.kind is kind]

    def says(self, *names: str) -> bool:
        """Whether these prompts were heard in this order; others may stand between them."""
        rest = iter(self.prompts)
        return all(name in rest for name in names)

    def ends_with(self, *names: str) -> bool:
        return self.prompts[-len(names) :] == list(names)

    def tone(self, frequency: float, at_least: float = 0.3) -> bool:
        """Whether a tone of this frequency (within 15 Hz) was heard for `at_least` seconds in one piece."""
        return any(
            abs(sound.frequency - frequency) <= 15 and sound.seconds >= at_least
            for sound in self.sounds
            if sound.frequency
        )

    @property
    def ringing(self) -> bool:
        return bool(self.of(Kind.RINGING))

    @property
    def busy(self) -> bool:
        return bool(self.of(Kind.BUSY))

    @property
    def music(self) -> bool:
        return bool(self.of(Kind.MUSIC))

    @property
    def talk(self) -> bool:
        """Whether somebody spoke, or made a noise like it, for 0.3 s."""
        return any(sound.seconds >= 0.3 for sound in self.of(Kind.SOUND))

    @property
    def quiet_for(self) -> float:
        """Seconds of silence up to now."""
        last = next((sound for sound in reversed(self.sounds) if sound.end >= self.until - 0.2), Sound(Kind.CUT, 0, 0))
        return self.until - last.start if last.kind is Kind.SILENCE else 0.0

    def after(self, second: float) -> Heard:
        """Only what started at this second of the recording or later."""
        return Heard(tuple(sound for sound in self.sounds if sound.start >= second), self.until)

    def since(self, name: str) -> Heard:
        """Only what came after the end of the last prompt of this name; nothing when it was not heard."""
        ends = [sound.end for sound in self.sounds if sound.kind is Kind.PROMPT and sound.name == name]
        return self.after(ends[-1] - 0.05) if ends else Heard((), self.until)
