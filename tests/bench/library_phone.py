"""What a message takes of ARI by the operations of aioari and asyncari, which both name as Asterisk's API documents
do."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.bench.client_talk import APPLICATION
from tests.bench.message_calls import media, recording


class LibraryPhone:
    """`read` gives the bytes of the library's own answer: neither can give anything but JSON by itself."""

    def __init__(self, library: Any, read: Callable[[Any], Awaitable[bytes]]) -> None:  # noqa: ANN401 - it has no types
        self._library = library
        self._read = read

    async def claim(self, id: str) -> None:
        await self._library.events.claimChannel(channelId=id, application=APPLICATION)

    async def answer(self, id: str) -> None:
        await self._library.channels.answer(channelId=id)

    async def play(self, id: str, playback: str, sound: str) -> None:
        await self._library.channels.playWithId(channelId=id, playbackId=playback, media=media(sound))

    async def stop(self, playback: str) -> None:
        await self._library.playbacks.stop(playbackId=playback)

    async def record(self, id: str, name: str) -> None:
        await self._library.channels.record(channelId=id, **recording(name))

    async def fetch(self, name: str) -> bytes:
        return await self._read(await self._library.swagger.recordings.getStoredFile(recordingName=name))

    async def delete(self, name: str) -> None:
        await self._library.recordings.deleteStored(recordingName=name)
