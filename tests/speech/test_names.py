"""Names as the voice gets them: words alone."""

import pytest

from switchboard.domain.directory import Language
from switchboard.speech.studio.names import UnspeakableNameError, in_words, speak_name
from switchboard.speech.studio.wav import PROMPT_RATE
from tests.speech.test_make import HummingVoice


@pytest.mark.parametrize(
    ("name", "language", "words"),
    [
        ("Anna Andersson", "sv", "Anna Andersson"),
        ("Gata/park", "sv", "Gata park"),
        ("Förskola 12", "sv", "Förskola tolv"),
        ("Rum B2", "en", "Rum B two"),
        ("Kultur & fritid", "sv", "Kultur och fritid"),
        ("Linje 007", "sv", "Linje noll noll sju"),
        ("Ann-Marie  O'Hara", "en", "Ann-Marie O'Hara"),
    ],
)
def test_a_name_in_words(name: str, language: Language, words: str) -> None:
    assert in_words(name, language) == words


def test_a_name_becomes_a_sound_of_the_telephones_rate() -> None:
    wav = speak_name(HummingVoice(), "Anna", "sv")
    assert wav[:4] == b"RIFF"
    assert int.from_bytes(wav[24:28], "little") == PROMPT_RATE


def test_signs_alone_are_no_name() -> None:
    with pytest.raises(UnspeakableNameError):
        speak_name(HummingVoice(), "?!", "sv")
