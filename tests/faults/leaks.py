"""What a fault may leave behind, and what it may make the service hold for good."""

import re
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from switchboard.db.engine import DRIVER_ERRORS
from tests.acceptance.asterisk_box import AsteriskBox
from tests.acceptance.house import House
from tests.soak.samples import entries, read_figures

AWAY = (*DRIVER_ERRORS, subprocess.SubprocessError, sqlite3.Error)
MORE_DESCRIPTORS, MORE_TASKS = 16, 6
"""What a service may hold more after calls than a new one that had none: SQLite's readers are opened when they are
needed, with eight descriptors in all, and connections to ARI are kept for 75 seconds."""


@dataclass(frozen=True, slots=True)
class Held:
    """While nobody calls. `things`: channels, bridges, calls without an end, recordings and entries of the fallback
    that Asterisk still has."""

    descriptors: int
    tasks: int
    spooled: int = 0
    things: frozenset[str] = frozenset()


def look(house: House, box: AsteriskBox) -> Held:
    """Raises what is in AWAY where service, Asterisk or database does not answer."""
    assert house.process is not None
    figures = read_figures(house.metrics())
    return Held(
        descriptors=entries(house.process.pid, "fd"),
        tasks=int(figures["switchboard_tasks"]),
        spooled=int(figures["switchboard_spooled_entries"]),
        things=frozenset(_things(house, box)),
    )


def _things(house: House, box: AsteriskBox) -> Iterator[str]:
    yield from box.leftovers()
    yield from (f"call {row['id']}" for row in house.sql("SELECT id FROM call WHERE ended_at IS NULL"))
    yield from (f"recording {each['name']}" for each in box.ari("recordings/stored"))
    yield from fallback_entries(box.cli("database show fallback"))


def fallback_entries(shown: str) -> list[str]:
    """Of what Asterisk's console shows of the family."""
    return [f"fallback {id}" for id in re.findall(r"^/fallback/(\S+)\s*:", shown, re.MULTILINE)]


def left_of(before: Held, now: Held) -> tuple[str, ...]:
    """`before` is of a new service, which `now` may be as well: after a kill it is another process."""
    return (*sorted(now.things - before.things), *_grown(before, now))


def _grown(before: Held, now: Held) -> Iterator[str]:
    if now.spooled:
        yield f"{now.spooled} entries in the spool"
    if now.descriptors > before.descriptors + MORE_DESCRIPTORS:
        yield f"descriptors: {before.descriptors}, then {now.descriptors}"
    if now.tasks > before.tasks + MORE_TASKS:
        yield f"tasks: {before.tasks}, then {now.tasks}"
