"""What Asterisk would have stored, in a dictionary."""

import math
import struct
from collections.abc import Awaitable, Callable, Sequence

from switchboard.calls.ports import StoredRecording

RATE = 8000


def wav(sound_s: float, total_s: float | None = None) -> bytes:
    """8 kHz mono 16-bit: a tone of `sound_s`, then digital silence up to `total_s`."""
    cycle = b"".join(struct.pack("<h", int(8000 * math.sin(2 * math.pi * n / 20))) for n in range(20))
    sound = cycle * (int(sound_s * RATE) // 20)
    total = max(len(sound), int((total_s or sound_s) * RATE) * 2)
    pcm = sound + bytes(total - len(sound))
    header = struct.pack(
        "<4sI8sIHHIIHH4sI",
        b"RIFF",
        36 + len(pcm),
        b"WAVEfmt ",
        16,
        1,
        1,
        RATE,
        RATE * 2,
        2,
        16,
        b"data",
        len(pcm),
    )
    return header + pcm


class FakeRecordings:
    def __init__(self, step: Callable[[], Awaitable[None]]) -> None:
        self._step = step
        self.stored: dict[str, StoredRecording] = {}

    def store(self, name: str, sound_s: float, total_s: float) -> None:
        """As at the end of `CallLeg.record`, or what a crash left behind."""
        self.stored[name] = StoredRecording(wav(sound_s, total_s), total_s)

    def lose(self, name: str, sound_s: float = 0.0) -> None:
        """Asterisk fell while it recorded: what stands is not the whole."""
        self.stored[name] = StoredRecording(wav(sound_s), sound_s, whole=False)

    async def names(self) -> Sequence[str]:
        await self._step()
        return list(self.stored)

    async def fetch(self, name: str) -> StoredRecording | None:
        await self._step()
        return self.stored.get(name)

    async def delete(self, name: str) -> None:
        await self._step()
        self.stored.pop(name, None)
