"""`python -m tests.power_loss.writer FOLDER`: for each line that it reads a child of its own lives until it is killed.

A line is `FILE SEED FIRST SHIFT [finish]`: where the child writes what it tells, by which dice it acts, from which
number on, and how many seconds its clock is away from the machine's. With `finish` it takes no calls, does what is left
to do, and ends by itself. Printed are the child's process number, and how it ended. So the code is read once.
"""

import asyncio
import os
import random
import sys
from datetime import timedelta
from pathlib import Path

from switchboard.clock import ShiftedClock
from switchboard.db.tables import authority, person
from switchboard.domain.callback import Mailbox
from tests.acceptance.wait import until
from tests.demo_house import id_of
from tests.fakes.recordings import wav
from tests.faults.scenes import MARIA
from tests.power_loss.office import Office, Place

CALLERS = 4
SETTLE_EVERY_S = 0.1
LISTENS, OPENS_TASK = 0.7, 0.2
FINISHES_WITHIN_S = 60.0


def sound_of(number: str) -> bytes:
    """Speech enough to be kept, and no two alike."""
    spoken = wav(2.5)
    return spoken[:-16] + number.encode().rjust(16, b"\0")


async def work(office: Office, dice: random.Random, first: int) -> None:
    """Numbers from `first` on are new to everybody."""
    numbers = iter(range(first, first + 1_000_000))
    norrby = await id_of(office.database, authority, "Norrby kommun")
    mailbox = Mailbox(norrby, person_id=await id_of(office.database, person, "Maria Berg"))

    async def calls() -> None:
        while True:
            number = f"+4671{next(numbers):07d}"
            if dice.random() < OPENS_TASK:
                await office.open_task(mailbox, number)
            else:
                await office.take_call(MARIA, number, sound_of(number), listens=dice.random() < LISTENS)

    async def settles() -> None:
        while True:
            await office.settle()
            await asyncio.sleep(SETTLE_EVERY_S)

    async with asyncio.TaskGroup() as going:
        going.create_task(settles())
        for _ in range(CALLERS):
            going.create_task(calls())


async def finish(office: Office) -> None:
    async def done() -> bool:
        await office.settle()
        return office.at_rest and not await office.recordings.names()

    await until(done, FINISHES_WITHIN_S, f"everything is kept: {office.log.events('exception')}")
    await close(office)


async def close(office: Office) -> None:
    """As the service stops."""
    await office.journal.close()
    await office.spool.close()
    await office.directory.close()
    await office.database.close()


async def live(office: Office, seed: int, first: int, last: bool) -> None:
    await office.open()
    office.tell("open")
    await (finish(office) if last else work(office, random.Random(seed), first))


def born(folder: Path, line: str) -> None:
    file, seed, first, shift, *last = line.split()
    office = Office(Place(folder), ShiftedClock(timedelta(seconds=float(shift))), Path(file))
    asyncio.run(live(office, int(seed), int(first), last == ["finish"]))


def say(text: object) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            born(Path(sys.argv[1]), line)
            os._exit(0)
        say(child)
        say(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    main()
