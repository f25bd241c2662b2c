"""A web server that is told byte for byte what to say, and a pool of connections to it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from switchboard.asterisk.http_pool import NO_POSTS, HttpPool

FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
OTHER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother"


class Peer:
    """One connection at the server's side; `number` counts from 1."""

    def __init__(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.number = number
        self._reader = reader
        self._writer = writer

    async def asked(self) -> tuple[str, bytes]:
        """The next request's head and body."""
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode()
        length = int(head.partition("Content-Length: ")[2].partition("\r\n")[0])
        return head, await self._reader.readexactly(length)

    async def say(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def ended(self) -> None:
        while await self._reader.read(1000):
            pass


Conduct = Callable[[Peer], Awaitable[None]]


class Server:
    """`conduct` is run for each connection, which is closed at its end."""

    def __init__(self, conduct: Conduct) -> None:
        self._conduct = conduct
        self.url = ""
        self.connections = self.open = self.most_open = 0

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                await self._conduct(Peer(self.connections, reader, writer))
        finally:
            self.open -= 1
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


@asynccontextmanager
async def serving(
    conduct: Conduct, scheme: str = "http", repeatable: Collection[str] = NO_POSTS
) -> AsyncIterator[tuple[Server, HttpPool]]:
    server = Server(conduct)
    async with AsyncExitStack() as stack:
        listening = await asyncio.start_server(server.meet, "127.0.0.1", 0)
        stack.push_async_callback(listening.wait_closed)
        stack.callback(listening.close)
        server.url = f"{scheme}://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        pool = HttpPool(server.url, {"Authorization": "Basic x"}, repeatable)
        stack.push_async_callback(pool.close)
        yield server, pool


def each_time(*answers: bytes) -> Conduct:
    """One answer for each request of a connection, the last one for all later ones; then nothing is closed."""

    async def conduct(peer: Peer) -> None:
        asked = 0
        while True:
            await peer.asked()
            await peer.say(answers[min(asked, len(answers) - 1)])
            asked += 1

    return conduct


async def first_then(conduct_first: Conduct, peer: Peer) -> None:
    await (conduct_first(peer) if peer.number == 1 else each_time(OTHER)(peer))


async def turns(condition: Callable[[], bool]) -> None:
    """Wait, turn by turn of the loop, so that nothing that is ready later has run."""
    async with asyncio.timeout(2):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0)
