"""Audio by its sha256, in a dictionary."""

import hashlib
from datetime import datetime


class FakeAudioStore:
    def __init__(self) -> None:
        self.stored: dict[str, bytes] = {}
        self.recent: set[str] = set()
        """What was put so recently that it stays."""

    async def put(self, wav: bytes) -> str:
        sha256 = hashlib.sha256(wav).hexdigest()
        self.stored[sha256] = wav
        return sha256

    async def get(self, sha256: str) -> bytes | None:
        return self.stored.get(sha256)

    async def delete(self, sha256: str, put_before: datetime) -> bool:
        if sha256 in self.recent:
            return False
        self.stored.pop(sha256, None)
        return True
