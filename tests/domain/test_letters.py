"""The letters as people read them, whole, and for every kind of facts (R46)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.directory import LANGUAGES, Language
from switchboard.domain.letters import Facts, Late, LetterKind, write_letter
from tests.domain.calendars import local

FACTS = Facts(
    authority="Norrby kommun",
    name="Erik Lund",
    received_at=local("2026-08-12 10:05"),
    link="https://vaxel.norrby.example/api/v1/voicemail-messages/m-1/audio",
    reader="Erik",
    caller="+46701740605",
    due=local("2026-08-13 23:59:59"),
    seconds=12.4,
)
ABOUT_ONESELF = (LetterKind.UNANSWERED, LetterKind.GREETING)
SWEDISH = """Hej Erik!

Någon har sökt dig och vill bli uppringd.

Sökt: Erik Lund
Ring upp: 070-174 06 05
Kom in: onsdag 12 augusti klockan 10.05
Återuppringning: senast torsdag 13 augusti

Meddelandet är 12 sekunder långt. Lyssna på det här:
https://vaxel.norrby.example/api/v1/voicemail-messages/m-1/audio

När du har talat med den som ringde avslutas ärendet. Ring från din anknytning så märker växeln det själv.

Vänliga hälsningar
Norrby kommun, telefonväxeln

Det här brevet går inte att svara på.
"""
ENGLISH = """Hello,

The time for calling back has passed and the caller has had no answer.

All tasks of Bygglov that are late:
- Thursday 13 August at 23:59: Erik Lund, 070-174 06 05
- Friday 14 August at 14:00: Anna Andersson, number withheld

Please see to it that those who wait are called, or hand the task over to somebody who can.

Kind regards,
Norrby kommun, the switchboard

Please do not reply to this e-mail.
"""


def test_a_new_task_in_swedish() -> None:
    words = write_letter(LetterKind.OPENED, FACTS, "sv")
    assert words.subject == "Någon väntar på att bli uppringd, senast torsdag 13 augusti"
    assert words.body == SWEDISH


def test_what_is_late_in_english() -> None:
    late = [
        Late("Erik Lund", "+46701740605", local("2026-08-13 23:59:59")),
        Late("Anna Andersson", None, local("2026-08-14 14:00")),
    ]
    words = write_letter(LetterKind.BREACH, replace(FACTS, reader="", unit="Bygglov", late=late), "en")
    assert (words.subject, words.body) == ("Calling back is late in Bygglov", ENGLISH)


@pytest.mark.requirement("R1")
def test_who_does_not_answer_is_asked_for_an_absence() -> None:
    words = write_letter(LetterKind.UNANSWERED, replace(FACTS, unanswered=3, diverted=True), "sv")
    assert words.subject == "Samtal till dig blir obesvarade"
    assert "3 samtal i rad har ringt hos dig utan svar, det senaste onsdag 12 augusti klockan 10.05." in words.body
    assert "slå *23" in words.body
    assert "Dina telefoner ringer inte förrän" in words.body
    assert "stay silent" not in write_letter(LetterKind.UNANSWERED, replace(FACTS, unanswered=3), "en").body


@pytest.mark.requirement("R46")
@given(
    st.sampled_from(LetterKind),
    st.sampled_from(LANGUAGES),
    st.booleans(),
    st.sampled_from([None, local("2026-08-14 14:30")]),
    st.text(max_size=30),
)
def test_no_subject_tells_who_called_and_no_letter_what_is_secret(
    kind: LetterKind, language: Language, secret: bool, due: None, note: str
) -> None:
    facts = replace(FACTS, secret=secret, due=due, promised=due is not None, note=note)
    words = write_letter(kind, facts, language)
    assert "070-174" not in words.subject
    assert words.subject.isprintable()
    if kind in ABOUT_ONESELF:
        assert "070-174" not in words.body
    elif kind is not LetterKind.BREACH:
        assert ("070-174 06 05" in words.body) is not secret
        assert "meddelande.wav" not in words.body
        if due is None:
            assert ("så snart du kan" in words.body) or ("as soon as you can" in words.body)
