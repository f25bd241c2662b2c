"""Names read aloud for the directory: made once, kept as a recording, heard within sentences."""

import re

from switchboard.domain.directory import Language
from switchboard.speech.studio.fragments import english_number, swedish_number
from switchboard.speech.studio.make import Line, VoiceEngine
from switchboard.speech.studio.mastering import master

LONGEST_NUMBER = 6
_DIGITS = re.compile(r"[0-9]+")


class UnspeakableNameError(ValueError):
    """There is nothing in the name that the voice can say."""


def speak_name(engine: VoiceEngine, name: str, language: Language) -> bytes:
    """The wav file. Raises UnspeakableNameError, or TextTooLongError."""
    text = in_words(name, language)
    if not text or not engine.phonemes(text, language).strip():
        raise UnspeakableNameError("nothing in it can be spoken")
    line = Line("", "", language, text, continues=True)
    return master(engine.speak(line.spoken, language), engine.sample_rate, line.edges)


def in_words(name: str, language: Language) -> str:
    """'Förskola 12' is 'Förskola tolv'; the digits of a long number one by one; signs are pauses between words."""
    spelt = name.replace("&", " and " if language == "en" else " och ")
    bare = "".join(sign if sign.isalnum() or sign in "-'’." else " " for sign in spelt)
    return " ".join(_DIGITS.sub(lambda found: f" {_number(found.group(), language)} ", bare).split())


def _number(digits: str, language: Language) -> str:
    spell = english_number if language == "en" else swedish_number
    if len(digits) > LONGEST_NUMBER or (digits.startswith("0") and digits != "0"):
        return " ".join(spell(int(digit)) for digit in digits)
    return spell(int(digits))
