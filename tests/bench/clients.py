"""The published ARI libraries, each in an environment that the benchmark makes for itself: nothing of the project
depends on them."""

import hashlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.acceptance.asterisk_box import ROOT
from tests.bench.stand import System

FOLDER = ROOT / "var" / "bench-clients"
LIBRARIES = (System.AIOARI, System.ASYNCARI)
_INSTALLED_WITHIN_S = 300


class NotInstalled(Exception):
    """The library's own environment could not be made; what the installer said last."""


def lock_of(library: System) -> Path:
    return Path(__file__).with_name(f"{library}.lock")


def install(library: System, work: str = "client") -> Sequence[str]:
    """The words that start its client for that work. What is there is kept while lock and Python are the same."""
    folder, lock = FOLDER / library, lock_of(library)
    python, stamp = folder / "bin" / "python", folder / "installed"
    wanted = hashlib.sha256(f"{sys.version}\n{lock.read_text()}".encode()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        _run(sys.executable, "-m", "venv", "--clear", str(folder))
        _run(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
             "--require-hashes", "-r", str(lock))  # fmt: skip
        stamp.write_text(wanted)
    return str(python), "-m", f"tests.bench.{library}_{work}"


def _run(*words: str) -> None:
    done = subprocess.run(
        words, capture_output=True, text=True, timeout=_INSTALLED_WITHIN_S, stdin=subprocess.DEVNULL, cwd=ROOT
    )
    if done.returncode != 0:
        raise NotInstalled((done.stderr or done.stdout).strip()[-400:])
