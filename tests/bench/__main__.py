"""`python -m tests.bench [--quick]`: measure, print, write var/bench.json.

Everything runs on this machine's loopback in one container and one service of their own, which are gone afterwards,
also after Ctrl-C.
"""

import argparse
import asyncio
import signal
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from tests.acceptance.asterisk_box import ROOT
from tests.bench.facts import machine_facts, versions
from tests.bench.load import Load
from tests.bench.measure import (
    LISTEN_MS,
    measure_held,
    measure_idle,
    measure_stage,
    place_calls,
    search_highest,
)
from tests.bench.processes import machine_busy_s
from tests.bench.queue_load import measure_queue
from tests.bench.report import GOAL_RATE, STAGE_HEADINGS, PerCall, Report, render, stage_row, table
from tests.bench.search import RateSearch
from tests.bench.search_people import PEOPLE, measure_search
from tests.bench.stand import COMPARED, LONG_PROMPT, PROMPT, Stand, System
from tests.bench.traffic import CountingProxy

INTERRUPTED = 130
QUIET = 0.15
MOST_ROUNDS = 9


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured. Times in seconds; `rounds` repeats the stages, for the variance."""

    rates: tuple[int, ...] = (10, 25, 50, 100)
    stage_s: float = 20
    search_s: float = 8
    search_from: int = 100
    search_tries: int = 9
    hold_half: int = 120
    warm_up_s: float = 8
    rounds: int = 3
    queue: bool = True
    people: int = PEOPLE


QUICK = Plan(queue=False, rates=(50,), stage_s=8, search_s=3, search_tries=4, hold_half=60, warm_up_s=2)


def say(text: str = "") -> None:
    print(text, flush=True)


async def run(plan: Plan) -> Report:
    machine = machine_facts()
    await _tell_noise()
    say("starting Asterisk and the service")
    async with Stand() as stand:
        per_call = await _count_traffic(stand)
        say(f"warming up, {plan.warm_up_s:g} s each")
        for system in COMPARED:
            await _warm_up(stand, system, plan)
        idle = await measure_idle(stand, 3)
        settings = {**asdict(plan), "prompt": PROMPT, "listen_ms": LISTEN_MS, "media": "one packet from the caller"}
        report = Report(machine, versions(stand.box), settings, idle, per_call=per_call)
        await _measure_rates(stand, plan, report)
        await _measure_highest(stand, plan, report)
        if plan.queue:
            say("two hundred callers wait for twenty operators")
            report.queue = await measure_queue(stand)
        await _measure_memory(stand, plan, report)
    # When Asterisk and the service are gone: it shares the machine with nobody.
    say(f"searching the directory among {plan.people} people")
    report.people = await measure_search(plan.people, say)
    return report


async def _warm_up(stand: Stand, system: System, plan: Plan) -> None:
    await place_calls(stand, Load(system.number, 25, round(25 * plan.warm_up_s), LISTEN_MS))
    await stand.drained()


async def _tell_noise() -> None:
    busy = machine_busy_s()
    await asyncio.sleep(2)
    share = (machine_busy_s() - busy) / 2
    if share > QUIET:
        say(f"note: other programs use {share:.2f} processors of this machine now; the figures will suffer")


async def _count_traffic(stand: Stand, calls: int = 20) -> PerCall:
    say("counting requests and events of a call")
    async with CountingProxy(stand.box.http_port) as proxy:
        await stand.restart_service(proxy.ari_url)
        await place_calls(stand, Load(System.SERVICE.number, 10, calls, LISTEN_MS))
        await stand.drained()
        proxy.forget()
        events = stand.journal_rows()[1]
        await place_calls(stand, Load(System.SERVICE.number, 10, calls, LISTEN_MS))
        await stand.drained()
        found = PerCall(
            _each(proxy.requests, calls),
            _each(proxy.events, calls),
            proxy.event_bytes / calls,
            (stand.journal_rows()[1] - events) / calls,
        )
    await stand.restart_service(stand.box.ari_url)
    return found


def _each(counted: Counter[str], calls: int) -> Mapping[str, float]:
    return {name: round(count / calls, 2) for name, count in counted.items()}


async def _measure_rates(stand: Stand, plan: Plan, report: Report) -> None:
    """Dialplan and service in turn at each rate, so that a disturbance of the machine hits both."""
    for _round in range(plan.rounds):
        for rate in plan.rates:
            for system in COMPARED:
                say(f"{system} at {rate} calls/s for {plan.stage_s:g} s")
                report.stages.append(await measure_stage(stand, system, rate, plan.stage_s, report.idle))
            if rate == GOAL_RATE:
                await _measure_bare(stand, plan, report)
    say(table([STAGE_HEADINGS, *map(stage_row, report.stages)]))


async def _measure_bare(stand: Stand, plan: Plan, report: Report) -> None:
    """The client does nothing while it waits, so it has no idle share."""
    say(f"{System.BARE} at {GOAL_RATE} calls/s for {plan.stage_s:g} s, the service away")
    idle = replace(report.idle, service=0.0)
    async with stand.bare_client():
        await _warm_up(stand, System.BARE, plan)
        report.stages.append(await measure_stage(stand, System.BARE, GOAL_RATE, plan.stage_s, idle))
    await _warm_up(stand, System.SERVICE, plan)


async def _measure_highest(stand: Stand, plan: Plan, report: Report) -> None:
    for system in COMPARED:
        say(f"{system}: looking for the highest rate")
        search = RateSearch(plan.search_from, plan.search_tries)
        report.searches[system] = await search_highest(stand, system, search, plan.search_s, report.idle)
        report.highest[system] = search.passed
        say(table([STAGE_HEADINGS, *map(stage_row, report.searches[system])]))


async def _measure_memory(stand: Stand, plan: Plan, report: Report) -> None:
    for system in COMPARED:
        say(f"{system}: holding {2 * plan.hold_half} calls")
        await stand.restart(LONG_PROMPT)
        await place_calls(stand, Load(system.number, 10, 20, LISTEN_MS))
        await stand.drained()
        report.held.append(await measure_held(stand, system, plan.hold_half))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure a call's speed and cost.")
    parser.add_argument("--quick", action="store_true", help="under three minutes, rougher figures")
    parser.add_argument("--rounds", type=int, default=QUICK.rounds, help="of each fixed rate; the middle one counts")
    parser.add_argument("--json", type=Path, default=ROOT / "var" / "bench.json", help="where the figures go")
    options = parser.parse_args()
    plan = QUICK if options.quick else Plan()
    plan = replace(plan, rounds=min(MOST_ROUNDS, max(1, options.rounds)))
    try:
        report = asyncio.run(_stoppable(plan))
    except (KeyboardInterrupt, asyncio.CancelledError):
        say("interrupted: everything that was started is gone")
        return INTERRUPTED
    report.save(options.json)
    say()
    say(render(report))
    say(f"\nall figures: {options.json}")
    return 0


async def _stoppable(plan: Plan) -> Report:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await run(plan)


if __name__ == "__main__":
    sys.exit(main())
