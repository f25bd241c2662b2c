import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hearing.codes import encode, music
from tests.hearing.ear import Ear, listen
from tests.hearing.heard import Heard, Kind, Sound
from tests.hearing.noise import speech_like, tone
from tests.hearing.pcm import Pcm, from_alaw, silence, to_alaw


def line(*parts: Pcm) -> Pcm:
    return from_alaw(to_alaw(np.concatenate(parts)))


def kinds(heard: Heard) -> list[Kind]:
    return [sound.kind for sound in heard]


def test_everything_a_caller_may_hear_is_told_apart() -> None:
    ring = (tone(425, 1.0), silence(1.0))
    busy = (tone(425, 0.25), silence(0.25))
    pcm = line(*ring, *ring, encode(7), encode(7), tone(900, 1.0), silence(0.3), *busy, *busy, music(2.0))
    assert kinds(listen(pcm)) == [
        *(Kind.RINGING, Kind.SILENCE) * 2,
        *(Kind.PROMPT, Kind.PROMPT, Kind.TONE, Kind.SILENCE),
        *(Kind.BUSY, Kind.SILENCE) * 2,
        Kind.MUSIC,
    ]


@given(st.floats(200, 3300), st.floats(0.15, 2.0))
def test_a_tone_is_measured(frequency: float, seconds: float) -> None:
    sounds = listen(line(silence(0.5), tone(frequency, seconds), silence(0.5)))
    found = [sound for sound in sounds if sound.frequency]
    assert len(found) == 1
    assert found[0].frequency == pytest.approx(frequency, abs=8)
    assert found[0].start == pytest.approx(0.5, abs=0.03)
    assert found[0].seconds == pytest.approx(seconds, abs=0.04)


@given(st.integers(0, 10_000))
@settings(max_examples=30)
def test_speech_is_never_taken_for_a_prompt(seed: int) -> None:
    heard = listen(line(speech_like(4.0, seed)))
    assert heard.prompts == []
    assert heard.talk
    assert not heard.music


def test_music_is_known_in_the_middle_of_it() -> None:
    assert listen(music(5.0)[13_337:20_000]).music


def test_what_goes_on_is_known_before_it_ends() -> None:
    ear = Ear()
    ear.feed(line(tone(900, 0.5)))
    assert ear.heard.tone(900)
    assert next(iter(ear.heard.of(Kind.TONE))).going_on
    ear.feed(line(tone(900, 0.5), silence(0.3)))
    assert not next(iter(ear.heard.of(Kind.TONE))).going_on


def test_a_prompt_is_known_at_once_at_its_end() -> None:
    ear = Ear({7: "sv/welcome"})
    assert [sound.name for sound in ear.feed(line(encode(7))[:2480])] == ["sv/welcome"]


def test_silence_up_to_now() -> None:
    assert listen(line(tone(900, 0.5), silence(1.5))).quiet_for == pytest.approx(1.5, abs=0.05)
    assert listen(line(silence(1.5), tone(900, 0.5))).quiet_for == 0


def test_questions_about_the_order() -> None:
    heard = Heard(tuple(Sound(Kind.PROMPT, at, at + 0.3, name) for at, name in enumerate("abcb")), 4.0)
    assert heard.says("a", "c")
    assert not heard.says("c", "a")
    assert heard.ends_with("c", "b")
    assert not heard.ends_with("c")
    assert heard.since("c").prompts == ["b"]
    assert heard.since("b").prompts == []
    assert heard.since("z").prompts == []
    assert heard.after(1.5).prompts == ["c", "b"]
    assert str(heard).splitlines()[0] == "0.00–0.30 prompt a"
