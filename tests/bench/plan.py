"""How much is measured, and in which parts."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.big_directory import SIZES
from tests.bench.cold_start import TIMES
from tests.bench.measure_clients import ClientPlan
from tests.bench.messages import MessagePlan
from tests.bench.search_people import PEOPLE

FULL_CLIENTS = ClientPlan((50, 100), stage_s=12, search_s=6, search_tries=8)
FULL_MESSAGES = MessagePlan(rate=10, stage_s=15, rounds=1, search_s=8, search_tries=5)


@dataclass(frozen=True, slots=True)
class Plan:
    """Times in seconds; `rounds` repeats the stages of the fixed rates, for the variance."""

    rates: Sequence[int] = (10, 50, 100)
    stage_s: float = 15
    rounds: int = 3
    search_s: float = 8
    search_from: int = 100
    search_tries: int = 9
    warm_up_s: float = 8
    clients: ClientPlan = FULL_CLIENTS
    latency_s: float = 20
    messages: MessagePlan = FULL_MESSAGES
    starts: int = TIMES
    hold_half: int = 120
    held_calls: int = 100
    held_s: float = 600
    directories: Sequence[int] = SIZES
    directory_s: float = 15
    people: int = PEOPLE


QUICK = Plan(
    rates=(50, 100),
    stage_s=6,
    search_s=3,
    search_tries=4,
    warm_up_s=2,
    clients=ClientPlan((50,), stage_s=5, search_s=3, search_tries=3),
    latency_s=6,
    messages=MessagePlan(rate=10, stage_s=4, rounds=1, search_s=0, search_tries=0),
    starts=3,
    hold_half=60,
    held_calls=60,
    held_s=20,
    directories=SIZES[:2],
    directory_s=6,
    people=10_000,
)
