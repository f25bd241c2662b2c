"""The measurements, one after the other on the same stand."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass

from tests.acceptance.wait import until
from tests.bench.load import Load, LoadResult, Sipp
from tests.bench.processes import machine_busy_s
from tests.bench.search import RateSearch
from tests.bench.sipp_files import Percentiles, percentiles
from tests.bench.stand import Stand, System, Usages

LISTEN_MS = 1000
"""Well before the prompt's end (1.36 s), so that it is always the caller who hangs up."""
MOST_P95_MS = 100.0
MOST_FAILED = 0.01
HOLD_RATE = 40
_ENDLESS_S = 60.0


@dataclass(frozen=True, slots=True)
class Idle:
    """Processor seconds a second with nothing to do."""

    asterisk: float
    service: float


@dataclass(frozen=True, slots=True)
class Stage:
    """`failed` counts calls that SIPp failed and those that the service's journal, or the client, does not know as
    played. Processor milliseconds a call, idle share taken off, a client's as the service's; `busy` is the
    machine's share 0 … 1 over the stage."""

    system: System
    rate: int
    calls: int
    failed: int
    retransmissions: int
    setup_ms: Percentiles
    asterisk_cpu_ms: float
    service_cpu_ms: float
    busy: float

    @property
    def passes(self) -> bool:
        return self.setup_ms.p95 <= MOST_P95_MS and self.failed < MOST_FAILED * self.calls


@dataclass(frozen=True, slots=True)
class Held:
    """Resident KiB of the processes with nothing to do and with so many calls held; and what one call adds, by the
    second half of them (the first half also fills pools that stay)."""

    system: System
    calls: int
    asterisk_idle: int
    service_idle: int
    asterisk_held: int
    service_held: int
    asterisk_per_call: float
    service_per_call: float


async def measure_idle(stand: Stand, seconds: float) -> Idle:
    before = stand.usages()
    await asyncio.sleep(seconds)
    after = stand.usages()
    return Idle(
        (after.asterisk.cpu_s - before.asterisk.cpu_s) / seconds,
        (after.service.cpu_s - before.service.cpu_s) / seconds,
    )


async def place_calls(stand: Stand, load: Load) -> LoadResult:
    with Sipp(stand.box.sip_port, load) as sipp:
        return await asyncio.to_thread(sipp.wait)


async def measure_stage(
    stand: Stand, system: System, rate: int, seconds: float, idle: Idle, numbers: tuple[str, ...] = ()
) -> Stage:
    """To the system's own number, or to each of `numbers` in turn. Raises ClientEnded."""
    load = Load(system.number, rate, round(rate * seconds), LISTEN_MS, numbers=numbers)
    loop = asyncio.get_running_loop()
    played, before, busy, began = await stand.prompts_played(), stand.usages(), machine_busy_s(), loop.time()
    result = await place_calls(stand, load)
    took, busy = loop.time() - began, machine_busy_s() - busy
    await stand.drained()
    after, spent = stand.usages(), loop.time() - began
    unknown = 0 if system is System.DIALPLAN else load.calls - (await stand.prompts_played() - played)
    return Stage(
        system=system,
        rate=rate,
        calls=load.calls,
        failed=max(load.calls - result.counts.successful, unknown),
        retransmissions=result.counts.retransmissions,
        setup_ms=percentiles(result.setup_ms),
        asterisk_cpu_ms=_per_call(after.asterisk.cpu_s - before.asterisk.cpu_s - idle.asterisk * spent, load),
        service_cpu_ms=_per_call(after.service.cpu_s - before.service.cpu_s - idle.service * spent, load),
        busy=busy / took / _processors(),
    )


def _per_call(cpu_s: float, load: Load) -> float:
    return max(0.0, cpu_s) * 1000 / load.calls


def _processors() -> int:
    return len(os.sched_getaffinity(0))


async def search_highest(stand: Stand, system: System, search: RateSearch, seconds: float, idle: Idle) -> list[Stage]:
    """Every try, in order; the answer stands in `search.passed`."""
    tried: list[Stage] = []
    while (rate := search.next_rate()) is not None:
        stage = await measure_stage(stand, system, rate, seconds, idle)
        search.record(rate, stage.passes)
        tried.append(stage)
    return tried


async def measure_held(stand: Stand, system: System, half: int) -> Held:
    """Needs a stand that was restarted: memory that is free again would hide what calls take."""
    idle = stand.usages()
    ports = ((12000, 15998), (16000, 19998))
    marks: list[Usages] = []
    with Sipp(stand.box.sip_port, _held(system, half, ports[0])) as first:
        await _held_now(stand, half)
        marks.append(stand.usages())
        with Sipp(stand.box.sip_port, _held(system, half, ports[1])) as second:
            await _held_now(stand, 2 * half)
            marks.append(stand.usages())
            await asyncio.gather(asyncio.to_thread(first.wait), asyncio.to_thread(second.wait))
    await stand.drained()
    return _account(system, half, idle, marks)


def _held(system: System, calls: int, ports: tuple[int, int]) -> Load:
    listen_s = 2 * calls / HOLD_RATE + 8  # until both halves are there and were looked at
    return Load(system.number, HOLD_RATE, calls, round(1000 * listen_s), ports)


async def _held_now(stand: Stand, calls: int) -> None:
    async def all_there() -> bool:
        return await stand.channels() >= calls

    await until(all_there, _ENDLESS_S, f"{calls} calls are held")
    await asyncio.sleep(2)  # the calls that came last are told what the others were


def _account(system: System, half: int, idle: Usages, marks: Sequence[Usages]) -> Held:
    first, second = marks
    return Held(
        system=system,
        calls=2 * half,
        asterisk_idle=idle.asterisk.memory_kib,
        service_idle=idle.service.memory_kib,
        asterisk_held=second.asterisk.memory_kib,
        service_held=second.service.memory_kib,
        asterisk_per_call=(second.asterisk.memory_kib - first.asterisk.memory_kib) / half,
        service_per_call=(second.service.memory_kib - first.service.memory_kib) / half,
    )
