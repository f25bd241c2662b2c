"""A client in the service's place as a process of its own."""

import asyncio
import contextlib
import sys
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from tests.acceptance.asterisk_box import ROOT

BARE = (sys.executable, "-m", "tests.bench.bare_client")
_READY_WITHIN_S = 20.0
_ENDED_WITHIN_S = 10.0


class ClientEnded(RuntimeError):
    """By itself."""


class ClientProcess:
    """`async with ClientProcess(words, environment)`: it answers calls; it is gone afterwards. Raises ClientEnded."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str]) -> None:
        self._words = words
        self._environment = dict(environment)
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        return self._running.pid

    @property
    def _running(self) -> asyncio.subprocess.Process:
        assert self._process is not None
        return self._process

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *self._words,
            cwd=ROOT,
            env=self._environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(_READY_WITHIN_S):
                await self._said()
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end()

    async def played(self) -> int:
        """How many prompts it has had played."""
        assert self._running.stdin is not None
        with contextlib.suppress(ConnectionError):
            self._running.stdin.write(b"\n")
        return int(await self._said())

    async def _said(self) -> bytes:
        assert self._running.stdout is not None
        if not (line := await self._running.stdout.readline()):
            raise ClientEnded("the client ended by itself")
        return line

    async def _end(self) -> None:
        """It ends with its input."""
        assert self._running.stdin is not None
        self._running.stdin.close()
        try:
            async with asyncio.timeout(_ENDED_WITHIN_S):
                await self._running.wait()
        except TimeoutError:
            self._running.kill()
            await self._running.wait()
