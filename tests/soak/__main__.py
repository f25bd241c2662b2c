"""`python -m tests.soak [--minutes N]`: mixed traffic at half capacity, watched; prints, writes var/soak.json, and ends
with 1 where something grows, is left, or ended as nobody intended."""

import argparse
import asyncio
import signal
import sqlite3
import sys
from pathlib import Path
from time import monotonic

from tests.acceptance.asterisk_box import ROOT
from tests.acceptance.wait import until
from tests.bench.facts import machine_facts
from tests.soak.house import SoakHouse
from tests.soak.intended import unexplained, unexplained_announcements
from tests.soak.journal import announcements, others
from tests.soak.pace import CAPACITY, half_of, measured_capacity
from tests.soak.report import Report, progress, render
from tests.soak.samples import AT_REST, Sample, Sampler
from tests.soak.traffic import Traffic

INTERRUPTED = 130
SAMPLE_EVERY_S = 30.0
FEWEST_SAMPLES = 20
DRAIN_S = 60.0
SEED = 20260812


def say(text: str = "") -> None:
    print(text, flush=True)


async def run(report: Report) -> Report:
    say("starting Asterisk and the service")
    async with SoakHouse() as soak, Traffic(soak, report.pace, report.seed) as traffic:
        sampler = Sampler(soak.house)
        watching = asyncio.create_task(_watch(sampler, traffic, report))
        try:
            await traffic.run(report.seconds)
        finally:
            watching.cancel()
            await asyncio.wait({watching})
        if not watching.cancelled():
            watching.result()
        report.rest = await _at_rest(soak, traffic, sampler)
        await _judge(soak, traffic, report)
        report.warnings, report.errors = dict(sampler.log.warnings), dict(sampler.log.errors)
    return report


async def _watch(sampler: Sampler, traffic: Traffic, report: Report) -> None:
    every = min(SAMPLE_EVERY_S, report.seconds / FEWEST_SAMPLES)
    began, told = monotonic(), 0
    while True:
        await asyncio.sleep(every)
        try:
            sample = await sampler.take(monotonic() - began)
        except (OSError, sqlite3.Error) as problem:
            traffic.surprises.append(f"not looked at after {monotonic() - began:.0f} s: {problem!r}")
            continue
        if sample.at_s > report.seconds:
            return
        report.samples.append(sample)
        if sample.at_s // 60 > told:
            told = int(sample.at_s // 60)
            say(progress(sample, len(traffic.intended), len(traffic.surprises)))


async def _at_rest(soak: SoakHouse, traffic: Traffic, sampler: Sampler) -> Sample:
    """After all have hung up: as soon as nothing is left and all are in the journal, or when it has had time enough."""
    taken: list[Sample] = []
    dialled = traffic.announced + len(traffic.intended)

    async def nothing_left() -> bool:
        taken[:] = [await sampler.take(0.0)]
        open_calls = soak.house.one("SELECT count(*) AS n FROM call WHERE ended_at IS NULL")["n"]
        some_left = open_calls or any(taken[0].values[name] for name in AT_REST)
        return not some_left and taken[0].calls >= dialled

    try:
        await until(nothing_left, DRAIN_S, "nothing is left")
    except AssertionError as late:
        say(str(late))
    return taken[0]


async def _judge(soak: SoakHouse, traffic: Traffic, report: Report) -> None:
    journal = await asyncio.to_thread(others, soak.house)
    outcomes = await asyncio.to_thread(announcements, soak.house)
    known = {each.caller for each in traffic.intended}
    strangers = [f"a call of {caller}, who did not call" for caller in journal if caller not in known]
    report.unexplained = [
        *traffic.surprises,
        *unexplained_announcements(traffic.announced, traffic.announced_in_vain, outcomes),
        *unexplained(traffic.intended, journal),
        *strangers,
    ]
    report.done = {
        **traffic.done,
        "answered by operators": traffic.staff.answered,
        "transfers": traffic.staff.transferred,
        "callers left out": traffic.left_out,
    }


def _planned() -> tuple[Report, Path]:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="Mixed traffic for hours: what grows?")
    parser.add_argument("--minutes", type=float, default=60.0, help="up to a day: 1440")
    parser.add_argument("--capacity", type=float, help="announcements a second; from var/bench.json unless said")
    parser.add_argument("--seed", type=int, default=SEED, help="of what is chosen by chance")
    parser.add_argument("--json", type=Path, default=ROOT / "var" / "soak.json", help="where the figures go")
    options = parser.parse_args()
    measured = measured_capacity(ROOT / "var" / "bench.json")
    capacity = options.capacity or measured or CAPACITY
    said = (
        "as said" if options.capacity else "measured by make bench" if measured else "assumed: make bench measures it"
    )
    seconds = 60 * min(1440.0, max(0.5, options.minutes))
    return Report(machine_facts(), capacity, said, half_of(capacity), options.seed, seconds), options.json


async def _stoppable(report: Report) -> Report:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await run(report)


def main() -> int:
    report, file = _planned()
    try:
        asyncio.run(_stoppable(report))
    except (KeyboardInterrupt, asyncio.CancelledError):
        report.save(file)
        say(f"interrupted: everything that was started is gone; what was sampled: {file}")
        return INTERRUPTED
    report.save(file)
    say()
    say(render(report))
    say(f"\nall figures: {file}")
    return 0 if report.passed else 1


if __name__ == "__main__":
    sys.exit(main())
