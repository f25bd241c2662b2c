"""`python -m tests.faults [--faults NAME,…] [--states NAME,…]`: run the campaign, print, write var/faults.json, and
end with 1 where a goal is not met."""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from tests.acceptance.asterisk_box import ROOT, AsteriskBox, start_asterisk
from tests.acceptance.house import House
from tests.bench.report import table
from tests.faults.cell import RECOVERY_GOAL_S, Cost, Told, measure
from tests.faults.harm import FAULTS
from tests.faults.scenes import SCENES

# Whoever talked through an Asterisk that died is cut off by that, not by us.
ENDS_CALLS = "Asterisk killed"
HEADINGS = ("fault", "state", "lost", "cut", "messages lost", "doubled", "left", "next call", "recovery s")


def say(text: str) -> None:
    print(text, flush=True)


def row(cost: Cost) -> tuple[str, ...]:
    if cost.problem:
        return (cost.fault, cost.state, cost.problem, *[""] * (len(HEADINGS) - 3))
    counts = (cost.lost, cost.cut, cost.messages_lost, cost.doubled, len(cost.left))
    seconds = "never" if cost.seconds is None else f"{cost.seconds:.1f}"
    return (cost.fault, cost.state, *map(str, counts), cost.next_call, seconds)


def goals(costs: Sequence[Cost]) -> dict[str, bool]:
    measured = [each for each in costs if not each.problem]
    ours = [each for each in measured if each.fault != ENDS_CALLS]
    return {
        "every cell was measured": len(measured) == len(costs) > 0,
        "no call is lost by the service": not any(each.lost for each in ours),
        "no message is lost": not any(each.messages_lost for each in measured),
        "no task is doubled": not any(each.doubled for each in measured),
        "no talk is cut by the service": not any(each.cut for each in ours),
        f"well again within {RECOVERY_GOAL_S:g} s": all(
            each.seconds is not None and each.seconds <= RECOVERY_GOAL_S for each in measured
        ),
        "the next caller is told": not any(each.next_call is Told.NOT for each in measured),
        "nothing is left": not any(each.left for each in measured),
    }


async def run(faults: Sequence[str], states: Sequence[str]) -> list[Cost]:
    box = await asyncio.to_thread(start_asterisk)
    furnished = House(box)
    costs: list[Cost] = []
    try:
        await asyncio.to_thread(furnished.furnish)
        for fault in faults:
            for state in states:
                cost = await measure(box, furnished, fault, state)
                say("  ".join(row(cost)))
                costs.append(cost)
    finally:
        await asyncio.to_thread(_clear, box, furnished)
    return costs


def _clear(box: AsteriskBox, furnished: House) -> None:
    box.act("remove")
    furnished.remove()


def _chosen(text: str | None, known: Sequence[str]) -> Sequence[str]:
    if text is None:
        return known
    names = [name.strip() for name in text.split(",")]
    if strange := [name for name in names if name not in known]:
        raise SystemExit(f"there is no {', '.join(strange)}; there are: {', '.join(known)}")
    return names


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="What each fault costs callers.")
    parser.add_argument("--faults", help="only these, with commas")
    parser.add_argument("--states", help="only these, with commas")
    parser.add_argument("--json", type=Path, default=ROOT / "var" / "faults.json", help="where the figures go")
    options = parser.parse_args()
    costs = asyncio.run(run(_chosen(options.faults, [*FAULTS]), _chosen(options.states, [*SCENES])))
    met = goals(costs)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    found = {"cells": [asdict(each) for each in costs], "goals": met}
    options.json.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    say("")
    say(table([HEADINGS, *map(row, costs)]))
    for cost in costs:
        for what in cost.left:
            say(f"left: {cost.fault}, {cost.state}: {what}")
    return told(met)


def told(met: Mapping[str, bool]) -> int:
    """The exit status."""
    for goal, is_met in met.items():
        say(f"{'met' if is_met else 'NOT MET'}: {goal}")
    return 0 if all(met.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
