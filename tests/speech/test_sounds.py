"""The shipped sound files: recorded in the manifest, in Asterisk's format, audible, at one level, not clipped."""

from __future__ import annotations

import hashlib
import json
import math
import wave
from array import array
from pathlib import Path

import pytest

from switchboard.speech.script import Script
from tests.speech.conftest import SOUNDS

FILES: list[dict[str, str]] = json.loads((SOUNDS / "manifest.json").read_text(encoding="utf-8"))["files"]
WAVS = sorted(SOUNDS.glob("**/*.wav"))
PEAK = 10 ** (-3 / 20) * 32767
SILENT = 10 ** (-45 / 20) * 32767
FRAME = 160  # 20 ms
MUSIC = "moh/calm"
TOTAL_MIB = 48


def relative(file: Path) -> str:
    return file.relative_to(SOUNDS).as_posix()


def samples_of(file: Path) -> array[int]:
    with wave.open(str(file), "rb") as wav:
        return array("h", wav.readframes(wav.getnframes()))


def loudest_frames(samples: array[int]) -> tuple[float, int]:
    """RMS level in dBFS of the frames that are not silent, and how many they are."""
    frames = [samples[start : start + FRAME] for start in range(0, len(samples), FRAME)]
    powers = [sum(value * value for value in frame) / len(frame) for frame in frames]
    heard = [power for power in powers if power > SILENT**2]
    return 10 * math.log10(sum(heard) / len(heard) / 32767**2), len(heard)


def test_the_manifest_and_the_folder_hold_the_same_files() -> None:
    files = {relative(file) for file in SOUNDS.glob("**/*") if file.suffix in {".wav", ".alaw"}}
    assert {row["path"] for row in FILES} == files


def test_each_file_is_the_one_in_the_manifest() -> None:
    """After putting in a studio recording, `make sounds` writes it into the manifest."""
    changed = [
        row["path"] for row in FILES if hashlib.sha256((SOUNDS / row["path"]).read_bytes()).hexdigest() != row["sha256"]
    ]
    assert changed == []
    assert [row["path"] for row in FILES if not row["engine"] or not row["text"]] == []


def test_the_manifest_has_the_words_of_the_script(script: Script) -> None:
    recorded = {row["path"]: row["text"] for row in FILES}
    for entry in script.values():
        for language, text in entry.texts.items():
            assert recorded[f"{language}/{entry.file}"] == text


def test_every_wav_is_what_asterisk_plays() -> None:
    assert {file: problem for file in WAVS if (problem := format_problem(file))} == {}


def format_problem(file: Path) -> str | None:
    with wave.open(str(file), "rb") as wav:
        shape = (wav.getframerate(), wav.getnchannels(), wav.getsampwidth(), wav.getcomptype())
        seconds = wav.getnframes() / 8000
    if shape != (8000, 1, 2, "NONE"):
        return f"{shape}"
    return None if 0.25 <= seconds <= 35 else f"{seconds} s"


def test_every_prompt_is_heard_and_not_clipped() -> None:
    speech = [file for file in WAVS if not relative(file).startswith("moh/")]
    assert len(speech) > 800
    assert {relative(file): problem for file in speech if (problem := sound_problem(samples_of(file)))} == {}


def sound_problem(samples: array[int]) -> str | None:
    level, heard = loudest_frames(samples)
    lead = next(start for start, value in enumerate(samples) if abs(value) > SILENT) / 8000
    complaints = {
        "peak above -3 dBFS": max(max(samples), -min(samples)) > PEAK,
        f"level {level:.1f} dBFS": not -26 <= level <= -12,
        "too little sound": heard * FRAME / 8000 < 0.12,
        "a click at an end": max(abs(samples[0]), abs(samples[-1])) >= 200,
        f"silent for {lead} s": lead > 0.4,
    }
    return next((complaint for complaint, true in complaints.items() if true), None)


def test_a_bad_sound_would_be_noticed() -> None:
    assert sound_problem(array("h", [32767, -32767] * 2000)) == "peak above -3 dBFS"
    assert sound_problem(array("h", [*[0] * 4000, *[3000, -3000] * 2000, 0])) == "silent for 0.5 s"
    assert sound_problem(array("h", [3000, -3000] * 2000)) == "a click at an end"


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_words_take_the_time_that_words_take(script: Script, language: str) -> None:
    """A file that lacks half its sentence, or holds a minute of noise, is caught without listening."""
    for entry in script.values():
        for text_language, text in entry.texts.items():
            if text_language == language and not entry.tone:
                seconds = len(samples_of(SOUNDS / language / entry.file)) / 8000
                letters = sum(character.isalpha() for character in text)
                assert 0.03 * letters <= seconds <= 0.16 * letters + 1.2, f"{entry.id}: {seconds:.2f} s for {text!r}"


def test_the_music_is_quieter_than_speech_and_in_both_formats() -> None:
    samples = samples_of(SOUNDS / f"{MUSIC}.wav")
    level, _ = loudest_frames(samples)
    assert 28 <= len(samples) / 8000 <= 40
    assert -30 <= level <= -18
    assert len((SOUNDS / f"{MUSIC}.alaw").read_bytes()) == len(samples)


def test_what_the_dialplan_plays_alone_is_there() -> None:
    for language in ("sv", "en"):
        for name in ("fallback.wav", "fallback-thanks.wav", "lines-busy.wav", "beep.wav"):
            assert (SOUNDS / language / name).stat().st_size > 1000


def test_all_together_are_small_enough_to_be_cloned() -> None:
    assert sum(file.stat().st_size for file in SOUNDS.glob("**/*") if file.is_file()) < TOTAL_MIB * 2**20
