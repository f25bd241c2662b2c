"""What people are told by e-mail about callback tasks: subject and text, in Swedish and English.

A subject holds no personal data: it is shown on locked screens.
"""

from switchboard.domain.directory import Language
from switchboard.domain.letters import english, swedish
from switchboard.domain.letters.facts import WITHHELD, Facts, Late, LetterKind, Wording, shown_number

__all__ = ["WITHHELD", "Facts", "Late", "LetterKind", "Wording", "shown_number", "write_letter"]


def write_letter(kind: LetterKind, facts: Facts, language: Language) -> Wording:
    words = swedish if language == "sv" else english
    subject, paragraphs = words.SUBJECTS[kind](facts), words.PARAGRAPHS[kind](facts)
    greeting = [words.greeting(facts)]
    body = "\n\n".join([*greeting, *(each for each in paragraphs if each), words.closing(facts)])
    return Wording(" ".join(subject.split()), body + "\n")
