"""Recordings of a killed Asterisk have lengths of zero in their header."""

import io
import struct
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.asterisk.recordings import HEADER, mend_wav
from switchboard.calls.ports import StoredRecording
from tests.fakes.recordings import wav


def frames(raw: bytes) -> int:
    with wave.open(io.BytesIO(raw)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
        return int(sound.getnframes())


@given(st.integers(min_value=1, max_value=40000), st.sampled_from([0, 1, 0xFFFFFFFF]))
def test_a_header_is_put_right_whatever_length_it_names(length: int, named: int) -> None:
    whole = wav(1.0)[:HEADER] + bytes(length)
    broken = whole[:4] + struct.pack("<I", named) + whole[8:40] + struct.pack("<I", named) + whole[44:]
    mended = mend_wav(broken)
    assert mended is not None
    assert frames(mended.wav) == length // 2
    assert mended.duration_s == pytest.approx(length // 2 / 8000)


def test_a_right_one_stays_as_it_is() -> None:
    mended = mend_wav(wav(2.0))
    assert mended is not None
    assert (mended.wav, mended.duration_s, mended.whole) == (wav(2.0), 2.0, True)


EMPTY = wav(1.0)[:4] + struct.pack("<I", HEADER - 8) + wav(1.0)[8:40] + struct.pack("<I", 0)
KILLED = EMPTY[:4] + bytes(4) + EMPTY[8:]


@pytest.mark.parametrize("raw", [wav(1.0)[1:], b"OggS" * 30])
def test_what_holds_no_audio(raw: bytes) -> None:
    assert mend_wav(raw) is None


def test_a_recording_in_which_nothing_came_was_ended_all_the_same() -> None:
    """Of a telephone that sends no sound: nothing was said, and nothing is lost."""
    assert mend_wav(EMPTY) == StoredRecording(EMPTY, 0.0, whole=True)


@pytest.mark.parametrize("raw", [b"", b"RIFF", KILLED, wav(1.0)[:HEADER]])
def test_what_was_never_ended_is_told_from_what_holds_nothing(raw: bytes) -> None:
    """A full disk leaves less than a header, a killed Asterisk a header alone."""
    mended = mend_wav(raw)
    assert mended is not None
    assert (mended.whole, mended.duration_s, frames(mended.wav)) == (False, 0.0, 0)


def test_of_a_file_cut_off_everything_that_stands_can_be_heard() -> None:
    """As the real Asterisk leaves it: 32 KiB steps under a header without lengths."""
    said = wav(3.0)[HEADER:]
    mended = mend_wav(KILLED + said[: 32768 + 5])
    assert mended is not None
    assert mended.wav[HEADER:] == said[: 32768 + 4]
    assert not mended.whole
    assert mended.duration_s == pytest.approx(2.048, abs=0.001)


def test_another_format_is_not_taken_for_ours() -> None:
    stereo = bytearray(wav(1.0))
    stereo[22] = 2
    assert mend_wav(bytes(stereo)) is None
