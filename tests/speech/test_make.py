"""Making the sounds: only what changed is made, and a studio recording is never overwritten."""

import json
from pathlib import Path

import numpy as np
import pytest

from switchboard.domain.directory import Language
from switchboard.speech.script import ScriptError
from switchboard.speech.studio.make import Studio, make_all
from switchboard.speech.studio.wav import Edges, Samples, encode_wav
from switchboard.speech.synthesis import DEFAULT_VOICE

SCRIPT = """
[hello]
sv = "Hej."
en = "Hello."
file = "hello.wav"

[beep]
sv = "(ton)"
tone = true
file = "beep.wav"
"""
DEMO = """
[name-anna]
kind = "name"
owner = "Anna"
sv = "Anna"
en = "Anna"
file = "name-anna.wav"
"""
VOICES = '[switchboard.sv]\nblend = ["a", "b"]\nspeed = 0.9\n[switchboard.en]\nblend = ["c"]\nspeed = 1.0\n'


class HummingVoice:
    """Stands for the voice model: a hum as long as the text; `accent` changes how everything is pronounced."""

    name = "hum"
    version = "1"
    sample_rate = 24_000

    def __init__(self) -> None:
        self.accent = ""
        self.spoken: list[str] = []
        self.fails_at: str | None = None

    def phonemes(self, text: str, language: Language) -> str:
        return f"{self.accent}{language}:{text}"

    def speak(self, text: str, language: Language, voice: str = DEFAULT_VOICE) -> Samples:
        if text == self.fails_at:
            raise RuntimeError("interrupted")
        self.spoken.append(f"{language}:{voice}:{text}")
        return np.sin(np.arange(len(text) * 2400, dtype=np.float32) / 20)


def finish(samples: Samples, rate: int, edges: Edges) -> bytes:
    return encode_wav(samples[: int(rate * (edges.lead + edges.tail))], 8000)


class Workshop:
    """A folder of sounds and what was reported while they were made."""

    def __init__(self, folder: Path) -> None:
        self.sounds = folder / "sounds"
        self.voice = HummingVoice()
        self.reports: list[str] = []
        (self.sounds / "demo").mkdir(parents=True)
        self.write("script.toml", SCRIPT)
        self.write("demo/script.toml", DEMO)
        self.write("voices.toml", VOICES)

    def write(self, name: str, text: str) -> None:
        (self.sounds / name).write_text(text, encoding="utf-8")

    def make(self) -> int:
        self.reports.clear()
        self.voice.spoken.clear()
        masters = self.sounds.parent / "masters"
        return make_all(Studio(self.sounds, masters, self.voice, finish, self.reports.append))

    def record(self, path: str) -> dict[str, str | None]:
        rows = json.loads((self.sounds / "manifest.json").read_text(encoding="utf-8"))["files"]
        found: dict[str, str | None] = next(row for row in rows if row["path"] == path)
        return found


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def test_all_are_made_once(workshop: Workshop) -> None:
    assert workshop.make() == 7
    assert workshop.voice.spoken == [
        "sv:switchboard:Hej.", "en:switchboard:Hello.", "sv:switchboard:Anna", "en:switchboard:Anna",
    ]  # fmt: skip
    record = workshop.record("sv/hello.wav")
    assert (record["text"], record["engine"], record["voice"], record["origin"]) == ("Hej.", "hum", "a+b", "made")
    assert workshop.make() == 0
    assert workshop.voice.spoken == []


def test_only_a_changed_text_is_made_again(workshop: Workshop) -> None:
    workshop.make()
    workshop.write("script.toml", SCRIPT.replace("Hej.", "Hej hej."))
    assert workshop.make() == 1
    assert workshop.voice.spoken == ["sv:switchboard:Hej hej."]


def test_a_changed_pronunciation_or_voice_is_noticed(workshop: Workshop) -> None:
    workshop.make()
    workshop.voice.accent = "skånska "
    assert workshop.make() == 4
    workshop.write("voices.toml", VOICES.replace("0.9", "1.1"))
    assert workshop.make() == 2


def test_masters_are_kept_so_that_a_lost_file_costs_no_synthesis(workshop: Workshop) -> None:
    workshop.make()
    before = (workshop.sounds / "sv/hello.wav").read_bytes()
    (workshop.sounds / "sv/hello.wav").unlink()
    assert workshop.make() == 1
    assert workshop.voice.spoken == []
    after = (workshop.sounds / "sv/hello.wav").read_bytes()
    assert len(after) == len(before)


def test_a_studio_recording_is_kept_and_marked(workshop: Workshop) -> None:
    workshop.make()
    studio = encode_wav(np.zeros(4000, dtype=np.float32), 8000)
    (workshop.sounds / "sv/hello.wav").write_bytes(studio)
    workshop.write("script.toml", SCRIPT.replace("Hej.", "Hallå."))
    assert workshop.make() == 0
    assert (workshop.sounds / "sv/hello.wav").read_bytes() == studio
    record = workshop.record("sv/hello.wav")
    assert (record["origin"], record["engine"], record["text"]) == ("custom", "studio recording", "Hallå.")
    assert workshop.reports == ["kept sv/hello.wav: a studio recording"]
    assert workshop.make() == 0


def test_a_recording_that_was_there_first_is_kept_too(workshop: Workshop) -> None:
    (workshop.sounds / "en").mkdir()
    (workshop.sounds / "en/hello.wav").write_bytes(b"studio")
    workshop.make()
    assert (workshop.sounds / "en/hello.wav").read_bytes() == b"studio"


def test_taking_the_studio_recording_away_brings_the_voice_back(workshop: Workshop) -> None:
    workshop.make()
    made = (workshop.sounds / "sv/hello.wav").read_bytes()
    (workshop.sounds / "sv/hello.wav").write_bytes(b"studio")
    workshop.make()
    (workshop.sounds / "sv/hello.wav").unlink()
    assert workshop.make() == 1
    assert len((workshop.sounds / "sv/hello.wav").read_bytes()) == len(made)
    assert workshop.record("sv/hello.wav")["origin"] == "made"


def test_what_left_the_script_is_removed_but_not_a_studio_recording(workshop: Workshop) -> None:
    workshop.make()
    (workshop.sounds / "en/hello.wav").write_bytes(b"studio")
    workshop.make()
    workshop.write("script.toml", SCRIPT.partition("[beep]")[2].join(["[beep]", ""]))
    workshop.make()
    assert not (workshop.sounds / "sv/hello.wav").exists()
    assert (workshop.sounds / "en/hello.wav").read_bytes() == b"studio"


def test_an_interrupted_run_goes_on_where_it_was(workshop: Workshop) -> None:
    workshop.voice.fails_at = "Hello."
    with pytest.raises(RuntimeError, match="interrupted"):
        workshop.make()
    workshop.voice.fails_at = None
    assert workshop.make() == 6
    assert workshop.record("sv/hello.wav")["origin"] == "made"


def test_digits_are_refused_with_the_files_name(workshop: Workshop) -> None:
    workshop.write("script.toml", SCRIPT.replace("Hello.", "Press 1."))
    with pytest.raises(ScriptError, match=r"en/hello\.wav: digits"):
        workshop.make()
