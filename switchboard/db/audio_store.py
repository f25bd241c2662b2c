"""Audio in a folder, by its sha256: `ab/ab…64 digits….wav`. A file that has its name is complete."""

import asyncio
import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

SHA256 = re.compile(r"[0-9a-f]{64}")
A_LITTLE = 65_536
UNFINISHED = ".part"


class FolderAudioStore:
    """The port `calls.ports.AudioStore`. `on_damaged` is told of a file that is not what its name says: it counts as
    missing."""

    def __init__(self, folder: Path, on_damaged: Callable[[str], None] = lambda _: None) -> None:
        self._folder = folder
        self._on_damaged = on_damaged

    async def open(self) -> None:
        """Makes the folder where it is missing, as far as that can be done: `takes` tells."""
        with contextlib.suppress(OSError):
            await asyncio.to_thread(lambda: self._folder.mkdir(parents=True, exist_ok=True))

    async def put(self, wav: bytes) -> str:
        """On disk when it returns. The same audio twice is one file."""
        return await asyncio.to_thread(self._write, wav)

    async def get(self, sha256: str) -> bytes | None:
        """None for what is no sha256 in lower case, too: no other file can be asked for."""
        if SHA256.fullmatch(sha256) is None:
            return None
        return await asyncio.to_thread(self._read, sha256)

    async def takes(self) -> bool:
        """Whether it can be written to now."""
        return await asyncio.to_thread(self._takes)

    async def has(self, sha256: str) -> bool:
        """Raises FileNotFoundError where the whole store is missing, say a disk that is not mounted."""
        return await asyncio.to_thread(self._has, sha256)

    async def delete(self, sha256: str, put_before: datetime) -> bool:
        """False: it was put later than that, and stays. True also where there is none."""
        if SHA256.fullmatch(sha256) is None:
            return True
        return await asyncio.to_thread(self._delete, sha256, put_before.timestamp())

    async def names(self, put_before: datetime) -> Sequence[str]:
        return await asyncio.to_thread(lambda: list(self._older(put_before.timestamp())))

    async def clear_unfinished(self, begun_before: datetime) -> int:
        return await asyncio.to_thread(self._clear_unfinished, begun_before.timestamp())

    def _clear_unfinished(self, begun_before: float) -> int:
        gone = 0
        for path in self._folder.glob(f"??/*{UNFINISHED}"):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < begun_before:
                    path.unlink()
                    gone += 1
        return gone

    def _older(self, put_before: float) -> Iterator[str]:
        for path in self._folder.glob("??/*.wav"):
            with contextlib.suppress(FileNotFoundError):
                if SHA256.fullmatch(path.stem) and path.stat().st_mtime < put_before:
                    yield path.stem

    def _delete(self, sha256: str, put_before: float) -> bool:
        path = self._path(sha256)
        try:
            if path.stat().st_mtime >= put_before:
                return False
            path.unlink()
        except FileNotFoundError:
            return True
        sync(path.parent)
        return True

    def _has(self, sha256: str) -> bool:
        if not self._folder.is_dir():
            raise FileNotFoundError(f"there is no folder {self._folder}")
        return self._path(sha256).exists()

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / f"{sha256}.wav"

    def _read(self, sha256: str) -> bytes | None:
        try:
            wav = self._path(sha256).read_bytes()
        except FileNotFoundError:
            return None
        if hashlib.sha256(wav).hexdigest() != sha256:
            self._on_damaged(sha256)
            return None
        return wav

    def _takes(self) -> bool:
        """Makes no folder: one that is not there may be on a disk that is not mounted (`has`)."""
        try:
            with tempfile.TemporaryFile(dir=self._folder) as file:
                file.write(bytes(A_LITTLE))
        except OSError:
            return False
        return True

    def _write(self, wav: bytes) -> str:
        sha256 = hashlib.sha256(wav).hexdigest()
        path = self._path(sha256)
        with contextlib.suppress(OSError):  # what cannot be read is written anew
            if self._read(sha256) is not None:
                os.utime(path)
                return sha256
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, unfinished = tempfile.mkstemp(dir=path.parent, suffix=UNFINISHED)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(wav)
                file.flush()
                os.fsync(file.fileno())
            Path(unfinished).replace(path)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
        sync(path.parent)
        return sha256


def sync(path: Path) -> None:
    """Makes a file's content durable, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
