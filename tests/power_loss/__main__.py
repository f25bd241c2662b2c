"""`python -m tests.power_loss [--kills N] [--seed N]`: print, write var/power_loss.json; ends with 1 on any fault."""

import argparse
import json
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

from tests.acceptance.asterisk_box import ROOT
from tests.power_loss.campaign import run


def say(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.power_loss", description="Kill it at random points.")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, help="of when it is killed; by chance unless said")
    parser.add_argument("--json", type=Path, default=ROOT / "var" / "power_loss.json", help="where the figures go")
    options = parser.parse_args()
    seed = secrets.randbelow(1 << 30) if options.seed is None else options.seed
    say(f"seed {seed}")
    folder = Path(tempfile.mkdtemp(prefix="switchboard-power-loss-"))
    report = run(folder, options.kills, seed, say)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(report.as_dict(), indent=2) + "\n", encoding="utf-8")
    say(
        f"{report.kills} kills in {report.seconds:g} s: {report.messages} messages and {report.tasks} tasks were told;"
        f" the database was held in {report.locked} lives; after {report.spooled} kills something waited beside it;"
        f" {len(report.faults)} faults"
    )
    for fault in report.faults:
        say(f"fault: {fault}")
    if report.faults:
        say(f"what was found is left in {folder}")
    else:
        shutil.rmtree(folder)
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
