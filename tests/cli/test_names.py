"""Names that nobody recorded: listed, and made by the voice of the prompts."""

from pathlib import Path

import pytest

from switchboard.cli.lists import names
from switchboard.errors import Unavailable
from tests.cli.conftest import Command
from tests.speech.test_make import HummingVoice


def _nameless(switchboard: Command) -> set[str]:
    items = switchboard("greetings", "lacking", "--names", "--json", "--limit", "500").document["items"]
    return {item["name"] for item in items}


@pytest.fixture
def voice(monkeypatch: pytest.MonkeyPatch) -> HummingVoice:
    voice = HummingVoice()
    monkeypatch.setattr(names, "load_voice", lambda *_: voice)
    return voice


@pytest.mark.requirement("R6")
def test_missing_names_are_made_once(switchboard: Command, environment: Path, voice: HummingVoice) -> None:
    missing = _nameless(switchboard)
    assert {"Norrby kommun", "Bygglov", "Maria Berg"} <= missing
    assert "Maria Berg" in switchboard("greetings", "lacking", "--names").out
    assert "would be made" in switchboard("names", "synthesise", "--dry-run").out
    assert voice.spoken == []
    assert _nameless(switchboard) == missing
    said = switchboard("names", "synthesise", "--authority", "Norrby kommun")
    assert said.status == 0
    assert "sv:switchboard:Maria Berg" in voice.spoken
    count = len(voice.spoken)
    assert f"{count} of {count} names" in said.err
    assert len(list((environment / "audio").rglob("*.wav"))) > 1
    left = _nameless(switchboard)
    assert left < missing
    assert "Maria Berg" not in left
    assert switchboard("names", "synthesise", "--authority", "Norrby kommun").out == "No name was missing.\n"
    assert len(voice.spoken) == count
    assert [f for f in switchboard("check", "--json").document["items"] if f["column"] == "sha256"] == []


def test_a_name_that_cannot_be_spoken_is_told_and_keeps_no_other_back(
    switchboard: Command, voice: HummingVoice
) -> None:
    switchboard("person", "add", "???", "--authority", "Norrby kommun")
    said = switchboard("names", "synthesise")
    assert said.status == 1
    assert "nothing in it can be spoken" in said.err
    assert _nameless(switchboard) == {"???"}


def test_the_voice_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(names, "NEEDED", ("json", "no_such_voice"))
    with pytest.raises(Unavailable, match=r"no_such_voice.*switchboard\[speech\]"):
        names.load_voice(tmp_path, tmp_path, tmp_path)


def test_what_cannot_be_used_is_refused(switchboard: Command, tmp_path: Path) -> None:
    assert switchboard("names", "synthesise", "--language", "de").status == 2
    assert switchboard("names", "synthesise", "--authority", "Ingen").status == 2
