"""Audio by its sha256, in a dictionary."""

import hashlib


class FakeAudioStore:
    def __init__(self) -> None:
        self.stored: dict[str, bytes] = {}

    async def put(self, wav: bytes) -> str:
        sha256 = hashlib.sha256(wav).hexdigest()
        self.stored[sha256] = wav
        return sha256

    async def get(self, sha256: str) -> bytes | None:
        return self.stored.get(sha256)
