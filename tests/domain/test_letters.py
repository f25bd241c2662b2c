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
    source="voicemail",
    listen="*26",
)
ABOUT_ONESELF = (LetterKind.UNANSWERED, LetterKind.GREETING)
SWEDISH = """Hej Erik!

Någon har sökt dig och vill bli uppringd.

Sökt: Erik Lund
Ring upp: 070-174 06 05
Kom in: onsdag 12 augusti klockan 10.05
Ska ringas upp: senast torsdag 13 augusti

Den som ringde har fått beskedet att vi ringer upp senast torsdag 13 augusti.

Meddelandet är 12 sekunder långt. Slå *26 på din telefon för att lyssna, eller hämta det här:
https://vaxel.norrby.example/api/v1/voicemail-messages/m-1/audio

Ring från din anknytning, eller slå *24 så kopplar växeln upp samtalet. När ni har talat med varandra avslutas ärendet \
automatiskt. Har du svarat på något annat sätt avslutar du det själv med *24.

Vänliga hälsningar
Telefonväxeln, Norrby kommun

Det går inte att svara på det här mejlet.
"""
ENGLISH = """Hello,

The time for calling back has passed and the caller has had no answer.

Overdue callbacks in Bygglov, with the time by which they should have been made:
- by Thursday 13 August: Erik Lund, 070-174 06 05
- Friday 14 August at 14:00 (promised): Anna Andersson, number withheld
- by Thursday 13 August: Erik Lund, number shown at the switchboard only
- and 3 more

Please see to it that those who are waiting are called, or hand over to somebody who can call.

Kind regards,
The switchboard, Norrby kommun

Please do not reply to this e-mail.
"""
TOLD_IN_SWEDISH = [
    ({}, "Den som ringde har fått beskedet att vi ringer upp senast torsdag 13 augusti."),
    ({"email_counts": True}, "att vi ringer eller mejlar senast torsdag 13 augusti."),
    ({"caller": None}, "senast torsdag 13 augusti, om det går att nå hen på det som sägs i meddelandet."),
    ({"due": None}, "Den som ringde har fått beskedet att vi ringer upp."),
    ({"source": "queue"}, "att vi ringer upp senast torsdag 13 augusti."),
    ({"source": "fallback"}, "Den som ringde har fått beskedet att vi ringer upp."),
    ({"source": "abandoned"}, "lade på innan någon hann svara och har inte fått något besked."),
    ({"source": "interrupted"}, "talade in ett meddelande, men det kunde inte sparas. Ingen tid är utlovad."),
    (
        {"source": "operator", "promised": True, "due": local("2026-08-14 14:30")},
        "Den som ringde har fått beskedet att vi ringer upp fredag 14 augusti klockan 14.30.",
    ),
]


def test_a_new_task_in_swedish() -> None:
    words = write_letter(LetterKind.OPENED, FACTS, "sv")
    assert words.subject == "Någon väntar på att bli uppringd, senast torsdag 13 augusti"
    assert words.body == SWEDISH


def test_what_is_late_in_english() -> None:
    day = local("2026-08-13 23:59:59")
    late = [
        Late("Erik Lund", "+46701740605", day),
        Late("Anna Andersson", None, local("2026-08-14 14:00"), promised=True),
        Late("Erik Lund", "+46701740605", day, secret=True),
    ]
    words = write_letter(LetterKind.BREACH, replace(FACTS, reader="", unit="Bygglov", late=late, more=3), "en")
    assert (words.subject, words.body) == ("Overdue callbacks in Bygglov", ENGLISH)


@pytest.mark.requirement("R18")
@pytest.mark.parametrize(("how", "told"), TOLD_IN_SWEDISH)
@pytest.mark.parametrize("kind", [LetterKind.OPENED, LetterKind.JOINED, LetterKind.HANDED_OVER, LetterKind.REMINDER])
def test_whoever_calls_back_knows_what_the_caller_was_told(kind: LetterKind, how: dict[str, object], told: str) -> None:
    facts = replace(FACTS, **how)  # type: ignore[arg-type]
    assert told in write_letter(kind, facts, "sv").body
    assert write_letter(kind, facts, "en").body.count("The caller") == 1


@pytest.mark.requirement("R28")
def test_a_code_is_named_where_the_readers_telephone_plays_the_message() -> None:
    shared = write_letter(LetterKind.OPENED, replace(FACTS, listen="*26*220", reader=""), "sv").body
    assert "Slå *26*220 på din telefon för att lyssna, eller hämta det här:" in shared
    for language in LANGUAGES:
        assert "*26" not in write_letter(LetterKind.OPENED, replace(FACTS, listen=""), language).body
    assert "Lyssna på det här:" in write_letter(LetterKind.OPENED, replace(FACTS, listen=""), "sv").body


@pytest.mark.requirement("R1")
def test_who_does_not_answer_is_asked_for_an_absence() -> None:
    words = write_letter(LetterKind.UNANSWERED, replace(FACTS, unanswered=3, diverted=True), "sv")
    assert words.subject == "Samtal till dig blir obesvarade"
    assert (
        "3 samtal i följd till dig har inte besvarats. Det senaste kom in onsdag 12 augusti klockan 10.05."
        in words.body
    )
    assert "Slå *23" in words.body
    once = write_letter(LetterKind.UNANSWERED, replace(FACTS, unanswered=1), "sv").body
    assert "Ett samtal till dig har inte besvarats. Det kom in onsdag 12 augusti klockan 10.05." in once
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
