"""Whoever guesses telephones' passwords is shut out: counted here, kept in the database, enforced by Asterisk.

What comes from Asterisk is only counted and noted (`take`); `run` acts, at once when there is somebody to block, and
every second for what an administrator or the time has lifted.
"""

import asyncio
import contextlib
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NoReturn, Protocol

from switchboard.calls.duties.outages import Outage
from switchboard.calls.ports import Clock, Log, TelephonyFault
from switchboard.domain.guarding.guessing import (
    Block,
    GuessLimits,
    Networks,
    is_guessing,
    may_be_blocked,
    one_more,
    parse_address,
)

LOOK_EVERY_S = 1.0
FORGET_EVERY_ROUNDS = 3600
MOST_SUSPECTS = 10_000


class BlockBook(Protocol):
    async def block(self, address: str, limits: GuessLimits, now: datetime) -> Block: ...
    async def active(self, now: datetime) -> Collection[str]:
        """Addresses that are blocked now."""

    async def forget(self, now: datetime) -> None:
        """What has ended so long ago that it does not count any more."""


class Door(Protocol):
    async def own_networks(self) -> Networks:
        """Of the trunk. Raises TelephonyFault."""

    async def shut_out(self, addresses: Collection[str]) -> None:
        """These and no others. Raises TelephonyFault."""


class Guard:
    """`never`: networks that are never blocked, and neither is the trunk."""

    def __init__(self, book: BlockBook, door: Door, limits: GuessLimits, never: Networks, clock: Clock) -> None:
        self._book = book
        self._door = door
        self._limits = limits
        self._never = never
        self._clock = clock
        self._failures: dict[str, Sequence[datetime]] = {}
        self._guessing: set[str] = set()
        self._active: frozenset[str] = frozenset()
        self._wake = asyncio.Event()

    @property
    def suspects(self) -> Collection[str]:
        """Addresses with failures that count, none of them blocked."""
        return self._failures.keys()

    def take(self, address: str) -> None:
        """A sign-in from there has failed."""
        parsed = parse_address(address)
        if parsed is None or not may_be_blocked(parsed, self._never):
            return
        name = str(parsed)
        failures = one_more(self._failures.pop(name, ()), self._limits, self._clock.now())
        if is_guessing(failures, self._limits):
            self._guessing.add(name)
            self._wake.set()
            return
        if len(self._failures) >= MOST_SUSPECTS:
            self._failures.pop(next(iter(self._failures)))
        self._failures[name] = failures

    async def run(self, log: Log) -> NoReturn:
        rounds, was_well = 0, True
        keeping = Outage(log, "blocks_not_kept", "blocks_kept_again")
        while True:
            with keeping.trying():
                try:
                    await self.look(log)
                    if rounds % FORGET_EVERY_ROUNDS == 0:
                        await self._book.forget(self._clock.now())
                    was_well = True
                except TelephonyFault as fault:
                    if was_well:
                        log.warning("blocks_not_enforced", error=str(fault))
                    was_well = False
            rounds += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), LOOK_EVERY_S)

    async def look(self, log: Log) -> None:
        """Shut out first, then write down: a database that is slow gives nobody more guesses."""
        self._wake.clear()
        guessing = await self._not_our_own(frozenset(self._guessing))
        if guessing:
            await self._door.shut_out(self._active | guessing)
        for address in sorted(guessing):
            block = await self._book.block(address, self._limits, self._clock.now())
            self._guessing.discard(address)
            log.warning("address_blocked", pii_address=address, times=block.times, until=str(block.until))
        self._active = frozenset(await self._book.active(self._clock.now()))
        await self._door.shut_out(self._active)

    async def _not_our_own(self, guessing: frozenset[str]) -> frozenset[str]:
        """Whoever forges the trunk's address must not have the authority cut off."""
        if not guessing:
            return guessing
        own = await self._door.own_networks()
        blocked = {each for each in guessing if (parsed := parse_address(each)) and may_be_blocked(parsed, own)}
        self._guessing -= guessing - blocked
        return frozenset(blocked)
