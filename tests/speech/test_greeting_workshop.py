"""Whatever is sent as a greeting: read, measured, levelled, or refused, in bounded time and memory."""

import asyncio
import io
import struct
import wave

import numpy as np
import pytest
import soundfile

from switchboard.calls.ports import UnreadableSound
from switchboard.domain.mailbox.recording_quality import GreetingFault, judge_greeting
from switchboard.speech.greetings import workshop as workshop_module
from switchboard.speech.greetings.mastering import master
from switchboard.speech.greetings.measuring import Samples, loudness
from switchboard.speech.greetings.reading import NoSound
from switchboard.speech.greetings.workshop import ProcessWorkshop
from tests.fakes.world import FakeLog

LONGEST_S = 60.0


def voice(seconds: float = 4.0, rate: int = 44100, level: float = 0.1) -> Samples:
    """A hum with the rhythm of syllables, and some breath."""
    time = np.arange(int(seconds * rate)) / rate
    breath = np.random.default_rng(7).standard_normal(len(time))
    syllables = np.abs(np.sin(2 * np.pi * 2 * time))
    return (level * syllables * (np.sin(2 * np.pi * 180 * time) + 0.2 * breath)).astype(np.float32)


def file_of(samples: Samples, rate: int = 44100, kind: str = "WAV", subtype: str | None = None) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, samples, rate, format=kind, subtype=subtype)
    return out.getvalue()


def samples_of(wav: bytes, rate: int) -> Samples:
    with wave.open(io.BytesIO(wav)) as opened:
        assert (opened.getframerate(), opened.getnchannels(), opened.getsampwidth()) == (rate, 1, 2)
        return np.frombuffer(opened.readframes(opened.getnframes()), "<i2").astype(np.float32) / np.float32(32768)


@pytest.mark.requirement("R6")
@pytest.mark.parametrize(
    ("kind", "subtype"),
    [("WAV", None), ("WAV", "FLOAT"), ("WAV", "ALAW"), ("WAV", "PCM_24"), ("FLAC", None), ("OGG", "VORBIS"),
     ("OGG", "OPUS"), ("MP3", None), ("AIFF", None), ("CAF", None)],
)  # fmt: skip
def test_every_common_format_is_taken_and_levelled(kind: str, subtype: str | None) -> None:
    rate = 48000 if subtype == "OPUS" else 44100
    stereo = np.stack([voice(rate=rate), voice(rate=rate)], axis=1)
    made = master(file_of(stereo, rate, kind, subtype), LONGEST_S)
    assert judge_greeting(made.facts, LONGEST_S).fault is None
    assert made.facts.duration_s == pytest.approx(4.0, abs=0.2)
    assert made.master is not None
    for wav, of in ((made.wav, 8000), (made.master, 16000)):
        samples = samples_of(wav, of)
        assert loudness(samples, of) == pytest.approx(-20.0, abs=1.0)
        assert np.max(np.abs(samples)) <= 10 ** (-3 / 20)


@pytest.mark.requirement("R6")
@pytest.mark.parametrize("level", [0.01, 0.03, 0.3, 0.7])
def test_whatever_its_level_it_is_heard_as_loud_as_the_prompts(level: float) -> None:
    made = master(file_of(voice(level=level, rate=8000), 8000), LONGEST_S)
    samples = samples_of(made.wav, 8000)
    assert loudness(samples, 8000) == pytest.approx(-20.0, abs=1.0)
    assert np.max(np.abs(samples)) <= 10 ** (-3 / 20)
    assert made.master is None, "the source has no more than 8 kHz"


def test_silence_around_the_voice_is_cut_off() -> None:
    quiet = np.zeros(3 * 16000, dtype=np.float32)
    made = master(file_of(np.concatenate([quiet, voice(rate=16000), quiet]), 16000), LONGEST_S)
    assert made.facts.duration_s == pytest.approx(4.0, abs=0.1)
    assert len(samples_of(made.wav, 8000)) / 8000 == pytest.approx(4.45, abs=0.1)


@pytest.mark.parametrize(
    ("samples", "fault"),
    [
        (np.zeros(5 * 16000, dtype=np.float32), GreetingFault.EMPTY),
        (np.full(5 * 16000, 0.2, dtype=np.float32), GreetingFault.EMPTY),
        (np.full(5 * 16000, np.nan, dtype=np.float32), GreetingFault.EMPTY),
        (voice(0.1, 16000), GreetingFault.EMPTY),
        (voice(1.2, 16000), GreetingFault.TOO_SHORT),
        (voice(70.0, 16000), GreetingFault.TOO_LONG),
        (voice(4.0, 16000, level=0.008), GreetingFault.TOO_QUIET),
        (np.clip(voice(4.0, 16000) * 40, -1, 1), GreetingFault.CLIPPED),
    ],
    ids=["silence", "constant", "not a number", "a click", "short", "long", "quiet", "clipped"],
)
def test_each_fault_is_measured(samples: Samples, fault: GreetingFault) -> None:
    made = master(file_of(samples, 16000, subtype="FLOAT"), LONGEST_S)
    assert judge_greeting(made.facts, LONGEST_S).fault is fault


