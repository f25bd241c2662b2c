"""The script: complete in both languages, its generated half up to date, every word written out."""

import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from switchboard.domain.directory import LANGUAGES, AbsenceReason
from switchboard.speech.calendar_words import FIRST_YEAR, LAST_YEAR
from switchboard.speech.script import Script
from switchboard.speech.studio import fragments
from switchboard.speech.studio.fragments import (
    english_number,
    english_ordinal,
    english_year,
    swedish_number,
    swedish_ordinal,
    swedish_year,
)


def written_by_hand(sounds: Path) -> dict[str, dict[str, str]]:
    text = (sounds / "script.toml").read_text(encoding="utf-8")
    return tomllib.loads(text.partition(fragments.MARKER)[0])


def test_the_generated_half_is_what_the_generator_makes(sounds: Path) -> None:
    text = (sounds / "script.toml").read_text(encoding="utf-8")
    assert text.partition(fragments.MARKER)[2].strip() == fragments.generated_part().strip()
    assert (fragments.FIRST_YEAR, fragments.LAST_YEAR) == (FIRST_YEAR, LAST_YEAR)


def test_every_sentence_is_in_both_languages(sounds: Path) -> None:
    lacking = [id_ for id_, entry in written_by_hand(sounds).items() if not all(entry.get(each) for each in LANGUAGES)]
    assert lacking == []


def test_no_digits_are_left_to_the_voice(script: Script, sounds: Path) -> None:
    demo = tomllib.loads((sounds / "demo" / "script.toml").read_text(encoding="utf-8"))
    texts = [text for entry in script.values() for text in entry.texts.values()]
    texts += [entry[language] for entry in demo.values() for language in LANGUAGES]
    assert [text for text in texts if any(character.isdigit() for character in text)] == []


def test_no_two_prompts_share_a_file(script: Script) -> None:
    files = sorted(entry.file for entry in script.values())
    assert [one for one, next_ in pairwise(files) if one == next_] == []


def test_each_reason_has_its_sentence_alone_and_before_a_return(script: Script) -> None:
    for reason in set(AbsenceReason) - {AbsenceReason.OTHER}:
        assert {"sv", "en"} <= set(script[f"reason-{reason}"].texts)
        assert script[f"reason-{reason}-back"].continues


@pytest.mark.parametrize(
    ("number", "neuter", "common"),
    [
        (0, "noll", "noll"), (1, "ett", "en"), (7, "sju", "sju"), (13, "tretton", "tretton"), (18, "arton", "arton"),
        (20, "tjugo", "tjugo"), (21, "tjugoett", "tjugoen"), (40, "fyrtio", "fyrtio"), (44, "fyrtiofyra", "fyrtiofyra"),
        (71, "sjuttioett", "sjuttioen"), (99, "nittionio", "nittionio"),
    ],
)  # fmt: skip
def test_swedish_numbers(number: int, neuter: str, common: str) -> None:
    assert (swedish_number(number), swedish_number(number, common=True)) == (neuter, common)


def test_all_swedish_numbers_to_ninety_nine() -> None:
    units = ("", "ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio")
    tens = ("tjugo", "trettio", "fyrtio", "femtio", "sextio", "sjuttio", "åttio", "nittio")
    assert [swedish_number(number) for number in range(20, 100)] == [ten + unit for ten in tens for unit in units]


def test_swedish_ordinals_of_a_month() -> None:
    assert " ".join(swedish_ordinal(day) for day in range(1, 32)) == (
        "första andra tredje fjärde femte sjätte sjunde åttonde nionde tionde elfte tolfte trettonde fjortonde "
        "femtonde sextonde sjuttonde artonde nittonde tjugonde tjugoförsta tjugoandra tjugotredje tjugofjärde "
        "tjugofemte tjugosjätte tjugosjunde tjugoåttonde tjugonionde trettionde trettioförsta"
    )


def test_years_and_english() -> None:
    assert (swedish_year(2026), swedish_year(2045)) == ("tjugohundratjugosex", "tjugohundrafyrtiofem")
    assert (english_year(2026), english_number(45)) == ("twenty twenty-six", "forty-five")
    assert [english_ordinal(day) for day in (1, 2, 3, 12, 20, 31)] == [
        "first", "second", "third", "twelfth", "twentieth", "thirty-first",
    ]  # fmt: skip
