"""What was erased from the audio store does not live on in Asterisk's cache (R44)."""

from datetime import datetime, timedelta

from switchboard.asterisk.kept.media_cache import MediaCache
from switchboard.calls.ports import Clock, Log
from switchboard.db.audio_store import FolderAudioStore

LOOK_EVERY = timedelta(minutes=15)


class AudioCopies:
    def __init__(self, cache: MediaCache, audio: FolderAudioStore, clock: Clock, log: Log) -> None:
        self._cache = cache
        self._audio = audio
        self._clock = clock
        self._log = log
        self._looked: datetime | None = None

    def forget(self) -> None:
        """Asterisk may have come back with copies that were dropped."""
        self._looked = None

    async def keep(self) -> None:
        """Raises TelephonyFault where Asterisk cannot be told, FileNotFoundError where the store itself is missing."""
        now = self._clock.now()
        if self._looked is not None and now - self._looked < LOOK_EVERY:
            return
        erased = [sha256 for sha256 in await self._cache.copies() if not await self._audio.has(sha256)]
        for sha256 in erased:
            await self._cache.drop(sha256)
        if erased:
            self._log.info("audio_copies_dropped", copies=len(erased))
        self._looked = now
