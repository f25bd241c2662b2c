"""Places in the queue, numbers read back, transfers that came back, and what is said at the desk."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import switchboard
from switchboard.domain.announcement import Announcement, FixedPrompt, QueuePosition, ReadBackNumber, Returned
from switchboard.domain.directory import LANGUAGES, Language
from switchboard.speech.phrases import phrase
from switchboard.speech.prompts import Prompts
from switchboard.speech.script import Script
from switchboard.speech.studio.fragments import english_number, swedish_number
from switchboard.speech.waiting_phrases import number_groups
from tests.speech.conftest import SOUNDS
from tests.speech.values import (
    DESK_PROMPTS,
    RETURNED_WHY,
    at,
    called_back_on,
    foreign_numbers,
    minutes,
    positions,
    swedish_numbers,
)

NOW = at(2026, 7, 28, 10, 0)
ROOT = "sound:/sounds"
PROMPTS = Prompts.load(SOUNDS, ROOT, "http://127.0.0.1:8080/media")
DIGIT_WORDS: dict[Language, tuple[str, ...]] = {
    "sv": ("noll", "ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}
waiting = (
    st.builds(QueuePosition, positions, minutes)
    | st.builds(ReadBackNumber, called_back_on)
    | st.builds(Returned, st.sampled_from(RETURNED_WHY), st.booleans())
    | st.builds(FixedPrompt, st.sampled_from(DESK_PROMPTS))
)


def said(what: Announcement, language: Language = "sv") -> str:
    return PROMPTS.transcript(what, language, NOW)


@given(waiting)
def test_everything_is_in_words_and_every_file_exists(what: Announcement) -> None:
    for language in LANGUAGES:
        text = said(what, language)
        assert text.endswith(".")
        assert not any(character.isdigit() for character in text)
        assert not any(mark in text for mark in ("..", ",.", ",,"))
        media = PROMPTS.media(what, language, NOW)
        assert len(media) == len(phrase(what, language, NOW))
        for uri in media:
            folder, _, path = uri.removeprefix(ROOT).partition("/")
            assert folder == ""
            assert path.startswith(f"{language}/")
            assert (SOUNDS / f"{path}.wav").is_file(), uri


@pytest.mark.parametrize(
    ("what", "sv", "en"),
    [
        (
            QueuePosition(3, 4),
            "Du har plats nummer tre i kön. Beräknad väntetid är ungefär fyra minuter.",
            "You are number three in the queue. The estimated waiting time is about four minutes.",
        ),
        (QueuePosition(3), "Du har plats nummer tre i kön.", "You are number three in the queue."),
        (QueuePosition(1), "Du är först i kön.", "You are first in the queue."),
        (
            QueuePosition(1, 1),
            "Du är först i kön. Beräknad väntetid är ungefär en minut.",
            "You are first in the queue. The estimated waiting time is about one minute.",
        ),
        (
            QueuePosition(21, 21),
            "Du har plats nummer tjugoett i kön. Beräknad väntetid är ungefär tjugoen minuter.",
            "You are number twenty-one in the queue. The estimated waiting time is about twenty-one minutes.",
        ),
        (
            QueuePosition(11, 11),
            "Du har plats nummer elva i kön. Beräknad väntetid är ungefär elva minuter.",
            "You are number eleven in the queue. The estimated waiting time is about eleven minutes.",
        ),
        (
            QueuePosition(99, 60),
            "Du har plats nummer nittionio i kön. Beräknad väntetid är ungefär sextio minuter.",
            "You are number ninety-nine in the queue. The estimated waiting time is about sixty minutes.",
        ),
        (
            QueuePosition(100, 61),
            "Du står i kön. Beräknad väntetid är mer än en timme.",
            "You are in the queue. The estimated waiting time is more than an hour.",
        ),
        (QueuePosition(0), "Du står i kön.", "You are in the queue."),
    ],
)
def test_the_place_in_the_queue(what: QueuePosition, sv: str, en: str) -> None:
    assert (said(what), said(what, "en")) == (sv, en)


@given(positions, minutes)
def test_a_position_and_a_wait_are_the_numbers_given(position: int, wait: int | None) -> None:
    sv, en = said(QueuePosition(position, wait)), said(QueuePosition(position, wait), "en")
    assert (f"nummer {swedish_number(max(0, position))} i" in sv) == (2 <= position <= 99)
    assert (f"number {english_number(max(0, position))} in" in en) == (2 <= position <= 99)
    assert ("väntetid" in sv) == ("waiting time" in en) == (wait is not None)
    if wait is not None and 2 <= wait <= 60:
        assert sv.endswith(f" ungefär {swedish_number(wait, common=True)} minuter.")
        assert en.endswith(f" about {english_number(wait)} minutes.")


CHOICE = "Tryck ett om numret stämmer, eller två för att ange ett annat nummer."


@pytest.mark.parametrize(
    ("number", "spoken"),
    [
        ("+46701234567", "noll sju noll, ett två tre, fyra fem, sex sju"),
        ("+468123456", "noll åtta, ett två, tre fyra, fem sex"),
        ("+4681234567", "noll åtta, ett två tre, fyra fem, sex sju"),
        ("+46812345678", "noll åtta, ett två tre, fyra fem sex, sju åtta"),
        ("+46980319200", "noll nio åtta noll, tre ett, nio två, noll noll"),
        ("+46980123456", "noll nio åtta noll, ett två, tre fyra, fem sex"),
        ("+4791234567", "plus fyra sju, nio ett två, tre fyra fem, sex sju"),
        ("+358401234567", "plus tre fem åtta, fyra noll ett, två tre fyra, fem sex sju"),
        ("+12025550123", "plus ett, två noll två, fem fem fem, noll ett, två tre"),
        ("112", "ett ett två"),
        ("2104", "två ett noll fyra"),
        ("21045", "två ett noll, fyra fem"),
    ],
)
def test_a_number_is_read_back_as_a_swede_reads_it(number: str, spoken: str) -> None:
    assert said(ReadBackNumber(number)) == f"Vi ringer upp dig på {spoken}. {CHOICE}"


def test_a_number_in_english() -> None:
    assert said(ReadBackNumber("+46701234567"), "en") == (
        "We will call you on zero seven zero, one two three, four five, six seven. "
        "Press one if the number is right, or two to enter another number."
    )


@pytest.mark.parametrize("number", ["", "+", "anonymous"])
def test_what_is_no_number_is_not_read_back(number: str) -> None:
    assert said(ReadBackNumber(number)) == "Vi kan tyvärr inte ringa upp det numret."


@given(called_back_on)
def test_all_digits_are_read_in_order_and_no_others(number: str) -> None:
    national = f"0{number[3:]}" if number.startswith("+46") else number.removeprefix("+")
    groups = number_groups(number)
    assert "".join(groups) == national
    assert all(1 <= len(group) <= 4 for group in groups)
    for language in LANGUAGES:
        text = said(ReadBackNumber(number), language)
        spoken = text.partition(CHOICE if language == "sv" else "Press one if")[0].replace(",", "").replace(".", "")
        words = [word for word in spoken.split() if word in DIGIT_WORDS[language]]
        assert words == [DIGIT_WORDS[language][int(digit)] for digit in national]


@given(swedish_numbers, foreign_numbers.filter(lambda number: not number.startswith("+46")))
def test_only_a_foreign_number_has_a_plus(swedish: str, foreign: str) -> None:
    assert " plus " not in said(ReadBackNumber(swedish))
    assert "på plus " in said(ReadBackNumber(foreign))


@pytest.mark.requirement("R31")
@pytest.mark.parametrize(
    ("what", "sv", "en"),
    [
        (
            Returned("busy"),
            "Det är upptaget. Du kopplas tillbaka till telefonisten.",
            "The line is busy. We are taking you back to the operator.",
        ),
        (
            Returned("absent", to_operator=False),
            "Den du söker är inte på plats. Du kopplas tillbaka till den du talade med.",
            "The person you are calling is away. We are taking you back to the person you spoke with.",
        ),
        (
            Returned("no_answer"),
            "Det är ingen som svarar. Du kopplas tillbaka till telefonisten.",
            "There is no answer. We are taking you back to the operator.",
        ),
        (
            Returned("no_phone"),
            "Den du söker kan inte nås på telefon just nu. Du kopplas tillbaka till telefonisten.",
            "The person you are calling cannot be reached by phone right now. We are taking you back to the operator.",
        ),
        (
            Returned("unknown"),
            "Samtalet kunde inte kopplas vidare. Du kopplas tillbaka till telefonisten.",
            "Your call could not be connected. We are taking you back to the operator.",
        ),
        (
            Returned("no_answering_point"),
            "Samtalet kunde inte kopplas vidare. Du kopplas tillbaka till telefonisten.",
            "Your call could not be connected. We are taking you back to the operator.",
        ),
        (
            Returned("wrong_row"),
            "Samtalet kunde inte kopplas vidare. Du kopplas tillbaka till telefonisten.",
            "Your call could not be connected. We are taking you back to the operator.",
        ),
        (
            Returned("nobody_there"),
            "Det finns ingen på plats just nu. Du kopplas tillbaka till telefonisten.",
            "Nobody is there right now. We are taking you back to the operator.",
        ),
        (
            Returned("closed"),
            "Det är stängt just nu. Du kopplas tillbaka till telefonisten.",
            "They are closed right now. We are taking you back to the operator.",
        ),
        (
            Returned("not_allowed"),
            "Samtalet kunde inte kopplas vidare. Du kopplas tillbaka till telefonisten.",
            "Your call could not be connected. We are taking you back to the operator.",
        ),
        (
            Returned("too_many"),
            "Samtalet kunde inte kopplas vidare. Du kopplas tillbaka till telefonisten.",
            "Your call could not be connected. We are taking you back to the operator.",
        ),
        (
            Returned("held"),
            "Tack för att du väntar. Du kopplas tillbaka till telefonisten.",
            "Thank you for waiting. We are taking you back to the operator.",
        ),
        (
            Returned("parked", to_operator=False),
            "Tack för att du väntar. Du kopplas tillbaka till den du talade med.",
            "Thank you for waiting. We are taking you back to the person you spoke with.",
        ),
    ],
)
def test_a_return_says_why_and_to_whom(what: Returned, sv: str, en: str) -> None:
    assert (said(what), said(what, "en")) == (sv, en)


@pytest.mark.parametrize(
    ("prompt_id", "sv"),
    [
        (
            "queue-keep-place-offer",
            "Om du inte vill vänta kan du trycka ett, så ringer vi upp dig. Du behåller din plats i kön.",
        ),
        (
            "operator-sign-out-refused",
            "Du är inte utloggad. Om du loggar ut nu blir växeln obemannad under annonserad öppettid. "
            "Tryck ett för att logga ut ändå.",
        ),
        ("operator-was-paused-no-answer", "Du har satts i paus, eftersom du inte svarade."),
        ("desk-nobody-parked", "Det finns inget samtal parkerat."),
        ("outside-busy", "Numret är upptaget."),
    ],
)
def test_the_sentences_of_the_desk(prompt_id: str, sv: str) -> None:
    assert said(FixedPrompt(prompt_id)) == sv


@pytest.mark.parametrize("prompt_id", DESK_PROMPTS)
def test_a_prompt_that_is_named_by_id_is_a_whole_sentence_in_both_languages(script: Script, prompt_id: str) -> None:
    entry = script[prompt_id]
    assert not entry.continues
    assert all(entry.texts[language].endswith(".") and entry.texts[language][0].isupper() for language in LANGUAGES)
    assert PROMPTS.knows(prompt_id)


def test_every_prompt_that_the_code_names_is_in_the_script(script: Script) -> None:
    package = Path(switchboard.__file__).parent
    named = [
        (file.relative_to(package).as_posix(), id_)
        for file in package.rglob("*.py")
        for id_ in fixed_prompts(file.read_text(encoding="utf-8"))
    ]
    assert named
    assert [(file, id_) for file, id_ in named if id_ not in script] == []


def fixed_prompts(source: str) -> list[str]:
    """The ids that are written out in `FixedPrompt("…")`."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    ids = [arg for call in calls if ast.unparse(call.func).endswith("FixedPrompt") for arg in call.args]
    return [arg.value for arg in ids if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]


def test_a_prompt_that_is_named_is_seen() -> None:
    assert fixed_prompts('say(announcement.FixedPrompt("gone")); say(FixedPrompt(row.prompt_id))') == ["gone"]
