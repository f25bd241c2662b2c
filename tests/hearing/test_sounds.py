from pathlib import Path

import numpy as np
import pytest

from tests.hearing.ear import listen
from tests.hearing.pcm import from_alaw, read_wav, silence, write_wav
from tests.hearing.sounds import TooManySounds, make_test_sounds, mirror_sounds, read_names


@pytest.fixture
def real(tmp_path: Path) -> Path:
    folder = tmp_path / "real"
    for name in ("sv/welcome", "en/welcome", "demo/anna/greeting", "moh/calm"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_wav(folder / f"{name}.wav", silence(0.1))
    (folder / "moh" / "soft.alaw").write_bytes(bytes(100))
    (folder / "manifest.json").write_text("{}")
    return folder


def test_the_tree_has_the_same_files_and_each_says_its_name(real: Path, tmp_path: Path) -> None:
    made = tmp_path / "made"
    names = mirror_sounds(real, made)
    for path in real.rglob("*.wav"):
        copy = made / path.relative_to(real)
        if copy.parent.name != "moh":
            expected = path.relative_to(real).with_suffix("").as_posix()
            assert listen(read_wav(copy), names).prompts == [expected]
    assert set(names.values()) == {"sv/welcome", "en/welcome", "demo/anna/greeting"}
    assert read_names(made) == names


def test_hold_music_becomes_the_mark_of_music(real: Path, tmp_path: Path) -> None:
    mirror_sounds(real, tmp_path / "made")
    assert listen(read_wav(tmp_path / "made/moh/calm.wav")).music
    assert listen(from_alaw((tmp_path / "made/moh/soft.alaw").read_bytes())).music


def test_a_tail_makes_a_prompt_longer(tmp_path: Path) -> None:
    make_test_sounds(["sv/beep", "sv/hello"], tmp_path, {"*/beep": 0.6})
    longer, plain = read_wav(tmp_path / "sv/beep.wav"), read_wav(tmp_path / "sv/hello.wav")
    assert len(longer) - len(plain) == 4800
    assert not np.any(longer[-4800:])


def test_more_sounds_than_codes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TooManySounds):
        make_test_sounds([f"sv/{number}" for number in range(4096)], tmp_path)
