"""`python -m tests.bench [--quick] [--only NAME ...]`: measure, print, write var/bench.json.

Everything runs on this machine's loopback in one container and one service of their own, which are gone afterwards,
also after Ctrl-C.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from tests.acceptance.asterisk_box import ROOT
from tests.bench.facts import machine_facts, versions
from tests.bench.measure import LISTEN_MS, Idle, measure_idle
from tests.bench.parts import NAMES, PARTS, SEARCH, Run, measure_people, say, warm_up
from tests.bench.plan import QUICK, Plan
from tests.bench.processes import machine_busy_s
from tests.bench.report import Report, render
from tests.bench.sipp_files import NoResult
from tests.bench.stand import PROMPT, Stand

INTERRUPTED = 130
QUIET = 0.15
MOST_ROUNDS = 9
BROKEN = (AssertionError, NoResult, RuntimeError, TimeoutError)


async def run(plan: Plan, names: Sequence[str], file: Path) -> Report:
    settings = {**asdict(plan), "parts": names, "prompt": PROMPT, "listen_ms": LISTEN_MS}
    report = Report(machine_facts(), {}, settings, Idle(0, 0))
    await _tell_noise()
    if any(name in PARTS for name in names):
        say("starting Asterisk and the service")
        async with Stand() as stand:
            report.versions = versions(stand.box)
            now = Run(stand, plan, report)
            await warm_up(now)
            report.idle = await measure_idle(stand, 3)
            for name in names:
                if name in PARTS and not await _measured(name, now):
                    break
                report.save(file)
    if SEARCH in names:
        say(f"searching the directory among {plan.people} people")
        await measure_people(plan, report)
    report.save(file)
    return report


async def _measured(name: str, now: Run) -> bool:
    """What one measurement could not bring to its end is not the others' loss. False when nothing can go on."""
    say(f"\n--- {name}")
    try:
        await PARTS[name](now)
    except BROKEN as fault:
        now.report.broken[name] = f"{type(fault).__name__}: {fault}"[:600]
        say(f"{name} broke off: {now.report.broken[name]}")
        return await _restarted(now)
    return True


async def _restarted(now: Run) -> bool:
    try:
        await now.stand.restart()
    except BROKEN as fault:
        now.report.broken["the start after that"] = str(fault)
        return False
    return True


async def _tell_noise() -> None:
    busy = machine_busy_s()
    await asyncio.sleep(2)
    share = (machine_busy_s() - busy) / 2
    if share > QUIET:
        say(f"note: other programs use {share:.2f} processors of this machine now; the figures will suffer")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure a call's speed and cost.")
    parser.add_argument("--quick", action="store_true", help="in some minutes, rougher figures")
    parser.add_argument("--only", action="append", choices=NAMES, metavar="NAME", help=f"one of {', '.join(NAMES)}")
    parser.add_argument("--rounds", type=int, default=QUICK.rounds, help="of each fixed rate; the middle one counts")
    parser.add_argument("--held-seconds", type=float, help=f"how long calls are held ({Plan().held_s:g})")
    parser.add_argument("--json", type=Path, default=ROOT / "var" / "bench.json", help="where the figures go")
    return parser.parse_args()


def main() -> int:
    options = _options()
    plan = QUICK if options.quick else Plan()
    plan = replace(plan, rounds=min(MOST_ROUNDS, max(1, options.rounds)))
    if options.held_seconds:
        plan = replace(plan, held_s=options.held_seconds)
    names = [name for name in NAMES if not options.only or name in options.only]
    try:
        report = asyncio.run(_stoppable(plan, names, options.json))
    except (KeyboardInterrupt, asyncio.CancelledError):
        say("interrupted: everything that was started is gone")
        return INTERRUPTED
    say()
    say(render(report))
    say(f"\nall figures: {options.json}")
    return 1 if report.broken else 0


async def _stoppable(plan: Plan, names: Sequence[str], file: Path) -> Report:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await run(plan, names, file)


if __name__ == "__main__":
    sys.exit(main())
