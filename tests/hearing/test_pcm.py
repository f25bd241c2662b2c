import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hearing.pcm import WrongFormat, from_alaw, read_wav, to_alaw, write_wav


def test_every_code_word_survives_the_way_to_sound_and_back() -> None:
    words = bytes(range(256))
    assert to_alaw(from_alaw(words)) == words


@given(st.integers(-32768, 32767))
def test_a_sample_comes_back_within_the_step_of_its_segment(sample: int) -> None:
    back = int(from_alaw(to_alaw(np.array([sample], dtype=np.int16)))[0])
    assert abs(back - sample) <= max(16, abs(sample) / 32 + 1)


def test_known_code_words() -> None:
    assert to_alaw(np.array([0, -1, 32767, -32768], dtype=np.int16)) == bytes([0xD5, 0x55, 0xAA, 0x2A])


def test_a_file_comes_back_as_written(tmp_path: Path) -> None:
    pcm = np.arange(-500, 500, dtype=np.int16)
    write_wav(tmp_path / "a.wav", pcm)
    assert np.array_equal(read_wav(tmp_path / "a.wav"), pcm)


def test_a_file_that_asterisk_would_not_play_is_named(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "wide.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(bytes(320))
    with pytest.raises(WrongFormat, match=r"wide\.wav"):
        read_wav(tmp_path / "wide.wav")
