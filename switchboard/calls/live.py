"""Talks that go on at this moment, and callers who are parked: what one call's story must know of another's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol


class LiveTalk(Protocol):
    """A call in which one of our phones has a leg, as other calls' stories see it."""

    @property
    def call_id(self) -> str: ...


class LiveTalks:
    """By the id of each of their legs."""

    def __init__(self) -> None:
        self._by_leg: dict[str, LiveTalk] = {}

    def of(self, leg_id: str) -> LiveTalk | None:
        return self._by_leg.get(leg_id)

    @contextmanager
    def holds(self, talk: LiveTalk, *leg_ids: str) -> Iterator[None]:
        for each in leg_ids:
            self._by_leg[each] = talk
        try:
            yield
        finally:
            for each in leg_ids:
                self._by_leg.pop(each, None)


@dataclass(frozen=True, slots=True)
class Parked:
    """`place`: the digits under which the caller is fetched; `account`: the phone that parked them."""

    call_id: str
    place: str
    account: str
    fetch: Callable[[str], None]


class ParkingLot:
    """By place, the latest one first."""

    def __init__(self) -> None:
        self._parked: list[Parked] = []

    def at(self, place: str) -> Parked | None:
        return next((each for each in reversed(self._parked) if each.place == place), None)

    @contextmanager
    def holds(self, parked: Parked) -> Iterator[None]:
        self._parked.append(parked)
        try:
            yield
        finally:
            self._parked.remove(parked)
