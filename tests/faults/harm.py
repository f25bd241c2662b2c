"""The faults. Each comes, lasts, and is over when its function returns."""

import asyncio
import resource
import signal
import sqlite3
import subprocess
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

from tests.acceptance.asterisk_box import AsteriskBox
from tests.acceptance.house import House
from tests.faults.stepping import step
from tests.faults.wire import FaultyLine
from tests.postgres_server import StoppableServer
from tests.soak.samples import entries

LASTS_S = 6.0
STEP = timedelta(hours=1)
RECORDINGS = "/data/spool/recording"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault may strike. `ari` and `ami` are the lines between service and Asterisk; `server` is the database's,
    for the faults in `ON_POSTGRES`."""

    house: House
    box: AsteriskBox
    ari: FaultyLine
    ami: FaultyLine
    server: StoppableServer | None = None


async def service_killed(place: Place) -> None:
    """Started anew at once, as its unit does."""
    await place.house.killed()
    await place.house.start()


async def service_hangs(place: Place) -> None:
    place.house.kill(signal.SIGSTOP)
    await asyncio.sleep(LASTS_S)
    place.house.kill(signal.SIGCONT)


async def service_restarted(place: Place) -> None:
    await place.house.terminated()
    await place.house.start()


async def asterisk_killed(place: Place) -> None:
    await asyncio.to_thread(_docker, "kill", place.box.name)
    await asyncio.to_thread(_docker, "start", place.box.name)


async def asterisk_hangs(place: Place) -> None:
    await asyncio.to_thread(_docker, "pause", place.box.name)
    await asyncio.sleep(LASTS_S)
    await asyncio.to_thread(_docker, "unpause", place.box.name)


async def connections_cut(place: Place) -> None:
    place.ari.cut()
    place.ami.cut()


async def connections_dead(place: Place) -> None:
    """Half open: nothing comes through and nobody is told."""
    for line in (place.ari, place.ami):
        line.go_dead()
    await asyncio.sleep(LASTS_S)
    for line in (place.ari, place.ami):
        line.go_on()


async def connections_slow(place: Place) -> None:
    place.ari.delay_s = 0.3
    await asyncio.sleep(LASTS_S)
    place.ari.go_on()


async def events_spoilt(place: Place) -> None:
    place.ari.spoils = 3
    await asyncio.sleep(LASTS_S)
    place.ari.go_on()


async def database_locked(place: Place) -> None:
    with closing(sqlite3.connect(place.house.database, timeout=10, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(LASTS_S)
        other.execute("ROLLBACK")


async def postgres_stopped(place: Place) -> None:
    assert place.server is not None
    await asyncio.to_thread(place.server.stop)
    await asyncio.sleep(LASTS_S)
    await asyncio.to_thread(place.server.start)


async def postgres_hangs(place: Place) -> None:
    assert place.server is not None
    await asyncio.to_thread(place.server.hang)
    await asyncio.sleep(LASTS_S)
    await asyncio.to_thread(place.server.go_on)


async def out_of_descriptors(place: Place) -> None:
    """No file and no connection more than there are."""
    process = place.house.process
    assert process is not None
    await asyncio.to_thread(_limit, process.pid, entries(process.pid, "fd"))
    await asyncio.sleep(LASTS_S)
    await asyncio.to_thread(_limit, process.pid, 1024)


async def disk_full(place: Place) -> None:
    """Of the service: database, what waits beside it, recordings and log cannot grow."""
    process = place.house.process
    assert process is not None
    await asyncio.to_thread(limit_files, process.pid, 0)
    await asyncio.sleep(LASTS_S)
    await asyncio.to_thread(limit_files, process.pid, resource.RLIM_INFINITY)


async def recordings_unwritable(place: Place) -> None:
    """Asterisk begins no new recording."""
    inside = ("exec", "-u", "root", place.box.name, "sh", "-c")
    await asyncio.to_thread(_docker, *inside, f"chown root {RECORDINGS} && chmod 555 {RECORDINGS}")
    await asyncio.sleep(LASTS_S)
    await asyncio.to_thread(_docker, *inside, f"chown asterisk {RECORDINGS} && chmod 750 {RECORDINGS}")


async def clock_forward(place: Place) -> None:
    await _step(place, STEP)


async def clock_back(place: Place) -> None:
    await _step(place, -STEP)


async def _step(place: Place, by: timedelta) -> None:
    step(place.house, by)
    await asyncio.sleep(LASTS_S)


def _limit(pid: int, files: int) -> None:
    """Only a privileged process may raise a hard limit again, and it is not the same on every machine."""
    _, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (min(files, hard), hard))


def limit_files(pid: int, size: int) -> None:
    """How large a file may become, as a disk without space would have it."""
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


def _docker(*words: str) -> None:
    subprocess.run(["docker", *words], check=True, capture_output=True, timeout=60)


FAULTS: Mapping[str, Callable[[Place], Awaitable[None]]] = {
    "service killed": service_killed,
    "service hangs": service_hangs,
    "service restarted": service_restarted,
    "Asterisk killed": asterisk_killed,
    "Asterisk hangs": asterisk_hangs,
    "connections cut": connections_cut,
    "connections dead": connections_dead,
    "connections slow": connections_slow,
    "events spoilt": events_spoilt,
    "database locked": database_locked,
    "PostgreSQL stopped": postgres_stopped,
    "PostgreSQL hangs": postgres_hangs,
    "out of descriptors": out_of_descriptors,
    "disk full": disk_full,
    "recordings unwritable": recordings_unwritable,
    "clock forward": clock_forward,
    "clock back": clock_back,
}
STEPS = frozenset({"clock forward", "clock back"})
"""For these the house's clock must be such that it can be stepped."""
ON_POSTGRES = frozenset({"PostgreSQL stopped", "PostgreSQL hangs"})
"""For these the house has a server of its own."""
