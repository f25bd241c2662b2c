from pathlib import Path

import pytest

from switchboard.speech.prompts import Prompts
from switchboard.speech.script import Script, load_script

SOUNDS = Path(__file__).parents[2] / "sounds"


@pytest.fixture(scope="session")
def sounds() -> Path:
    return SOUNDS


@pytest.fixture(scope="session")
def script(sounds: Path) -> Script:
    return load_script(sounds)


@pytest.fixture(scope="session")
def prompts(sounds: Path) -> Prompts:
    return Prompts.load(sounds, "sound:/sounds", "http://127.0.0.1:8080/media")
