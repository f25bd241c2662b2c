"""Names, greetings and answer phrases: which recordings serve."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.directory import AbsenceReason, Greeting, GreetingKind, GreetingSituation, Language, Person
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.greeting import (
    answer_phrase,
    authority_name,
    has_own_greeting,
    lacking_languages,
    personal_greeting,
    spoken_name,
)
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


SITUATIONS = list(GreetingSituation)


def situated(
    id: int, situation: GreetingSituation, language: Language = "sv", until: datetime | None = None
) -> Greeting:
    return replace(personal(id, language), situation=situation, valid_until=until)


def of_erik(*greetings: Greeting) -> DirectoryIndex:
    """Erik with these personal greetings alone."""
    directory = norrby()
    for row in list(directory.greetings("person", ERIK.id)):
        if row.kind is GreetingKind.PERSONAL:
            directory.remove("greeting", row.id)
    for row in greetings:
        directory.put(row)
    return directory


@pytest.mark.requirement("R12")
@pytest.mark.parametrize(
    ("away", "reason", "heard"),
    [
        (False, None, [902, 901]),
        (True, None, [903, 901]),
        (True, VACATION, [905, 903, 901]),
        (True, AbsenceReason.LUNCH, [903, 901]),
    ],
)
def test_the_most_fitting_greeting_is_heard_and_behind_it_the_next(
    away: bool, reason: AbsenceReason | None, heard: list[int]
) -> None:
    """Taken away one after the other, those are heard in this order; the one for a while before all of them."""
    rows = {
        901: situated(901, GreetingSituation.ALWAYS),
        902: situated(902, GreetingSituation.PRESENT),
        903: situated(903, GreetingSituation.ABSENT),
        904: situated(904, GreetingSituation.TEMPORARY, until=NOW + timedelta(days=1)),
        905: personal(905, reason=VACATION),
    }
    for id in (904, *heard):
        found = personal_greeting(of_erik(*rows.values()), ERIK, reason, NOW, away)
        assert found.recordings == {"sv": f"{id:064x}"}
        del rows[id]
    assert personal_greeting(of_erik(*rows.values()), ERIK, reason, NOW, away).recordings == {}


def test_a_temporary_one_that_is_over_or_has_no_end_is_not_heard() -> None:
    over = situated(901, GreetingSituation.TEMPORARY, until=NOW)
    endless = situated(902, GreetingSituation.TEMPORARY)
    assert personal_greeting(of_erik(over, endless), ERIK, None, NOW).recordings == {}


@given(
    st.lists(
        st.builds(
            situated,
            st.integers(900, 999),
            st.sampled_from(SITUATIONS),
            st.sampled_from(["sv", "en"]),
            st.none() | st.sampled_from([NOW - timedelta(days=1), NOW + timedelta(days=1)]),
        ),
        max_size=6,
    ),
    st.booleans(),
)
def test_who_lacks_none_is_greeted_for_in_every_situation(greetings: list[Greeting], away: bool) -> None:
    directory = of_erik(*greetings)
    lacking = lacking_languages(directory, ERIK, NOW)
    heard = personal_greeting(directory, ERIK, None, NOW, away).recordings
    assert {language for language in NORRBY.languages if language not in lacking} <= set(heard)
    assert has_own_greeting(directory, ERIK, NOW) or not heard
