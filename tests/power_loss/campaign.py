"""The kills, one after the other on the same disk, and what was found after each."""

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Self

from switchboard.db.engine import Database, upgrade
from tests.acceptance.asterisk_box import ROOT
from tests.demo_house import NOW, furnish
from tests.power_loss.inspection import Told, doubled, lost, opens, unfinished
from tests.power_loss.office import Place

LOCKED, DIES_LOCKED = 0.4, 0.5
"""The share of lives in which somebody holds the database for a while, so that the spool is written too; and of those
in which it is still held at the kill."""
OPENING = 0.15
"""Of lives that end while the database and the spool are being opened."""
OPENING_S, LAST_WORK_S, LOCKED_S = (0.0, 0.5), (0.0, 0.2), (0.5, 3.5)
MOST_TOLD = 30
"""So many messages and tasks does a life tell of before its end; fewer where the machine is slow."""
LONGEST_LIFE_S = 15.0
NUMBERS_EACH = 10_000
OPENS_WITHIN_S = 60.0
LOOK_S = 0.003


@dataclass
class Report:
    """`messages` and `tasks` of which somebody was told. `locked`: lives in which the database was held for a while;
    `spooled`: those at whose end something waited beside it."""

    seed: int
    kills: int = 0
    messages: int = 0
    tasks: int = 0
    locked: int = 0
    spooled: int = 0
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


class Nursery:
    """The process whose children are killed. Leaving the `with` block ends it."""

    def __init__(self, folder: Path) -> None:
        self._told = folder / "told"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.power_loss.writer", str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._child = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._child:
            os.kill(self._child, signal.SIGKILL)
        self._process.communicate(timeout=30)

    def begin(self, *words: object) -> None:
        assert self._process.stdin is not None
        self._told.unlink(missing_ok=True)
        self._process.stdin.write(" ".join(map(str, (self._told, *words))) + "\n")
        self._process.stdin.flush()
        self._child = self._read()

    def wait_open(self) -> None:
        if not self._wait_lines(1, OPENS_WITHIN_S):
            raise RuntimeError("the database was not opened")

    def wait_told(self, most: int) -> None:
        self._wait_lines(1 + most, LONGEST_LIFE_S)

    def _wait_lines(self, wanted: int, within_s: float) -> bool:
        """The first one says that the database is open."""
        end = monotonic() + within_s
        while monotonic() < end:
            if self._told.exists() and self._told.read_text().count("\n") >= wanted:
                return True
            sleep(LOOK_S)
        return False

    def kill(self) -> list[str]:
        """Everything that it told before."""
        os.kill(self._child, signal.SIGKILL)
        self.wait_end(-signal.SIGKILL)
        lines = self._told.read_text().splitlines() if self._told.exists() else []
        return [line for line in lines if line != "open"]

    def wait_end(self, expected: int = 0) -> None:
        status, self._child = self._read(), 0
        if status != expected:
            raise RuntimeError(f"a life ended by itself: {status}")

    def _read(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


def furnish_place(place: Place) -> None:
    async def furnished() -> None:
        database = Database(f"sqlite:///{place.database}")
        await upgrade(database)
        await furnish(database)
        await database.close()

    asyncio.run(furnished())


def run(folder: Path, kills: int, seed: int, say: Callable[[str], None]) -> Report:
    place, report, told, began = Place(folder), Report(seed), Told(), monotonic()
    lives = _Lives(place, random.Random(seed), report, told)
    furnish_place(place)
    with Nursery(folder) as nursery:
        for life in range(kills):
            lives.live(nursery, life)
            found = opens(place) + lost(place, told)
            report.faults += [f"kill {life + 1}: {each}" for each in found]
            if (life + 1) % 10 == 0:
                say(f"{life + 1} kills, {len(told)} told, {len(report.faults)} faults")
        nursery.begin(seed, 0, lives.shift, "finish")
        nursery.wait_end()
    report.faults += [*opens(place), *lost(place, told), *doubled(place), *unfinished(place, told)]
    report.seconds = round(monotonic() - began, 1)
    return report


class _Lives:
    """`shift`: seconds from the machine's clock to that of all lives."""

    def __init__(self, place: Place, dice: random.Random, report: Report, told: Told) -> None:
        self._place = place
        self._dice = dice
        self._report = report
        self._told = told
        self.shift = (NOW - datetime.now(UTC)).total_seconds()  # noqa: TID251 - the demo's day

    def live(self, nursery: Nursery, life: int) -> None:
        """From its start to the kill, which sometimes comes before its database is open."""
        dice = self._dice
        locked, opening = dice.random() < LOCKED, dice.random() < OPENING
        nursery.begin(dice.randrange(1 << 30), life * NUMBERS_EACH, self.shift)
        with ExitStack() as held:
            if opening:
                sleep(dice.uniform(*OPENING_S))
            else:
                nursery.wait_open()
                self._work(nursery, locked, held)
            for line in nursery.kill():
                self._told.note(line)
        self._report.kills += 1
        self._report.messages, self._report.tasks = len(self._told.messages), len(self._told.tasks)
        self._report.spooled += _waits(self._place)

    def _work(self, nursery: Nursery, locked: bool, held: ExitStack) -> None:
        """What is `held` is held beyond the kill."""
        dice = self._dice
        if not locked:
            nursery.wait_told(dice.randrange(MOST_TOLD))
            sleep(dice.uniform(*LAST_WORK_S))
            return
        self._report.locked += 1
        sleep(dice.uniform(0.0, 0.8))
        held.enter_context(_held(self._place.database))
        sleep(dice.uniform(*LOCKED_S))
        if dice.random() >= DIES_LOCKED:
            held.close()
            sleep(dice.uniform(0.0, 1.0))


@contextmanager
def _held(file: Path) -> Iterator[None]:
    """Another process writes to the database for a long time."""
    with closing(sqlite3.connect(file, timeout=10, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def _waits(place: Place) -> bool:
    with closing(sqlite3.connect(place.spool)) as spool:
        tables = spool.execute("SELECT name FROM sqlite_master WHERE name = 'item'").fetchall()
        return bool(tables and spool.execute("SELECT 1 FROM item LIMIT 1").fetchall())
