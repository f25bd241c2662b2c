"""Hundreds of random actions of many parties at once; then all hang up, and nothing is left of anything."""

import asyncio
import os
from collections.abc import Callable

import pytest

from tests.acceptance.operators.crowd import Crowd
from tests.acceptance.operators.floor import Floor

ENDS = {
    "connected",
    "message",
    "abandoned",
    "informed",
    "refused",
    "transferred",
    "booked",
    "served",
}
"""Every outcome that a rule allows; `failed` and `interrupted` are faults of ours."""
CROWDS, STEPS = 4, 110
FIRST_SEED = "1453959400"
"""The same days at each run; SWITCHBOARD_TEST_SEED plays others."""


@pytest.mark.requirement("R33")
@pytest.mark.parametrize("round_number", [1, 2])
async def test_whatever_is_done_nothing_is_left(
    floor: Floor, round_number: int, record_property: Callable[[str, object], None]
) -> None:
    seed = int(os.environ.get("SWITCHBOARD_TEST_SEED", FIRST_SEED)) + round_number
    record_property("seed", seed)
    crowds = [Crowd(floor.desk(place), seed + place) for place in range(1, CROWDS + 1)]
    floor.outside.phone.refuses_with = 486
    try:
        await asyncio.gather(*(crowd.gather() for crowd in crowds))
        await asyncio.gather(*(crowd.act(STEPS) for crowd in crowds))
        await asyncio.gather(*(crowd.go_home() for crowd in crowds))
        await floor.nothing_left(within=20)
    except AssertionError as problem:
        problem.add_note(f"round {round_number}, seed {seed}, {[dict(crowd.done) for crowd in crowds]}")
        raise
    rows = floor.calls()
    assert len(rows) > CROWDS * STEPS / 10
    wrong = [(row["id"], row["outcome"], row["outcome_reason"]) for row in rows if row["outcome"] not in ENDS]
    assert wrong == [], f"seed {seed}"
    done = sum((crowd.done for crowd in crowds), start=type(crowds[0].done)())
    assert {"call", "answer", "blind", "hold", "attended", "keys", "absent", "unregister"} <= done.keys(), done
