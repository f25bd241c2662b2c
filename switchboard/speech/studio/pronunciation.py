"""From words to the phonemes that the voice model was trained on: espeak-ng's IPA, corrected by our own lexicon."""

import ctypes
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from switchboard.domain.directory import LANGUAGES, Language

PRONUNCIATION_FILE = "pronunciation.toml"
PRIMARY_STRESS, SECONDARY_STRESS = "ˈ", "ˌ"
MARKS = frozenset(".,!?")
_TOKEN = re.compile(r"[ap]\.m\.|[.,!?]|[^\s.,!?]+")
_ESPEAK_VOICES: Mapping[Language, str] = {"sv": "sv", "en": "gmw/en"}
_AUDIO_OUTPUT_SYNCHRONOUS, _UTF8, _IPA = 2, 1, 2

# Sounds that the model has not learnt, or has learnt under a letter of its own; longest first.
_MODEL_SOUNDS: Mapping[Language, tuple[tuple[str, str], ...]] = {
    "sv": (("sx", "ʃ"), ("ʉ", "u"), ("ɵ", "ʊ"), ("ʈ", "t"), ("ɖ", "d"), ("ɳ", "n"), ("ɭ", "l"), ("ʏ", "y")),
    "en": (
        ("tʃ", "ʧ"), ("dʒ", "ʤ"), ("eɪ", "A"), ("aɪ", "I"), ("aʊ", "W"), ("ɔɪ", "Y"), ("əʊ", "Q"), ("oʊ", "Q"),
        ("eə", "ɛː"), ("ɐ", "ə"), ("r", "ɹ"), ("\u0303", ""),
    ),
}  # fmt: skip


class Phonemiser(Protocol):
    """Writes running words as IPA."""

    def phonemes(self, text: str, language: Language) -> str: ...


class Espeak:
    """libespeak-ng, called in this process. Not thread-safe: the library keeps one voice for all."""

    def __init__(self) -> None:
        import espeakng_loader

        self._library = ctypes.cdll.LoadLibrary(espeakng_loader.get_library_path())
        self._library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
        data = espeakng_loader.get_data_path().encode()
        if self._library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, data, 0) < 0:
            raise RuntimeError(f"espeak-ng found no data in {data!r}")

    def phonemes(self, text: str, language: Language) -> str:
        if self._library.espeak_SetVoiceByName(_ESPEAK_VOICES[language].encode()) != 0:
            raise RuntimeError(f"espeak-ng has no voice for {language}")
        rest = ctypes.c_char_p(text.encode())
        clauses: list[str] = []
        while rest.value:
            clauses.append(self._library.espeak_TextToPhonemes(ctypes.byref(rest), _UTF8, _IPA).decode())
        return " ".join(clauses)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words whose IPA we give, the parts of which number words are built, and words that need another IPA where they
    are all that is said."""

    words: Mapping[str, str]
    numbers: Mapping[str, str]
    alone: Mapping[str, str] = field(default_factory=dict)

    def ipa(self, word: str, *, alone: bool = False) -> str | None:
        known = (self.alone.get(word.lower()) if alone else None) or self.words.get(word.lower())
        return known if known is not None else self._compound(word.lower())

    def _compound(self, word: str) -> str | None:
        """IPA of a number word; of several parts only the last keeps its primary stress."""
        if word in self.numbers:
            return self.numbers[word]
        for part, sound in self.numbers.items():
            if word.startswith(part):
                rest = self._compound(word.removeprefix(part))
                if rest is not None:
                    return sound.replace(PRIMARY_STRESS, SECONDARY_STRESS) + rest
        return None


def load_lexicons(sounds: Path) -> dict[Language, Lexicon]:
    tables = tomllib.loads((sounds / PRONUNCIATION_FILE).read_text(encoding="utf-8"))
    return {
        language: Lexicon(*(tables[language].get(part, {}) for part in ("words", "numbers", "alone")))
        for language in LANGUAGES
    }


def phonemise(text: str, language: Language, lexicon: Lexicon, phonemiser: Phonemiser) -> str:
    """The phonemes of a text for the voice model, with the punctuation that shapes its melody."""
    spoken = ""
    words: list[str] = []
    tokens = _TOKEN.findall(text)
    alone = sum(token not in MARKS for token in tokens) == 1
    for token in [*tokens, "."]:
        sound = lexicon.ipa(token, alone=alone)
        if sound is None and token not in MARKS:
            words.append(token)
            continue
        if words:
            spoken += " " + phonemiser.phonemes(" ".join(words), language)
            words.clear()
        spoken += f" {sound}" if sound is not None else token
    spoken = spoken.removesuffix(".").strip()
    for sound, letter in _MODEL_SOUNDS[language]:
        spoken = spoken.replace(sound, letter)
    return spoken
