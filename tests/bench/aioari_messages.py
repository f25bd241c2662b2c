"""message_calls.py's way through aioari, which the benchmark installs by itself (clients.py)."""

import asyncio
import logging
from typing import Any

import aioari  # type: ignore[import-not-found]
import uvloop
from aiohttp.web import HTTPException

from tests.bench.client_talk import APPLICATION, USER, Place, filter_events, tell
from tests.bench.library_phone import LibraryPhone
from tests.bench.message_calls import MESSAGE_EVENTS, MessageCalls, open_desk


async def main() -> None:
    logging.disable()
    place = Place.from_environment()
    library = await aioari.connect(place.server, USER, place.password)
    calls = MessageCalls(LibraryPhone(library, _read), open_desk(), HTTPException)
    for kind in MESSAGE_EVENTS:
        library.on_event(kind, calls.hear)
    serving = asyncio.create_task(library.run(apps=APPLICATION))
    await filter_events(place, MESSAGE_EVENTS)
    telling = asyncio.create_task(tell(lambda: calls.kept))
    # Where the library gives up, so does the client: the benchmark counts the calls as failed.
    await asyncio.wait({serving, telling}, return_when=asyncio.FIRST_COMPLETED)
    serving.cancel()
    await library.close()


async def _read(answer: Any) -> bytes:  # noqa: ANN401 - the library has no types
    return bytes(await answer.read())


if __name__ == "__main__":
    uvloop.run(main())