def test_line_noise_alone_is_no_voice() -> None:
    """What Asterisk stores of a telephone at which nobody speaks: the lowest steps of A-law."""
    noise = np.random.default_rng(1).integers(-1, 2, 5 * 8000) * 8 / 32768
    made = master(file_of(noise.astype(np.float32), 8000), LONGEST_S)
    assert judge_greeting(made.facts, LONGEST_S).fault is GreetingFault.EMPTY


GOOD = file_of(voice())
HUGE = struct.pack(
    "<4sI8sIHHIIHH4sI", b"RIFF", 2**32 - 1, b"WAVEfmt ", 16, 1, 1, 8000, 16000, 2, 16, b"data", 2**32 - 40
)


@pytest.mark.parametrize(
    "audio",
    [
        b"",
        b"RIFF",
        b"x" * 100_000,
        b"ID3" + bytes(5000),
        GOOD[:30],
        HUGE,
        file_of(voice(), kind="FLAC")[:200],
        file_of(np.zeros((0,), dtype=np.float32)),
        file_of(voice(rate=1000), 1000),
        file_of(np.zeros((1000, 12), dtype=np.float32)),
        b"OggS" + bytes(range(256)) * 40,
        b"%PDF-1.7" + bytes(5000),
    ],
    ids=["nothing", "riff", "junk", "id3", "cut", "huge", "cut flac", "no frames", "slow", "channels", "ogg", "pdf"],
)
def test_what_is_no_sound_is_refused(audio: bytes) -> None:
    with pytest.raises(NoSound):
        master(audio, LONGEST_S)


def test_a_file_that_claims_to_be_endless_is_read_as_far_as_it_goes() -> None:
    sound = np.round(voice(rate=8000) * 32767).astype("<i2").tobytes()
    made = master(HUGE + sound, LONGEST_S)
    assert made.facts.duration_s == pytest.approx(4.0, abs=0.2)


def test_an_hour_of_silence_packed_small_is_read_no_further_than_needed() -> None:
    bomb = file_of(np.zeros(3600 * 8000, dtype=np.int16), 8000, "FLAC")
    assert len(bomb) < 1_000_000
    assert judge_greeting(master(bomb, LONGEST_S).facts, LONGEST_S).fault is GreetingFault.EMPTY


# In a process of its own


@pytest.fixture
async def log() -> FakeLog:
    return FakeLog()


async def test_the_process_gives_what_the_library_gives(log: FakeLog) -> None:
    made = await ProcessWorkshop(log).master(GOOD, LONGEST_S)
    assert made == master(GOOD, LONGEST_S)
    assert log.lines == []


async def test_what_is_no_sound_is_refused_with_a_sentence(log: FakeLog) -> None:
    with pytest.raises(UnreadableSound, match="send wav, flac, ogg or mp3"):
        await ProcessWorkshop(log).master(b"x" * 1000, LONGEST_S)


async def test_a_process_that_breaks_or_hangs_costs_the_file_alone(
    log: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = workshop_module._COMMAND[0]
    monkeypatch.setattr(workshop_module, "_COMMAND", (python, "-c", "import os, sys; os.abort()"))
    with pytest.raises(UnreadableSound):
        await ProcessWorkshop(log).master(GOOD, LONGEST_S)
    monkeypatch.setattr(workshop_module, "_COMMAND", (python, "-c", "import time; time.sleep(60)"))
    monkeypatch.setattr(workshop_module, "WITHIN_S", 0.5)
    with pytest.raises(UnreadableSound, match="too long"):
        await ProcessWorkshop(log).master(GOOD, LONGEST_S)
    assert log.events("warning") == ["sound_not_read", "sound_not_read"]


async def test_no_secret_of_the_service_is_in_its_environment(log: FakeLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_ARI_PASSWORD", "secret")
    tells = "import os, sys; sys.exit('SWITCHBOARD_ARI_PASSWORD' in os.environ)"
    monkeypatch.setattr(workshop_module, "_COMMAND", (workshop_module._COMMAND[0], "-c", tells))
    with pytest.raises(ValueError, match="Expecting value"):
        await ProcessWorkshop(log).master(GOOD, LONGEST_S)


async def test_two_are_read_at_once_and_the_loop_is_never_held(log: FakeLog) -> None:
    workshop = ProcessWorkshop(log)
    work = [asyncio.create_task(workshop.master(GOOD, LONGEST_S)) for _ in range(3)]
    longest, last = 0.0, asyncio.get_running_loop().time()
    while not all(task.done() for task in work):
        await asyncio.sleep(0.005)
        now = asyncio.get_running_loop().time()
        longest, last = max(longest, now - last), now
    assert longest < 0.5
    assert len(await asyncio.gather(*work)) == 3
