"""What one call costs in talk with Asterisk and with the database: counted, not timed."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.load import Load
from tests.bench.measure import LISTEN_MS, place_calls
from tests.bench.message_stage import kept_by_service, message_load, newly_kept
from tests.bench.people import AWAY_OF, add_people
from tests.bench.stand import Stand, System
from tests.bench.statements import Statements, read
from tests.bench.traffic import CountingProxy

CALLS = 50
_MAILBOXES = 5
_RATE = 10
_IDLE_S = 20.0
_BEHIND_S = 5.0
"""What calls leave to be done behind them belongs to them."""


@dataclass(frozen=True, slots=True)
class PerCall:
    """What one call of the service costs, what it asks for without any call taken off. `statements` of SQL by their
    verb, `transactions` by what they are for."""

    requests: Mapping[str, float]
    events: Mapping[str, float]
    event_bytes: float
    journal_events: float
    statements: Mapping[str, float]
    transactions: Mapping[str, float]

    def lines(self, what: str) -> list[str]:
        return [
            f"{what}: {_total(self.requests)} ARI requests ({_named(self.requests)}),",
            f"  {_total(self.events)} events of {self.event_bytes / 1024:.1f} KiB ({_named(self.events)}),",
            f"  {self.journal_events:.1f} events in the journal,",
            f"  {_total(self.statements)} SQL statements ({_named(self.statements)})"
            f" in {_total(self.transactions)} transactions ({_named(self.transactions)})",
        ]


def _total(counts: Mapping[str, float]) -> str:
    return f"{sum(counts.values()):.1f}"


def _named(counts: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {count:g}" for name, count in sorted(counts.items(), key=lambda pair: -pair[1]))


async def count_calls(stand: Stand) -> tuple[PerCall, PerCall]:
    """Of a call to an announcement, and of one from an absence to a message and its task. Leaves a service behind that
    counts."""
    people = await asyncio.to_thread(add_people, stand.house, AWAY_OF * _MAILBOXES)
    file = stand.house.folder / "statements"
    async with CountingProxy(stand.box.http_port) as proxy:
        await stand.restart_counting(proxy.ari_url, file)
        count = _Count(stand, proxy, file)
        idle = await count.idle()
        return await count.of(count.announcements, idle), await count.of(lambda: count.messages(people), idle)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was counted between two looks."""

    seconds: float
    requests: Counter[str]
    statements: Statements


@dataclass(frozen=True, slots=True)
class _Count:
    stand: Stand
    proxy: CountingProxy
    file: Path

    async def announcements(self) -> None:
        await place_calls(self.stand, Load(System.SERVICE.number, _RATE, CALLS, LISTEN_MS))
        await self.stand.drained()
        await asyncio.sleep(_BEHIND_S)

    async def messages(self, people: Sequence[str]) -> None:
        before = len(kept_by_service(self.stand.house))
        await place_calls(self.stand, message_load(people, _RATE, CALLS))
        await self.stand.drained()
        kept = await newly_kept(lambda: kept_by_service(self.stand.house), before, CALLS)
        if len(kept) != CALLS:
            raise RuntimeError(f"{len(kept)} of {CALLS} messages were kept: what one costs cannot be told")
        await asyncio.sleep(_BEHIND_S)

    async def idle(self) -> _Asked:
        """Without a call, once the start is over."""
        await asyncio.sleep(_BEHIND_S)
        return await self.meanwhile(asyncio.sleep(_IDLE_S))

    async def of(self, calls: Callable[[], Awaitable[None]], idle: _Asked) -> PerCall:
        """The second time, when everything has been read and connected."""
        await calls()
        journal = self.stand.journal_rows()[1]
        asked = await self.meanwhile(calls())
        share = asked.seconds / idle.seconds
        return PerCall(
            each_call(asked.requests, idle.requests, share),
            each_call(self.proxy.events, Counter(), share),
            self.proxy.event_bytes / CALLS,
            (self.stand.journal_rows()[1] - journal) / CALLS,
            each_call(asked.statements.statements, idle.statements.statements, share),
            each_call(asked.statements.transactions, idle.statements.transactions, share),
        )

    async def meanwhile(self, work: Awaitable[None]) -> _Asked:
        self.proxy.forget()
        loop = asyncio.get_running_loop()
        began, start = loop.time(), self.file.stat().st_size
        await work
        return _Asked(loop.time() - began, self.proxy.requests.copy(), read(self.file, start))


def each_call(counted: Counter[str], idle: Counter[str], share: float) -> Mapping[str, float]:
    """Of one call; `share`: how much longer than the idle time it took."""
    without = {name: max(0.0, count - idle[name] * share) for name, count in counted.items()}
    return {name: each for name, count in without.items() if (each := round(count / CALLS, 2))}
