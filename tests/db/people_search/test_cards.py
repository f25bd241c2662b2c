"""Whom a search finds, and in which order: the table in memory without a database."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.db.people_search.cards import Card, Cards
from switchboard.db.people_search.words import folded, query_words
from tests.builders import DIGITS, PEOPLE, SODERAS_DIGITS

UNITS = {1: "Bygglov", 2: "Socialtjänst", 3: "Gata/park", 4: "Växeln", 5: "Drift"}
DUTIES = {14: "parkeringstillstånd, lekplatser", 12: "ekonomiskt bistånd"}
NUMBERS = DIGITS | SODERAS_DIGITS
CARDS = [
    Card(
        person.id,
        person.authority_id,
        person.name,
        person.title,
        UNITS[person.unit_id or 0],
        DUTIES.get(person.id, ""),
        "stubbar träd" if person.id == 14 else "",
        ((int(NUMBERS[person]), NUMBERS[person]),),
    )
    for person in PEOPLE
]
NAMES = {person.id: person.name for person in PEOPLE}


@pytest.fixture
def cards() -> Iterator[Cards]:
    opened = Cards()
    opened.add(CARDS)
    yield opened
    opened.close()


FOUND = """
Åsa Öberg            Åsa Öberg
asa oberg            Åsa Öberg
ASA OBERG            Åsa Öberg
öberg åsa            Åsa Öberg
öb                   Åsa Öberg
obreg                Åsa Öberg
åsa öbreg            Åsa Öberg
oebrg                Åsa Öberg
erik lunt            Erik Lund
lnud                 Erik Lund
andersson ann        Anna Andersson
anderson             Anna Andersson
bygglov handl        Anna Andersson, Erik Lund
byglov               Anna Andersson, Erik Lund
handläggare bygglov  Anna Andersson, Erik Lund
anna bygg            Anna Andersson
210                  Anna Andersson
21                   Anna Andersson, Erik Lund, Johan Ek, Maria Berg, Åsa Öberg
211 lund             Erik Lund
parkering            Åsa Öberg
parkerng             Åsa Öberg
lekplats             Åsa Öberg
trad                 Åsa Öberg
socialtjanst         Johan Ek, Maria Berg
gata park            Åsa Öberg
maria.berg           Maria Berg
öberg maria          Maria Berg
öberg johan
310
999
""".strip().splitlines()


@pytest.mark.requirement("R32")
@pytest.mark.requirement("R37")
@pytest.mark.parametrize("line", FOUND)
def test_who_is_found(cards: Cards, line: str) -> None:
    text, expected = line[:21].strip(), [name for name in line[21:].split(", ") if name]
    assert [NAMES[id] for id in cards.find(text, None, 20)] == expected


def test_decomposed_letters_are_the_same_letters(cards: Cards) -> None:
    assert cards.find("A\u030asa O\u0308berg", None, 20) == [14]


def test_names_come_before_titles_and_titles_before_duties(cards: Cards) -> None:
    cards.add(
        [
            Card(101, 1, "Bo Ek", "", "", "handläggning av parkettgolv", ""),
            Card(102, 1, "Bo Asp", "parkettläggare", "", "", ""),
            Card(103, 1, "Bo Parkett", "", "", "", ""),
            Card(104, 1, "Bo Parkettson", "", "", "", ""),
        ]
    )
    assert cards.find("parkett", None, 20) == [103, 104, 102, 101]
    assert cards.find("parkett", None, 2) == [103, 104]


def test_an_extension_comes_before_a_name_that_holds_the_digits(cards: Cards) -> None:
    cards.add([Card(101, 1, "Alarm 210", "", "", "", "")])
    assert cards.find("210", None, 20) == [10, 101]


def test_one_authority_or_all(cards: Cards) -> None:
    assert cards.find("drift", 2, 20) == [21, 20]
    assert cards.find("drift", 1, 20) == []
    assert cards.find("dirft", 2, 20) == [21, 20]
    assert cards.find("anna", 2, 20) == []
    assert cards.find("a1", None, 20) == []


def test_a_replaced_card_is_found_by_what_it_says_now(cards: Cards) -> None:
    cards.replace([10, 11], [Card(10, 1, "Anna Lindqvist", "chef", "Bygglov", "", "", ((210, "290"),))])
    assert cards.find("lindkvist", None, 20) == [10]
    assert cards.find("andersson", None, 20) == cards.find("210", None, 20) == cards.find("erik", None, 20) == []
    assert cards.find("290", None, 20) == [10]
    assert cards.owners([210, 211, 212]) == {10, 12}


def test_an_extension_that_moves_has_one_owner(cards: Cards) -> None:
    moved = (Card(11, 1, "Erik Lund", "", "", "", "", ((210, "210"),)), Card(10, 1, "Anna Andersson", "", "", "", ""))
    cards.replace([10, 11], moved)
    assert cards.owners([210]) == {11}
    assert cards.find("210", None, 20) == [11]


@given(st.text(max_size=60), st.none() | st.integers(-1, 3), st.integers(-1, 5))
def test_whatever_is_typed_is_answered(text: str, authority_id: int | None, limit: int) -> None:
    cards = Cards()
    cards.add(CARDS[:4])
    found = cards.find(text, authority_id, limit)
    cards.close()
    assert len(found) == len(set(found)) <= max(0, limit)
    if not query_words(text):
        assert found == []


@pytest.mark.parametrize("text", ['"', "name:anna", "anna OR erik", "anna AND NOT erik", "NEAR(anna)", "{", "a" * 9999])
def test_nothing_typed_is_a_query_of_its_own(cards: Cards, text: str) -> None:
    assert cards.find(text, None, 20) == []


@given(st.text(max_size=20))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)
