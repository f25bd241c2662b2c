"""Audio by its sha256, in a dictionary."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class FakeAudioStore:
    """`put_at` goes by `now`; a test may put it forward or back."""

    def __init__(self, now: Callable[[], datetime] = lambda: LONG_AGO) -> None:
        self.stored: dict[str, bytes] = {}
        self.put_at: dict[str, datetime] = {}
        self._now = now

    async def put(self, wav: bytes) -> str:
        sha256 = hashlib.sha256(wav).hexdigest()
        self.stored[sha256] = wav
        self.put_at[sha256] = self._now()
        return sha256

    async def get(self, sha256: str) -> bytes | None:
        return self.stored.get(sha256)

    async def delete(self, sha256: str, put_before: datetime) -> bool:
        if sha256 in self.stored and self.put_at.get(sha256, LONG_AGO) >= put_before:
            return False
        self.stored.pop(sha256, None)
        return True

    async def clear_unfinished(self, begun_before: datetime) -> int:
        del begun_before
        return 0

    async def names(self, put_before: datetime) -> Sequence[str]:
        return [each for each in self.stored if self.put_at.get(each, LONG_AGO) < put_before]
