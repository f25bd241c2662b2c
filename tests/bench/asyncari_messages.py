"""message_calls.py's way through asyncari, which the benchmark installs by itself (clients.py)."""

import logging
from typing import Any

import anyio
import asyncari  # type: ignore[import-not-found]
from asyncari.model import OperationError  # type: ignore[import-not-found]
from httpx import HTTPError

from tests.bench.client_talk import APPLICATION, USER, Place, filter_events, tell
from tests.bench.library_phone import LibraryPhone
from tests.bench.message_calls import MESSAGE_EVENTS, MessageCalls, open_desk


async def main() -> None:
    logging.disable()
    place = Place.from_environment()
    async with asyncari.connect(place.server, APPLICATION, USER, place.password) as library:
        calls = MessageCalls(LibraryPhone(library, _read), open_desk(), OperationError, HTTPError)
        library.taskgroup.start_soon(_hear, library, calls)
        await filter_events(place, MESSAGE_EVENTS)
        await tell(lambda: calls.kept)


async def _hear(library: Any, calls: MessageCalls) -> None:  # noqa: ANN401 - the library has no types
    async for event in library:
        calls.hear(event)


async def _read(answer: Any) -> bytes:  # noqa: ANN401 - the library has no types
    return bytes(answer.content)


if __name__ == "__main__":
    anyio.run(main, backend_options={"use_uvloop": True})
