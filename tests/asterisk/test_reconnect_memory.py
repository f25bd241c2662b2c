"""A connection that breaks again and again leaves nothing behind: no memory, no task, no descriptor."""

import asyncio
import gc
import os
import tracemalloc
from dataclasses import dataclass, replace

import pytest

from tests.acceptance.asterisk_box import AsteriskBox
from tests.asterisk.exchange import Exchange, open_exchange
from tests.faults.wire import FaultyLine

pytestmark = pytest.mark.asterisk

WARM_UP, TIMES = 40, 200
GROWTH_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Held:
    """By this process now."""

    bytes: int
    tasks: int
    descriptors: int


def held() -> Held:
    gc.collect()
    return Held(tracemalloc.get_traced_memory()[0], len(asyncio.all_tasks()), len(os.listdir("/proc/self/fd")))


async def breaks(exchange: Exchange, times: int, *lines: FaultyLine) -> None:
    for _ in range(times):
        exchange.connections.clear()
        exchange.log.lines.clear()
        for line in lines:
            line.cut()
        async with asyncio.timeout(20):
            while not exchange.connections or not exchange.connection.reconciled.is_set():  # noqa: ASYNC110
                await asyncio.sleep(0.002)
            await exchange.ami.wait_connected()


async def test_two_hundred_reconnections_leave_nothing_behind(wire: AsteriskBox) -> None:
    async with FaultyLine(wire.http_port) as ari, FaultyLine(wire.ami_port) as ami:
        through = replace(wire, http_port=ari.port, ami_port=ami.port)
        async with open_exchange(through, phones=()) as exchange:
            tracemalloc.start()
            try:
                await breaks(exchange, WARM_UP, ari, ami)
                before = held()
                await breaks(exchange, TIMES, ari, ami)
                after = held()
            finally:
                tracemalloc.stop()
    assert after.bytes - before.bytes < GROWTH_BYTES, (before, after)
    assert after.tasks <= before.tasks + 2, (before, after)
    assert after.descriptors <= before.descriptors + 4, (before, after)
