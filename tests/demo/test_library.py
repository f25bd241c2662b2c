"""Prompts are read off a recording by their sound alone."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.demo.library import Clip, HeardClip, Library, follow
from tests.hearing.noise import speech_like, tone
from tests.hearing.pcm import RATE, Pcm, from_alaw, silence, to_alaw, write_wav
from tests.hearing.real import trim

LENGTHS = {"welcome": 2.3, "menu": 3.1, "short": 0.7, "name": 1.1, "goodbye": 1.9}


@pytest.fixture(scope="module")
def library() -> Library:
    clips = [
        Clip(f"sv/{name}", f"{name.capitalize()}.", speech_like(seconds, seed=seed))
        for seed, (name, seconds) in enumerate(LENGTHS.items())
    ]
    menu = clips[1].pcm
    return Library([*clips, Clip("sv/menu-end", "Menu end.", np.concatenate([menu, speech_like(1, seed=77)]))])


def line(*pieces: Pcm) -> Pcm:
    """As a caller hears it: through A-law, with short pauses."""
    return from_alaw(to_alaw(np.concatenate([part for piece in pieces for part in (piece, silence(0.2))])))


def names(heard: Sequence[HeardClip]) -> list[str]:
    return [each.clip.name.removeprefix("sv/") + ("" if each.whole else "…") for each in heard]


def test_prompts_are_read_in_order_and_in_time(library: Library) -> None:
    wanted = ["welcome", "name", "short", "short", "menu", "goodbye"]
    recording = line(silence(0.6), *(library.clips[f"sv/{name}"].pcm for name in wanted))
    heard = library.read(recording)
    assert names(heard) == wanted
    assert heard[0].start == pytest.approx(0.8, abs=0.05)
    assert all(each.score > 0.95 for each in heard)


def test_the_longer_of_two_that_begin_alike_is_told_apart(library: Library) -> None:
    assert names(library.read(line(library.clips["sv/menu-end"].pcm))) == ["menu-end"]
    assert names(library.read(line(library.clips["sv/menu"].pcm))) == ["menu"]


def test_what_is_broken_off_is_marked(library: Library) -> None:
    menu = library.clips["sv/menu"].pcm
    recording = line(menu[: 3 * RATE // 2], library.clips["sv/goodbye"].pcm)
    assert names(library.read(recording)) == ["menu…", "goodbye"]


def test_voices_and_tones_between_are_no_prompts(library: Library) -> None:
    recording = line(speech_like(3, seed=500), library.clips["sv/name"].pcm, tone(425, 2), speech_like(2, seed=501))
    assert names(library.read(recording)) == ["name"]
    assert library.read(silence(5)) == []


def test_a_slipping_jitter_buffer_does_not_matter(library: Library) -> None:
    menu = library.clips["sv/menu"].pcm
    slipped = np.concatenate([menu[:RATE], menu[RATE - 160 : 2 * RATE], menu[2 * RATE + 160 :]])
    assert names(library.read(line(slipped))) == ["menu"]


def test_one_lost_chunk_is_forgiven_and_two_are_the_end(library: Library) -> None:
    core = trim(library.clips["sv/menu"].pcm)[1]
    damaged = core.copy()
    damaged[RATE : RATE + RATE // 5] = 0
    seconds, _, whole = follow(damaged, core, 0)
    assert whole
    damaged[RATE : RATE * 2] = 0
    seconds, _, whole = follow(damaged, core, 0)
    assert not whole
    assert seconds <= 1.3


def test_a_prompt_is_awaited_until_its_end(library: Library) -> None:
    menu = library.clips["sv/menu"].pcm
    before = library.clips["sv/welcome"].pcm
    assert not library.hears(line(before, menu[: 2 * RATE]), "sv/menu")
    assert library.hears(line(before, menu), "sv/menu")
    assert not library.hears(line(before, menu, silence(3)), "sv/menu"), "that was long ago"


def test_the_script_says_what_each_file_says(tmp_path: Path) -> None:
    for folder in ("sv", "en", "demo/sv"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "script.toml").write_text(
        '[hello]\nsv = "Hej."\nen = "Hello."\nfile = "hello.wav"\n'
        '[beep]\nsv = "(ton)"\ntone = true\nfile = "beep.wav"\n'
        '[menu-language]\nsv = "Svenska."\nen = "English."\nfile = "menu-language.wav"\n'
    )
    (tmp_path / "demo" / "script.toml").write_text('[name-eva]\nkind = "name"\nsv = "Eva"\nfile = "name-eva.wav"\n')
    for file in ("sv/hello", "sv/beep", "sv/menu-language", "en/hello", "en/menu-language", "demo/sv/name-eva"):
        write_wav(tmp_path / f"{file}.wav", speech_like(1))
    found = {name: clip.text for name, clip in Library.load(tmp_path).clips.items()}
    assert found == {
        "sv/hello": "Hej.",
        "sv/beep": "",
        "sv/menu-language": "Svenska.",
        "en/menu-language": "English.",
        "demo/sv/name-eva": "Eva",
    }
