"""How somebody or something is named aloud: by their recorded name, by their extension, or not at all."""

from collections.abc import Mapping
from typing import Literal

from switchboard.domain.announcement import SpokenName
from switchboard.domain.directory import LANGUAGES, Language
from switchboard.speech.clips import Clips, Recorded, prompts

DIGITS = frozenset("0123456789")
OwnRecording = Literal["answer_phrase", "personal"]
_OWN_WORDS: Mapping[tuple[OwnRecording, Language], str] = {
    ("answer_phrase", "sv"): "inspelad svarsfras",
    ("answer_phrase", "en"): "recorded answer phrase",
    ("personal", "sv"): "inspelad hälsning",
    ("personal", "en"): "recorded greeting",
}


def own_recording(
    recordings: Mapping[Language, str], owner: SpokenName, kind: OwnRecording, language: Language
) -> Clips:
    """Somebody's own greeting in the language, else in another; nothing where there is none.

    What it says is not known, so its text names it: '[inspelad hälsning: Anna Andersson]'.
    """
    sha256 = _in_language(recordings, language)
    return (Recorded(sha256, f"[{_OWN_WORDS[kind, language]}: {owner.text}]"),) if sha256 else ()


def place(name: SpokenName, language: Language) -> Clips:
    """The name where a sentence leads to it ('Du har kommit till …'): recorded, 'anknytning två ett ett', nothing."""
    return _recorded(name, language) or _at_extension("extension", name, language)


def somebody(name: SpokenName, language: Language) -> Clips:
    """The name as the subject of a sentence; 'personen du söker' where nothing is known."""
    return (
        _recorded(name, language)
        or _at_extension("person-at-extension", name, language)
        or prompts(language, "person-sought")
    )


def _recorded(name: SpokenName, language: Language) -> Clips:
    sha256 = _in_language(name.recordings, language)
    return (Recorded(sha256, name.text),) if sha256 else ()


def _at_extension(lead: str, name: SpokenName, language: Language) -> Clips:
    digits = [f"digit-{digit}" for digit in name.digits or "" if digit in DIGITS]
    return prompts(language, lead, *digits) if digits else ()


def _in_language(recordings: Mapping[Language, str], language: Language) -> str | None:
    spoken = (recordings.get(each) for each in (language, *LANGUAGES))
    return next((sha256 for sha256 in spoken if sha256), None)
