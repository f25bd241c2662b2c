"""The lexicon: words of its own, number words put together, and the rest left to the phonemiser."""

from pathlib import Path

import pytest

from switchboard.domain.directory import Language
from switchboard.speech.studio.pronunciation import Lexicon, load_lexicons, phonemise

LEXICON = Lexicon(
    words={"augusti": "aɡˈɵstɪ"}, numbers={"tjugo": "ɕˈʉːɡʊ", "hundra": "hˈɵndra", "sju": "ʃˈʉː", "tio": "tˈiːʊ"}
)


class SpellingPhonemiser:
    """Gives each run of words back in brackets, so that a test sees what was asked for."""

    def phonemes(self, text: str, language: Language) -> str:
        return f"<{language}:{text}>"


def said(text: str, language: Language = "sv") -> str:
    return phonemise(text, language, LEXICON, SpellingPhonemiser())


def test_known_words_are_taken_from_the_lexicon_and_the_rest_in_runs() -> None:
    assert said("den tredje augusti.") == "<sv:den tredje> aɡˈʊstɪ."


def test_marks_stay_for_the_melody() -> None:
    assert said("Tack, vi ringer. Hej då") == "<sv:Tack>, <sv:vi ringer>. <sv:Hej då>"
    assert said("augusti,") == "aɡˈʊstɪ,"


@pytest.mark.parametrize(
    ("word", "ipa"),
    [
        ("sju", "ʃˈuː"),
        ("tjugosju", "ɕˌuːɡʊʃˈuː"),
        ("tjugohundratjugosju", "ɕˌuːɡʊhˌʊndraɕˌuːɡʊʃˈuː"),
        ("AUGUSTI", "aɡˈʊstɪ"),
    ],
)
def test_number_words_have_their_stress_on_the_last_part(word: str, ipa: str) -> None:
    assert said(word) == ipa


def test_a_word_that_only_begins_like_a_number_is_none() -> None:
    assert said("tiotal") == "<sv:tiotal>"


def test_a_word_that_is_all_that_is_said_may_have_a_sound_of_its_own() -> None:
    lexicon = Lexicon({}, {"ett": "ˈɛtː", "tjugo": "ɕˈʉːɡʊ"}, {"ett": "ˈɛtʰ"})
    spoken = [
        phonemise(text, "sv", lexicon, SpellingPhonemiser()) for text in ("ett", "Ett.", "Tryck ett.", "tjugoett")
    ]
    assert spoken == ["ˈɛtʰ", "ˈɛtʰ.", "<sv:Tryck> ˈɛtː.", "ɕˌuːɡʊˈɛtː"]


def test_half_days_are_one_word_each() -> None:
    lexicon = Lexicon({"p.m.": "pm"}, {})
    assert phonemise("two p.m.", "en", lexicon, SpellingPhonemiser()) == "<en:two> pm"


def test_every_swedish_number_word_is_ours(sounds: Path) -> None:
    from switchboard.speech.studio.fragments import swedish_number, swedish_ordinal, swedish_year

    lexicon = load_lexicons(sounds)["sv"]
    words = [swedish_number(number) for number in range(100)]
    words += [swedish_ordinal(day) for day in range(1, 32)]
    words += [swedish_year(year) for year in range(2025, 2046)]
    assert [word for word in words if lexicon.ipa(word) is None] == []
