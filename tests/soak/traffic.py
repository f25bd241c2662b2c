"""The traffic of a soak: announcements by SIPp, everything else by telephones, rows changed and the interface asked."""

import asyncio
import random
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from time import monotonic
from types import TracebackType
from typing import Self

from tests.acceptance.operators.api import Api, new_api
from tests.acceptance.phones import PhoneRoom
from tests.bench.load import Load, Sipp
from tests.bench.sipp_files import NoResult
from tests.soak.house import ANNOUNCEMENT, SoakHouse
from tests.soak.intended import Intended
from tests.soak.pace import Kind, Pace, choose
from tests.soak.parties import Staff, Surroundings, Voices, call_as

LISTEN_MS = 1000
CHUNK_S = 30
ABSENCE_EVERY_S, ASK_EVERY_S = 7.0, 1.0
MOST_AT_ONCE = 60
"""Callers of ours; one more does not call, which is counted."""
ASKED = ("queue", "operators", "people/search?q=berg", "absences", "callback-tasks?limit=20", "calls?limit=20")


class Traffic:
    """`async with`: telephones are signed in. `run` lasts for so many seconds and until the last caller has hung up."""

    def __init__(self, soak: SoakHouse, pace: Pace, seed: int) -> None:
        self._soak = soak
        self._pace = pace
        self._dice = random.Random(seed)
        self._stack = AsyncExitStack()
        self._around: Surroundings | None = None
        self._staff: list[asyncio.Task[None]] = []
        self.intended: list[Intended] = []
        self.surprises: list[str] = []
        self.done: Counter[str] = Counter()
        self.announced = self.announced_in_vain = self.left_out = 0

    async def __aenter__(self) -> Self:
        phones = await self._stack.enter_async_context(PhoneRoom(self._soak.house))
        staff = await Staff.at_work(phones, self._dice)
        citizens = await phones.caller("+46700000000")
        self._around = Surroundings(
            self._soak.house.box, citizens, staff, Voices.made(), self._dice, self._soak.time_in
        )
        self._staff = staff.work()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._staff:
            task.cancel()
        await asyncio.gather(*self._staff, return_exceptions=True)
        await self._stack.aclose()

    @property
    def staff(self) -> Staff:
        assert self._around is not None
        return self._around.staff

    async def run(self, seconds: float) -> None:
        end = monotonic() + seconds
        api = await asyncio.to_thread(new_api, self._soak.house, "operator")
        async with asyncio.TaskGroup() as going:
            going.create_task(self._announce(end))
            going.create_task(self._call(end))
            going.create_task(self._repeat(self._change_absences, ABSENCE_EVERY_S, end))
            going.create_task(self._repeat(lambda: self._ask(api), ASK_EVERY_S, end))
        gone = [task for task in self._staff if task.done()]
        self.surprises += [f"a telephone inside works no more: {task.exception()!r}" for task in gone]

    async def _announce(self, end: float) -> None:
        """In pieces, so that what went wrong is seen soon."""
        while (left := end - monotonic()) > 1:
            rate = self._pace.announcements
            load = Load(ANNOUNCEMENT, rate, max(1, round(rate * min(CHUNK_S, left))), LISTEN_MS)
            with Sipp(self._soak.house.box.sip_port, load) as sipp:
                try:
                    result = await asyncio.to_thread(sipp.wait)
                except (NoResult, subprocess.TimeoutExpired) as problem:
                    self.surprises.append(str(problem))
                    continue
            self.announced += result.counts.created
            self.announced_in_vain += result.counts.failed
            self.done[Kind.ANNOUNCEMENT] += result.counts.successful

    async def _call(self, end: float) -> None:
        going: set[asyncio.Task[None]] = set()
        while monotonic() < end:
            if len(going) < MOST_AT_ONCE:
                task = asyncio.create_task(self._through(choose(self._dice)))
                going.add(task)
                task.add_done_callback(going.discard)
            else:
                self.left_out += 1
            await asyncio.sleep(self._dice.expovariate(self._pace.spoken))
        await asyncio.gather(*going)

    async def _through(self, kind: Kind) -> None:
        """One call that is known by its number; those of one account by their order."""
        assert self._around is not None
        number = f"+4673{len(self.intended):07d}"
        if kind is Kind.ABSENCE:
            number = f"asa#{self.done['orders']}"
            self.done["orders"] += 1
        self.intended.append(Intended(number, kind))
        try:
            await call_as(kind, number, self._around)
            self.done[kind] += 1
        except (AssertionError, TimeoutError) as problem:
            self.surprises.append(f"{kind} by {number}: {problem}")

    async def _change_absences(self) -> None:
        """By SQL, as an administrator would: Maria's return is another one, or not known."""
        house = self._soak.house
        hours = self._dice.choice([1, 2, 3, None])
        until = None if hours is None else f"{self._soak.now.date() + timedelta(days=1)} 1{hours}:00"
        statement = "UPDATE absence SET until = ? WHERE person_id = (SELECT id FROM person WHERE name = 'Maria Berg')"
        await asyncio.to_thread(house.sql, statement, until)
        self.done["rows changed"] += 1

    async def _ask(self, api: Api) -> None:
        await api.get(self._dice.choice(ASKED))
        self.done["requests"] += 1

    async def _repeat(self, act: Callable[[], Awaitable[None]], pause_s: float, end: float) -> None:
        """What fails is told of, and the rest goes on."""
        while monotonic() < end:
            try:
                await act()
            except (AssertionError, OSError, sqlite3.Error) as problem:
                self.surprises.append(f"beside the calls: {problem!r}")
            await asyncio.sleep(min(pause_s, max(0.0, end - monotonic())))
