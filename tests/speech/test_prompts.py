"""Prompts find their files, and what is missing costs nobody the announcement."""

import shutil
from pathlib import Path

import pytest

from switchboard.domain.announcement import (
    AbsenceNotice,
    Announcement,
    DeputyUnavailable,
    FixedPrompt,
    Goodbye,
    SpokenName,
)
from switchboard.domain.directory import AbsenceReason
from switchboard.speech.prompts import Prompts
from switchboard.speech.script import ScriptError, load_script
from switchboard.speech.sound_files import SoundFiles
from tests.speech.values import ANNA, ANNA_SV, at

NOW = at(2026, 7, 28, 10, 0)
SCRIPT = """
[goodbye]
sv = "Hej då."
en = "Goodbye."
file = "goodbye.wav"

[technical-fault]
sv = "Fel."
en = "Fault."
file = "fault.wav"

[deputy-no-answer]
sv = "kan inte heller svara."
en = "cannot answer either."
file = "deputy-no-answer.wav"
"""


class Stopwatch:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "script.toml").write_text(SCRIPT, encoding="utf-8")
    for language in ("sv", "en"):
        (tmp_path / language).mkdir()
        for name in ("goodbye", "fault", "deputy-no-answer"):
            (tmp_path / language / f"{name}.wav").touch()
    return tmp_path


def load(folder: Path) -> Prompts:
    return Prompts.load(folder, "sound:/sounds/", "http://127.0.0.1:8080/media/")


def test_media_are_uris_that_asterisk_plays(prompts: Prompts) -> None:
    notice = AbsenceNotice(ANNA, AbsenceReason.VACATION, at(2026, 8, 3, 8))
    assert prompts.media(notice, "sv", NOW) == (
        f"sound:http://127.0.0.1:8080/media/{ANNA_SV}.wav",
        "sound:/sounds/sv/reason-vacation-back",
        "sound:/sounds/sv/weekday-1",
        "sound:/sounds/sv/day-3",
        "sound:/sounds/sv/month-8",
        "sound:/sounds/sv/at-8",
    )


def test_every_prompt_of_the_shipped_script_is_there(prompts: Prompts) -> None:
    assert prompts.faults == ()


def test_the_file_named_in_the_script_is_played(folder: Path) -> None:
    assert load(folder).media(FixedPrompt("technical-fault"), "en", NOW) == ("sound:/sounds/en/fault",)


def test_a_missing_file_is_reported_and_heard_in_the_other_language(folder: Path) -> None:
    (folder / "sv" / "goodbye.wav").unlink()
    prompts = load(folder)
    assert prompts.faults == ("prompt goodbye has no sv recording: sv/goodbye.wav is missing",)
    assert prompts.media(Goodbye(), "sv", NOW) == ("sound:/sounds/en/goodbye",)
    assert prompts.transcript(Goodbye(), "sv", NOW) == "Goodbye."


def test_what_is_missing_in_both_languages_is_left_out(folder: Path) -> None:
    for language in ("sv", "en"):
        (folder / language / "deputy-no-answer.wav").unlink()
    prompts = load(folder)
    assert prompts.media(DeputyUnavailable(ANNA), "sv", NOW) == (f"sound:http://127.0.0.1:8080/media/{ANNA_SV}.wav",)
    assert len(prompts.faults) == 2


@pytest.mark.parametrize("prompt_id", ["no-such-prompt", "../../etc/passwd", "", "a&b", "goodbye.wav"])
def test_an_announcement_of_nothing_becomes_the_fault_prompt(folder: Path, prompt_id: str) -> None:
    prompts = load(folder)
    assert not prompts.knows(prompt_id)
    assert prompts.media(FixedPrompt(prompt_id), "sv", NOW) == ("sound:/sounds/sv/fault",)


def test_a_recording_with_an_impossible_checksum_is_not_asked_for(folder: Path) -> None:
    bad = SpokenName("Anna", {"sv": "../../secret"})
    assert load(folder).media(DeputyUnavailable(bad), "sv", NOW) == ("sound:/sounds/sv/deputy-no-answer",)


def test_an_administrators_own_file_is_known_by_its_name(folder: Path) -> None:
    (folder / "sv" / "power-cut.wav").touch()
    prompts = load(folder)
    own: Announcement = FixedPrompt("power-cut")
    assert prompts.knows("power-cut")
    assert prompts.media(own, "en", NOW) == ("sound:/sounds/sv/power-cut",)
    assert prompts.transcript(own, "en", NOW) == "[power-cut]"
    assert prompts.faults == ()


def test_a_file_put_there_while_the_service_runs_is_found(folder: Path) -> None:
    stopwatch = Stopwatch()
    prompts = Prompts(load_script(folder), SoundFiles(folder, stopwatch), "sound:/sounds", "")
    assert not prompts.knows("power-cut")
    (folder / "sv" / "power-cut.wav").touch()
    stopwatch.seconds += 0.9
    assert not prompts.knows("power-cut")
    stopwatch.seconds += 0.1
    assert prompts.knows("power-cut")
    assert prompts.media(FixedPrompt("power-cut"), "sv", NOW) == ("sound:/sounds/sv/power-cut",)


def test_a_prompt_of_the_script_is_found_when_its_file_comes_back(folder: Path) -> None:
    (folder / "sv" / "goodbye.wav").unlink()
    prompts = load(folder)
    faults = prompts.faults
    (folder / "sv" / "goodbye.wav").touch()
    assert prompts.media(Goodbye(), "sv", NOW) == ("sound:/sounds/sv/goodbye",)
    assert (len(faults), len(prompts.faults)) == (1, 0)


def test_each_missing_file_is_looked_for_by_itself(folder: Path) -> None:
    prompts = load(folder)
    assert not prompts.knows("no-such-prompt")
    (folder / "en" / "power-cut.wav").touch()
    assert prompts.media(FixedPrompt("power-cut"), "sv", NOW) == ("sound:/sounds/en/power-cut",)


def test_a_folder_with_the_name_of_a_prompt_is_no_prompt(folder: Path) -> None:
    prompts = load(folder)
    (folder / "sv" / "power-cut.wav").mkdir()
    assert not prompts.knows("power-cut")


def test_without_any_files_there_is_nothing_to_play_and_all_is_reported(folder: Path) -> None:
    for language in ("sv", "en"):
        shutil.rmtree(folder / language)
    prompts = load(folder)
    assert prompts.media(Goodbye(), "sv", NOW) == ()
    assert prompts.transcript(Goodbye(), "sv", NOW) == ""
    assert len(prompts.faults) == 6


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[a]\nfile = "a.wav"\n', "a: no words in any language"),
        ('[a]\nsv = "Hej"\n', "a: `file` must be"),
        ('[a]\nsv = "Hej"\nfile = "../a.wav"\n', "a: `file` must be"),
        ("a = 1\n", "a: not a table"),
        ("[a", r"script\.toml: "),
    ],
)
def test_a_broken_script_names_its_entry(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "script.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ScriptError, match=complaint):
        load(tmp_path)
