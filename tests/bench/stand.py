"""What is measured: one Asterisk and one service, on ports and in a folder of their own."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from switchboard.domain.working_days import STOCKHOLM
from tests.acceptance.asterisk_box import ROOT, AsteriskBox, start_asterisk
from tests.acceptance.house import House
from tests.acceptance.wait import until
from tests.bench.client_process import ClientProcess
from tests.bench.processes import Usage, usage
from tests.bench.statements import FILE
from tests.ports import free_rtp_range

PROMPT = "welcome"
SERVICE_NUMBER = "+46980319250"
DIALPLAN_NUMBER = "999100"
LONG_PROMPT = "&".join(["/sounds/sv/fallback"] * 6)
"""41 seconds, for calls that are held in the dialplan."""
_RTP_PORTS = 4000
_WORKDAY = datetime(2026, 8, 12, 10, 0, tzinfo=STOCKHOLM)
_LEFT_ALONE_S = 15.0
_DRAIN_S = 30.0


class System(StrEnum):
    DIALPLAN = "dialplan"
    """Answer, Playback, Hangup in Asterisk alone; the service is up and has nothing to do."""
    SERVICE = "service"
    """Decision, database, journal and ARI; the number leads to an announcement, which is the same prompt."""
    BARE = "bare"
    """A client in the service's place that does what any ARI client must and nothing else (bare_client.py)."""
    AIOARI = "aioari"
    """The same, by a published library (aioari_client.py)."""
    ASYNCARI = "asyncari"
    """The same, by another (asyncari_client.py)."""

    @property
    def number(self) -> str:
        return DIALPLAN_NUMBER if self is System.DIALPLAN else SERVICE_NUMBER


COMPARED = (System.DIALPLAN, System.SERVICE)


@dataclass(frozen=True, slots=True)
class Usages:
    """`service` is the client's where one is in its place."""

    asterisk: Usage
    service: Usage


def asterisk_pid(container: str) -> int:
    """Asterisk is the container's first process."""
    words = ["docker", "inspect", "--format", "{{.State.Pid}}", container]
    return int(subprocess.run(words, capture_output=True, text=True, timeout=30, check=True).stdout)


