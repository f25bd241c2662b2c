"""What people are told by e-mail about callback tasks: subject and text, in Swedish and English.

A subject holds no personal data: it is shown on locked screens.
"""

from switchboard.domain.directory import Language
from switchboard.domain.letters import english, swedish
from switchboard.domain.letters.facts import CONFIDENTIAL, Facts, Late, LetterKind, Wording, shown_number

__all__ = ["CONFIDENTIAL", "Facts", "Late", "LetterKind", "Wording", "frame", "shown_number", "write_letter"]


def write_letter(kind: LetterKind, facts: Facts, language: Language) -> Wording:
    words = swedish if language == "sv" else english
    text = "\n\n".join(each for each in words.PARAGRAPHS[kind](facts) if each)
    return frame(language, facts.reader, facts.authority, Wording(words.SUBJECTS[kind](facts), text))


def frame(language: Language, reader: str, authority: str, text: Wording) -> Wording:
    """A greeting before it and a closing after it; the subject in one line."""
    words = swedish if language == "sv" else english
    body = "\n\n".join((words.greeting(reader), text.body, words.closing(authority)))
    return Wording(" ".join(text.subject.split()), body + "\n")
