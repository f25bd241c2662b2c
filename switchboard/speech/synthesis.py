"""Speech that cannot be recorded beforehand, and the making of what can: a Protocol and Kokoro-82M behind it.

Kokoro needs the extra `speech` and a folder with the model (`kokoro.onnx`, `vocab.json`, `voices/*.bin`); both are
loaded at the first text. About half a second of one core for a second of speech: never in the path of a call.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from switchboard.domain.directory import Language
from switchboard.speech.studio.pronunciation import Espeak, load_lexicons, phonemise

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

DEFAULT_VOICE = "switchboard"
MODEL_SAMPLE_RATE = 24_000
STYLE_LENGTH = 256
LONGEST_INPUT = 508  # phonemes; the model's context is 510 with a pad at each end
NOISE_SEED = 7  # the model adds noise to its source; with a fixed seed the same text gives the same samples
VOICES_FILE = "voices.toml"


class TextTooLongError(ValueError):
    """The text has more phonemes than the voice model can take at once; split it."""


class Synthesiser(Protocol):
    """Reads a text aloud. The text holds words and punctuation only, no digits."""

    sample_rate: int

    def speak(self, text: str, language: Language, voice: str = DEFAULT_VOICE) -> Samples:
        """Mono samples, `sample_rate` a second, about -1…1.

        Raises TextTooLongError, or KeyError for a voice that the language does not have.
        """


@dataclass(frozen=True, slots=True)
class Voice:
    """The mean of the named Kokoro voice vectors, and the speed (1 is the model's own)."""

    blend: tuple[str, ...]
    speed: float


def load_voices(sounds: Path) -> dict[tuple[str, Language], Voice]:
    """The voices of `voices.toml`, by name and language."""
    tables = tomllib.loads((sounds / VOICES_FILE).read_text(encoding="utf-8"))
    return {
        (name, language): Voice(tuple(table["blend"]), float(table["speed"]))
        for name, languages in tables.items()
        for language, table in languages.items()
    }


class Kokoro:
    """Kokoro-82M on onnxruntime, one thread. `sounds` has the voices and the lexicon, `model` the weights."""

    name = "kokoro"
    version = "Kokoro-82M v1.0 int8"
    sample_rate = MODEL_SAMPLE_RATE

    def __init__(self, model: Path, sounds: Path) -> None:
        self._model = model
        self._voices = load_voices(sounds)
        self._lexicons = load_lexicons(sounds)

    def phonemes(self, text: str, language: Language) -> str:
        return phonemise(text, language, self._lexicons[language], self._espeak)

    def speak(self, text: str, language: Language, voice: str = DEFAULT_VOICE) -> Samples:
        import numpy as np

        settings = self._voices[voice, language]
        phonemes = self.phonemes(text, language)
        tokens = [self._vocabulary[sound] for sound in phonemes if sound in self._vocabulary]
        if len(tokens) > LONGEST_INPUT:
            raise TextTooLongError(f"{len(tokens)} phonemes, at most {LONGEST_INPUT}")
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": self._style(settings, len(tokens)),
            "speed": np.array([settings.speed], dtype=np.float32),
        }
        samples: Samples = np.asarray(self._session.run(None, inputs)[0], dtype=np.float32).ravel()
        return samples

    def _style(self, voice: Voice, length: int) -> Samples:
        """The voice vector for an input of this length; the file holds one row for each length."""
        import numpy as np

        rows = [
            np.fromfile(self._model / "voices" / f"{name}.bin", dtype="<f4").reshape(-1, STYLE_LENGTH)
            for name in voice.blend
        ]
        mean = np.mean(rows, axis=0)
        style: Samples = mean[min(length, len(mean)) - 1].reshape(1, STYLE_LENGTH).astype(np.float32)
        return style

    @cached_property
    def _espeak(self) -> Espeak:
        return Espeak()

    @cached_property
    def _vocabulary(self) -> Mapping[str, int]:
        vocabulary: dict[str, int] = json.loads((self._model / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        return vocabulary

    @cached_property
    def _session(self) -> Any:  # noqa: ANN401 - onnxruntime ships no types
        import onnxruntime

        onnxruntime.set_seed(NOISE_SEED)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(
            str(self._model / "kokoro.onnx"), options, providers=["CPUExecutionProvider"]
        )
