"""All desks of a test, the world outside the trunk, and what must be true when a test is over."""

import asyncio
import sqlite3
import urllib.request
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from tests.acceptance.house import House
from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.party import WITHIN_S, Party
from tests.acceptance.wait import until
from tests.asterisk.box import trunk_port
from tests.callers.phone import PhoneAccount
from tests.callers.raw_sip import RawPhone
from tests.callers.sip.call import RawCall

Scenario = Callable[[Desk], Awaitable[None]]
BROKEN = ("Traceback", '"level": "error"', "call_story_broke", "never retrieved")


class Outside:
    """Whoever is called through the trunk, by the number dialled."""

    def __init__(self, phone: RawPhone) -> None:
        self.phone = phone
        self._taken: set[int] = set()

    def rung(self, number: str) -> list[RawCall]:
        calls = [call for call in self.phone.rung if isinstance(call, RawCall)]
        return [call for call in calls if call.messages[0].start.startswith(f"INVITE sip:{number}@")]

    async def ringing(self, number: str, within: float = WITHIN_S) -> RawCall:
        """The next call to the number."""
        found: list[RawCall] = []

        async def rings() -> bool:
            found[:] = [call for call in self.rung(number) if id(call) not in self._taken]
            return bool(found)

        await until(rings, within, f"{number} rings; rung: {[call.messages[0].start for call in self._all()]}")
        self._taken.add(id(found[0]))
        return found[0]

    async def answer(self, number: str, within: float = WITHIN_S) -> Party:
        call = await self.ringing(number, within)
        await call.answer()
        party = Party(call, "outside")
        await party.speak()
        return party

    def _all(self) -> list[RawCall]:
        return [call for call in self.phone.rung if isinstance(call, RawCall)]


class Floor:
    """`async with Floor(house)`: at the end every phone is gone and nothing is left of any call."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._stack = AsyncExitStack()
        self._outside: Outside | None = None
        self._desks: dict[int, Desk] = {}
        self._log_from = self._judged_from = 0
        self._calls_before: set[str] = set()

    async def __aenter__(self) -> Self:
        self._log_from = self._judged_from = self.house.log_file.stat().st_size
        self._calls_before = {row["id"] for row in self.house.calls()}
        port = trunk_port(self.house.box)
        place = PhoneAccount("provider", self.house.box.server, sounds=self.house.box.sounds)
        phone = await self._stack.enter_async_context(RawPhone(place, port=port))
        self._outside = Outside(phone)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()
        try:
            await self.nothing_left()
        except AssertionError:
            await asyncio.to_thread(self.house.box.cli, "channel request hangup all")
            raise

    @property
    def outside(self) -> Outside:
        assert self._outside is not None
        return self._outside

    def desk(self, number: int = 1) -> Desk:
        if number not in self._desks:
            self._desks[number] = Desk(self.house, number, self._stack)
        return self._desks[number]

    async def side_by_side(self, *scenarios: Scenario) -> None:
        """Each at a desk of its own, all at the same time. Every failure is told, under its scenario's name."""
        desks = [self.desk(number) for number, _ in enumerate(scenarios, start=1)]
        done = await asyncio.gather(
            *(scenario(desk) for scenario, desk in zip(scenarios, desks, strict=True)), return_exceptions=True
        )
        failures: list[BaseException] = []
        for scenario, desk, result in zip(scenarios, desks, done, strict=True):
            if result is not None:
                result.add_note(f"in {scenario.__name__}, at desk {desk.number}")
                failures.append(result)
        if failures:
            raise BaseExceptionGroup("scenarios failed", failures)

    # What must be true at the end

    def calls(self) -> list[sqlite3.Row]:
        """Those of this test."""
        return [row for row in self.house.calls() if row["id"] not in self._calls_before]

    def log(self) -> str:
        """What the service has logged since the test began; nothing once the house is gone."""
        return self._log_since(self._log_from).decode(errors="replace") if self.house.log_file.exists() else ""

    def _log_since(self, start: int) -> bytes:
        with self.house.log_file.open("rb") as file:
            file.seek(start)
            return file.read()

    async def nothing_left(self, within: float = 10) -> None:
        """No channel, no bridge, no call without its end, nobody in line, no story under way, no exception."""
        house = self.house

        async def empty() -> bool:
            return not await asyncio.to_thread(house.box.leftovers)

        async def ended() -> bool:
            open_calls = [row for row in self.calls() if row["ended_at"] is None]
            waiting = house.sql("SELECT id FROM queue_place WHERE left_at IS NULL")
            return not open_calls and not waiting and await asyncio.to_thread(self.under_way) == 0

        try:
            await until(empty, within, "no channel and no bridge is left")
            await until(ended, within, "every call has its end, and nobody waits")
        except AssertionError as problem:
            problem.add_note(await asyncio.to_thread(self._state))
            raise
        self.no_fault_logged()

    def no_fault_logged(self) -> None:
        """Since it was asked last."""
        new = self._log_since(self._judged_from)
        self._judged_from += len(new)
        log = new.decode(errors="replace")
        for word in BROKEN:
            assert word not in log, _around(log, word)

    def forget_faults(self) -> None:
        """Those logged so far are not of the service's making."""
        self._judged_from = self.house.log_file.stat().st_size

    def warnings(self) -> str:
        """Those since the test began."""
        return self.house.warnings(self._log_from)

    def under_way(self) -> int:
        """Stories that the service tells now."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.house.http_port}/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        return next(int(float(line.split()[1])) for line in lines if line.startswith("switchboard_calls_in_progress "))

    def _state(self) -> str:
        calls = [tuple(row)[:6] for row in self.calls() if row["ended_at"] is None]
        places = [tuple(row) for row in self.house.sql("SELECT * FROM queue_place WHERE left_at IS NULL")]
        return f"{self.house.box.leftovers()}\ncalls {calls}\nplaces {places}\nunder way {self.under_way()}"


def _around(log: str, word: str) -> str:
    at = log.index(word)
    return log[max(0, at - 3000) : at + 3000]
