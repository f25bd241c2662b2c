"""A line between the service and Asterisk that can be cut, go dead, be slow, or spoil what it carries."""

import asyncio
import contextlib
import random
from types import TracebackType
from typing import Self

from tests.ports import free_port

PIECE = 65_536


class FaultyLine:
    """TCP from a port of its own to `port`. Gone dead, nothing comes through and nothing is closed. `delay_s`: each
    piece waits. `spoils`: of so many pieces from Asterisk one has a byte changed; 0: none."""

    def __init__(self, port: int, seed: int = 1) -> None:
        self._to = port
        self.port = free_port()
        self.delay_s = 0.0
        self.spoils = 0
        self._random = random.Random(seed)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._alive = asyncio.Event()
        self._alive.set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", self.port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.go_on()
        if self._server is not None:
            self._server.close()
        self.cut()
        if self._serving:
            await asyncio.wait(self._serving, timeout=5)

    def cut(self) -> None:
        """Every connection at once."""
        for writer in self._writers:
            with contextlib.suppress(OSError, RuntimeError):
                writer.transport.abort()

    def go_dead(self) -> None:
        self._alive.clear()

    def go_on(self) -> None:
        self._alive.set()
        self.delay_s, self.spoils = 0.0, 0

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            writer.transport.abort()
            self._writers.discard(writer)
            return
        self._writers.add(far_writer)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry(reader, far_writer, spoiling=False))
                both.create_task(self._carry(far_reader, writer, spoiling=True))
        except* (OSError, RuntimeError):
            pass
        finally:
            for each in (writer, far_writer):
                self._writers.discard(each)
                with contextlib.suppress(OSError, RuntimeError):
                    each.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, spoiling: bool) -> None:
        while piece := await reader.read(PIECE):
            await self._alive.wait()
            if self.delay_s:
                await asyncio.sleep(self.delay_s)
            writer.write(self._spoilt(piece) if spoiling and self.spoils else piece)
            await writer.drain()
        writer.transport.abort()

    def _spoilt(self, piece: bytes) -> bytes:
        if self._random.randrange(self.spoils):
            return piece
        at = self._random.randrange(len(piece))
        return piece[:at] + bytes([piece[at] ^ 0x20]) + piece[at + 1 :]
