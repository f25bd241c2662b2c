from pathlib import Path

import numpy as np
import pytest

from tests.callers import recording as module
from tests.callers.recording import Recording
from tests.hearing.pcm import Pcm, read_wav

LOUD: Pcm = np.full(160, 1000, dtype=np.int16)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(module, "monotonic", made)
    return made


def test_a_pause_is_silence_of_its_length(clock: Clock) -> None:
    recording = Recording()
    recording.add(LOUD)
    clock.now += 2.0
    recording.add(LOUD)
    assert recording.seconds == pytest.approx(2.0, abs=0.03)
    assert np.count_nonzero(recording.pcm()) == 320


def test_what_comes_late_but_follows_has_no_pause(clock: Clock) -> None:
    recording = Recording()
    recording.add(LOUD)
    clock.now += 0.5
    recording.add(LOUD, follows=True)
    assert len(recording.pcm()) == 320


def test_an_idle_line_is_silent_up_to_now(clock: Clock) -> None:
    recording = Recording()
    for _ in range(200):
        clock.now += 0.02
        recording.catch_up()
    assert recording.seconds == pytest.approx(3.8, abs=0.05)


def test_after_a_stall_nothing_is_put_in_between(clock: Clock) -> None:
    recording = Recording()
    recording.add(LOUD)
    clock.now += 0.5
    recording.catch_up()
    recording.add(LOUD, follows=True)
    assert len(recording.pcm()) == 320


def test_it_is_saved_as_asterisk_would(tmp_path: Path, clock: Clock) -> None:
    recording = Recording()
    recording.add(LOUD)
    recording.save(tmp_path / "heard.wav")
    assert np.array_equal(read_wav(tmp_path / "heard.wav"), LOUD)
    assert clock.now == 100.0
