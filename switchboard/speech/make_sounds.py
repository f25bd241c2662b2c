"""`python -m switchboard.speech.make_sounds`: make the prompts that are missing or out of date.

Needs the extra `speech` and npm; only whoever changes the script or the voice runs it.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from switchboard.speech.script import SCRIPT_FILE
from switchboard.speech.studio.download import ensure_model
from switchboard.speech.studio.fragments import write_fragments
from switchboard.speech.studio.make import Studio, make_all
from switchboard.speech.studio.mastering import master
from switchboard.speech.synthesis import Kokoro


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0; every failure is an exception with its reason."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sounds", type=Path, default=Path("sounds"), help="the folder with script.toml")
    parser.add_argument("--cache", type=Path, default=Path("var/speech"), help="downloads and masters")
    parser.add_argument(
        "--model", type=Path, help="a folder with kokoro.onnx, vocab.json and voices/; nothing is downloaded"
    )
    options = parser.parse_args(arguments)
    if write_fragments(options.sounds / SCRIPT_FILE):
        _say("wrote the generated half of the script anew")
    model = options.model or ensure_model(options.cache)
    engine = Kokoro(model, options.sounds)
    studio = Studio(options.sounds, options.cache / "masters", engine, master, _say)
    _say(f"{make_all(studio)} files made")
    return 0


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
