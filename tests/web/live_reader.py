"""A reader of the live socket, over the loopback address."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from switchboard.views import PersonView, WaitingCaller
from switchboard.web.server import WebServer
from tests.fakes.web_rows import CITIZEN, NOW, OPERATOR_201

WAITING = WaitingCaller("call-1", "Norrby kommun", "+46980319200", CITIZEN, NOW, 1, 1, "Växeln")
WITHIN_S = 5.0


def person(id: int, name: str) -> PersonView:
    return replace(OPERATOR_201, id=id, name=name)


@asynccontextmanager
async def live(server: WebServer, role: str | None = "operator") -> AsyncIterator[ClientConnection]:
    headers = {"Authorization": f"Bearer {role}-token"} if role else {}
    address = f"ws://127.0.0.1:{server.port}/api/v1/live"
    async with connect(address, additional_headers=headers, proxy=None) as reader:
        yield reader


async def next_message(reader: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(WITHIN_S):
        message = json.loads(await reader.recv())
    assert isinstance(message, dict)
    return message


async def closed_with(reader: ClientConnection) -> tuple[int, str]:
    """What is still under way is read and left aside."""
    async with asyncio.timeout(WITHIN_S):
        with contextlib.suppress(ConnectionClosed):
            while True:
                await reader.recv()
    assert reader.close_code is not None
    return reader.close_code, reader.close_reason or ""


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not condition():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