def begin_service(house: House, module: str = "switchboard", **settings: str) -> None:
    """Not by House.start, which may have a process ready that has read the code."""
    with house.log_file.open("ab") as log:
        house.process = subprocess.Popen(
            [sys.executable, "-m", module, "serve"],
            cwd=ROOT,
            env={**house.environment, **settings},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


class Stand:
    """`async with Stand()`: up and healthy; container, volume, process and folder are gone afterwards."""

    def __init__(self) -> None:
        self._box: AsteriskBox | None = None
        self._house: House | None = None
        self._client: ClientProcess | None = None
        self._asterisk_pid = 0

    async def __aenter__(self) -> Self:
        try:
            await self._build()
        except BaseException:
            await self._clear()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._clear()

    @property
    def box(self) -> AsteriskBox:
        assert self._box is not None
        return self._box

    @property
    def house(self) -> House:
        assert self._house is not None
        return self._house

    async def _build(self) -> None:
        start, end = free_rtp_range(_RTP_PORTS)
        self._box = start_asterisk(
            real_sounds=True,
            BENCH="1",
            BENCH_PROMPT=f"/sounds/sv/{PROMPT}",
            SWITCHBOARD_RTP_START=str(start),
            SWITCHBOARD_RTP_END=str(end),
        )
        self._house = House(self._box, at=_WORKDAY)
        # What the machine can is measured, not what it is allowed.
        self._house.environment["SWITCHBOARD_MOST_CALLS"] = "100000"
        await asyncio.to_thread(self._house.furnish)
        self._house.announce(SERVICE_NUMBER, PROMPT)
        await self._house.start()
        self._asterisk_pid = asterisk_pid(self.box.name)

    async def _clear(self) -> None:
        if self._house is not None:
            await self._house.stop()
            await asyncio.to_thread(shutil.rmtree, self._house.folder, ignore_errors=True)
        if self._box is not None:
            await asyncio.to_thread(self._box.act, "remove")

    async def restart(self, prompt: str | None = None) -> None:
        """Both from the beginning, so that memory is counted afresh. `prompt` is what the dialplan plays from now
        on."""
        await self.house.stop()
        if prompt is not None:
            self._box = replace(self.box, environment={**self.box.environment, "BENCH_PROMPT": prompt})
            self.house.box = self._box
        # A prompt that changed makes another container of the same name.
        await asyncio.to_thread(self.box.act, "stop")
        await asyncio.to_thread(self.box.act, "start")
        await self.house.start()
        self._asterisk_pid = asterisk_pid(self.box.name)

    async def restart_service(self, ari_url: str) -> None:
        """The service alone, which finds Asterisk at this address from now on."""
        await self.house.stop()
        self.house.environment["SWITCHBOARD_ARI_URL"] = ari_url
        await self.house.start()

    async def restart_counting(self, ari_url: str, statements: Path) -> None:
        """As restart_service, with each SQL statement written down in that file."""
        await self.house.stop()
        self.house.environment["SWITCHBOARD_ARI_URL"] = ari_url
        begin_service(self.house, "tests.bench.counted_service", **{FILE: str(statements)})
        await until(self.house.is_healthy, _LEFT_ALONE_S, "the service that counts is healthy")

    @asynccontextmanager
    async def without_service(self) -> AsyncIterator[None]:
        """It is away meanwhile and back afterwards, with nothing to make up for of calls that met the fallback."""
        await self.house.stop()
        yield
        await asyncio.to_thread(self.box.cli, "database deltree fallback")
        await self.house.start()

    @asynccontextmanager
    async def client(self, words: Sequence[str], **settings: str) -> AsyncIterator[None]:
        """In the place of the service, which is away. `settings` go into its environment."""
        environment = {**self.house.environment, "BENCH_PROMPT": f"/sounds/sv/{PROMPT}", **settings}
        async with ClientProcess(words, environment) as self._client:
            try:
                yield
            finally:
                self._client = None

    def usages(self) -> Usages:
        if self._client is not None:
            return Usages(usage(self._asterisk_pid), usage(self._client.pid))
        assert self.house.process is not None
        return Usages(usage(self._asterisk_pid), usage(self.house.process.pid))

    def journal_rows(self) -> tuple[int, int]:
        """Calls in the journal, and events of calls."""
        calls = self.house.one("SELECT count(*) AS n FROM call")["n"]
        events = self.house.one("SELECT count(*) AS n FROM call_event")["n"]
        return int(calls), int(events)

    async def prompts_played(self) -> int:
        """To how many calls something was played, as the journal says, or the client. Raises ClientEnded."""
        if self._client is not None:
            return await self._client.played()
        found = self.house.one("SELECT count(DISTINCT call_id) AS n FROM call_event WHERE kind = 'played'")
        return int(found["n"])

    async def channels(self) -> int:
        return len(await asyncio.to_thread(self.box.ari, "channels"))

    async def drained(self) -> None:
        """No channel is left, and where the service is there every call in the journal has its end. What SIPp gave up
        without a word, as it does beyond what the machine can carry, is hung up."""
        try:
            await until(self._quiet, _LEFT_ALONE_S, "all calls of a stage have ended")
        except AssertionError:
            await asyncio.to_thread(self.box.cli, "channel request hangup all")
            await until(self._quiet, _DRAIN_S, "all calls of a stage have ended")

    async def _quiet(self) -> bool:
        if await self.channels():
            return False
        if self.house.process is None:
            return True
        return bool(self.house.one("SELECT count(*) AS n FROM call WHERE ended_at IS NULL")["n"] == 0)
