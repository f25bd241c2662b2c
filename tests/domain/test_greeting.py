"""Names, greetings and answer phrases: which recordings serve."""

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.domain.directory import AbsenceReason, Greeting, GreetingKind, Language, Person
from switchboard.domain.greeting import answer_phrase, authority_name, personal_greeting, spoken_name
from tests.builders import (
    ANNA,
    BYGGLOV,
    BYGGLOV_GROUP,
    DRIFT,
    ERIK,
    MARIA,
    NORRBY,
    NOW,
    SODERAS,
    norrby,
    recording,
)

VACATION = AbsenceReason.VACATION


def personal(id: int, language: Language = "sv", reason: AbsenceReason | None = None) -> Greeting:
    row = recording(id, "person", ERIK.id, GreetingKind.PERSONAL)
    return replace(row, language=language, reason=reason)


def test_a_person_is_named_with_recording_and_digits() -> None:
    name = spoken_name(norrby(), ERIK)
    assert (name.text, name.digits) == ("Erik Lund", "211")
    assert set(name.recordings) == {"sv"}


def test_units_groups_and_authorities_are_named_without_digits() -> None:
    directory = norrby()
    for owner in (BYGGLOV, BYGGLOV_GROUP, NORRBY):
        name = spoken_name(directory, owner)
        assert name.text == owner.name
        assert name.recordings
        assert name.digits is None
    assert spoken_name(directory, DRIFT).recordings == {}


def test_the_latest_recorded_name_serves() -> None:
    directory = norrby()
    directory.put(recording(900, "person", ERIK.id, GreetingKind.NAME))
    assert spoken_name(directory, ERIK).recordings == {"sv": f"{900:064x}"}


@pytest.mark.requirement("R12")
def test_without_a_greeting_of_their_own_the_composed_one_has_authority_and_name() -> None:
    greeting = personal_greeting(norrby(), MARIA, AbsenceReason.MEETING, NOW)
    assert greeting.recordings == {}
    assert (greeting.authority.text, greeting.person.text) == ("Norrby kommun", "Maria Berg")


@pytest.mark.requirement("R6")
def test_the_greeting_for_the_reason_goes_first() -> None:
    directory = norrby()
    directory.put(personal(900, reason=VACATION))
    directory.put(personal(901, "en"))
    assert personal_greeting(directory, ERIK, VACATION, NOW).recordings == {"sv": f"{900:064x}", "en": f"{901:064x}"}
    general = {"sv": f"{31:064x}", "en": f"{901:064x}"}
    assert personal_greeting(directory, ERIK, AbsenceReason.LUNCH, NOW).recordings == general
    assert personal_greeting(directory, ERIK, None, NOW).recordings == general


@pytest.mark.requirement("R2")
def test_an_expired_greeting_is_never_played() -> None:
    directory = norrby()
    directory.put(replace(personal(900), valid_until=NOW))
    assert personal_greeting(directory, ERIK, None, NOW).recordings == {"sv": f"{31:064x}"}
    just_before = NOW - timedelta(microseconds=1)
    assert personal_greeting(directory, ERIK, None, just_before).recordings == {"sv": f"{900:064x}"}


@pytest.mark.requirement("R38")
def test_each_authority_answers_with_its_own_phrase() -> None:
    directory = norrby()
    assert answer_phrase(directory, NORRBY).recordings == {"sv": f"{51:064x}"}
    soderas = answer_phrase(directory, SODERAS, NOW)
    assert (soderas.authority.text, soderas.recordings) == ("Söderås kommunalteknik", {})


def test_an_expired_answer_phrase_gives_way() -> None:
    directory = norrby()
    christmas = recording(900, "authority", NORRBY.id, GreetingKind.ANSWER_PHRASE)
    directory.put(replace(christmas, valid_until=NOW))
    assert answer_phrase(directory, NORRBY, NOW - timedelta(days=1)).recordings == {"sv": f"{900:064x}"}
    assert answer_phrase(directory, NORRBY, NOW).recordings == {"sv": f"{51:064x}"}


def test_an_authority_that_does_not_exist_has_a_neutral_name() -> None:
    stranger = Person(99, 99, "Nobody")
    assert personal_greeting(norrby(), stranger, None, NOW).authority.text == "växeln"
    assert authority_name(norrby(), NORRBY.id).text == "Norrby kommun"


def test_a_greeting_of_another_kind_is_none() -> None:
    directory = norrby()
    directory.put(recording(900, "person", ANNA.id, GreetingKind.ANSWER_PHRASE))
    assert personal_greeting(directory, ANNA, None, NOW).recordings == {"sv": f"{30:064x}"}
