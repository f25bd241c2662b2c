"""Random lines and operators, and short ways to write them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import strategies as st

from switchboard.domain.directory import Device
from switchboard.domain.queueing import FreeOperator
from tests.builders import NOW


@dataclass(frozen=True)
class Waiting:
    id: str
    priority: int = 20
    since: datetime = NOW
    not_before: datetime | None = None


def operator(person_id: int, idle_minutes: int = 0, position: int = 0, missed: int = 0) -> FreeOperator:
    device = Device(person_id, person_id, f"op{person_id}")
    return FreeOperator(person_id, (device,), NOW - timedelta(minutes=idle_minutes), position, missed)


MINUTES = st.integers(-30, 30).map(lambda each: NOW + timedelta(minutes=each))
PLACES = st.builds(Waiting, st.integers(1, 99).map(str), st.sampled_from([10, 20, 30]), MINUTES, st.none() | MINUTES)
LINES = st.lists(PLACES, max_size=12, unique_by=lambda each: each.id)
OPERATORS = st.lists(
    st.builds(operator, st.integers(1, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 2)), max_size=9
)
