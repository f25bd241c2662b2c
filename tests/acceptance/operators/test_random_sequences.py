"""Hundreds of random sequences of what telephones can do; after each, all hang up, and nothing is left of anything."""

import asyncio
import os
from collections import Counter, deque
from collections.abc import Callable

import pytest

from tests.acceptance.operators.api import Api
from tests.acceptance.operators.crowd import Crowd
from tests.acceptance.operators.floor import Floor
from tests.acceptance.operators.leftovers import Lookout
from tests.acceptance.operators.sequence import Sequence
from tests.acceptance.operators.uptime import Uptime

DESKS = 8
SEQUENCES = 240
FIRST_SEED = 1453959400
"""The same sequences at each run. SWITCHBOARD_TEST_SEED begins with another, and SWITCHBOARD_TEST_SEQUENCES says how
many there are: a sequence that failed is played again alone by its own seed, and 1."""
TALKING = ("answers", "refuses", "holds", "takes back", "sends on", "asks", "presses", "hangs up")
WHATEVER = {"dials", "is absent", "is present again", "unregisters", "registers", *TALKING}


@pytest.mark.requirement("R33")
@pytest.mark.timeout(420)
async def test_whatever_is_done_nothing_is_left(
    floor: Floor, api: Api, record_property: Callable[[str, object], None]
) -> None:
    first = int(os.environ.get("SWITCHBOARD_TEST_SEED", FIRST_SEED))
    count = int(os.environ.get("SWITCHBOARD_TEST_SEQUENCES", SEQUENCES))
    record_property("seed", first)
    seeds = deque(range(first, first + count))
    played: list[Sequence] = []
    lookout, uptime = Lookout(floor.house.box), Uptime(floor.house)

    async def play_at(place: int) -> None:
        crowd = Crowd(floor.desk(place), floor.outside)
        await crowd.gather()
        while seeds:
            sequence = Sequence(seeds.popleft(), crowd, lookout, api)
            start = await uptime.started()
            try:
                await sequence.play()
                floor.no_fault_logged()
                played.append(sequence)
            except (AssertionError, OSError) as problem:
                if not await uptime.broke_down_since(start):
                    seeds.clear()
                    problem.add_note(sequence.account_of())
                    raise
                floor.forget_faults()
                seeds.append(sequence.seed)
                await crowd.start_anew()

    desks = range(1, min(DESKS, count) + 1)
    results = await asyncio.gather(*(play_at(place) for place in desks), return_exceptions=True)
    failures = [result for result in results if result is not None]
    if failures:
        raise BaseExceptionGroup(f"of {len(played)} sequences", failures)
    try:
        await floor.nothing_left(within=20)
    except AssertionError as problem:
        blamed = [each.account_of() for each in played if any(row["id"] in str(problem) for row in each.calls)]
        problem.add_note("\n".join(blamed))
        raise
    actions = [action for each in played for action in each.actions if "too late" not in action]
    done = Counter(what for action in actions for what in WHATEVER if f": {what}" in action)
    ends = Counter(str(row["outcome"]) for each in played for row in each.calls)
    record_property("breakdowns", uptime.breakdowns)
    record_property("actions", dict(done))
    record_property("ends", dict(ends))
    if count >= SEQUENCES:
        assert done.keys() >= WHATEVER, done
        assert {"connected", "message", "abandoned", "transferred", "served"} <= ends.keys(), ends
        assert sum(ends.values()) > count, ends
