"""The measurements by name, in the order in which they do each other the least harm."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from tests.bench.big_directory import measure_directory
from tests.bench.cold_start import measure_cold_start
from tests.bench.hold import measure_hold
from tests.bench.latency import measure_latency
from tests.bench.load import Load
from tests.bench.measure import LISTEN_MS, measure_held, measure_stage, place_calls, search_highest
from tests.bench.measure_clients import measure_clients
from tests.bench.messages import measure_messages
from tests.bench.per_call import count_calls
from tests.bench.plan import Plan
from tests.bench.queue_load import measure_queue
from tests.bench.report import STAGE_HEADINGS, Report, stage_row, table
from tests.bench.search import RateSearch
from tests.bench.search_people import measure_search
from tests.bench.stand import COMPARED, LONG_PROMPT, Stand, System


def say(text: str = "") -> None:
    print(text, flush=True)


@dataclass(frozen=True, slots=True)
class Run:
    stand: Stand
    plan: Plan
    report: Report


async def warm_up(run: Run) -> None:
    say(f"warming up, {run.plan.warm_up_s:g} s each")
    for system in COMPARED:
        await place_calls(run.stand, Load(system.number, 25, round(25 * run.plan.warm_up_s), LISTEN_MS))
        await run.stand.drained()


async def _traffic(run: Run) -> None:
    try:
        run.report.per_call, run.report.per_message = await count_calls(run.stand)
    finally:
        await run.stand.restart_service(run.stand.box.ari_url)
    await warm_up(run)


async def _rates(run: Run) -> None:
    """Dialplan and service in turn at each rate, so that a disturbance of the machine hits both."""
    plan, report = run.plan, run.report
    for _round in range(plan.rounds):
        for rate in plan.rates:
            for system in COMPARED:
                say(f"{system} at {rate} calls/s for {plan.stage_s:g} s")
                report.stages.append(await measure_stage(run.stand, system, rate, plan.stage_s, report.idle))
    say(table([STAGE_HEADINGS, *map(stage_row, report.stages)]))


async def _highest(run: Run) -> None:
    for system in COMPARED:
        await _highest_of(run, system)


async def _highest_of(run: Run, system: System) -> None:
    say(f"{system}: looking for the highest rate")
    report, search = run.report, RateSearch(run.plan.search_from, run.plan.search_tries)
    report.searches[system] = await search_highest(run.stand, system, search, run.plan.search_s, report.idle)
    report.highest[system] = search.passed
    say(table([STAGE_HEADINGS, *map(stage_row, report.searches[system])]))


async def _clients(run: Run) -> None:
    if System.SERVICE not in run.report.highest:
        await _highest_of(run, System.SERVICE)
    run.report.clients = await measure_clients(run.stand, run.plan.clients, run.report.idle, say)
    say(table([STAGE_HEADINGS, *map(stage_row, (*run.report.clients.stages, *run.report.clients.searched))]))
    await warm_up(run)


async def _latency(run: Run) -> None:
    run.report.parts["latency"] = await measure_latency(run.stand, run.plan.latency_s, run.plan.warm_up_s)
    await warm_up(run)


async def _messages(run: Run) -> None:
    run.report.parts["messages"] = await measure_messages(run.stand, run.plan.messages, run.report.idle, say)


async def _queue(run: Run) -> None:
    """Two hundred callers wait for twenty operators."""
    run.report.parts["queue"] = await measure_queue(run.stand)


async def _start(run: Run) -> None:
    run.report.parts["start"] = await measure_cold_start(run.stand, run.plan.starts)


async def _memory(run: Run) -> None:
    for system in COMPARED:
        say(f"{system}: holding {2 * run.plan.hold_half} calls")
        await run.stand.restart(LONG_PROMPT)
        await place_calls(run.stand, Load(system.number, 10, 20, LISTEN_MS))
        await run.stand.drained()
        run.report.held.append(await measure_held(run.stand, system, run.plan.hold_half))


async def _hold(run: Run) -> None:
    say(f"holding {run.plan.held_calls} calls for {run.plan.held_s:g} s")
    await run.stand.restart()
    await warm_up(run)
    found = await measure_hold(run.stand, run.plan.held_calls, run.plan.held_s)
    run.report.parts["hold"] = found
    say(found.sentence)


async def _directory(run: Run) -> None:
    found = await measure_directory(run.stand, run.plan.directories, run.plan.directory_s, say)
    run.report.parts["directory"] = found


async def measure_people(plan: Plan, report: Report) -> None:
    """When Asterisk and the service are gone: it shares the machine with nobody."""
    report.parts[SEARCH] = await measure_search(plan.people, say)


SEARCH = "search"
PARTS: Mapping[str, Callable[[Run], Awaitable[None]]] = {
    "traffic": _traffic,
    "rates": _rates,
    "highest": _highest,
    "clients": _clients,
    "latency": _latency,
    "messages": _messages,
    "queue": _queue,
    "start": _start,
    "memory": _memory,
    "hold": _hold,
    "directory": _directory,
}
NAMES = (*PARTS, SEARCH)
