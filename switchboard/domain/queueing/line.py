"""The order of those who wait."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

from switchboard.domain.queueing.values import Place

PlaceT = TypeVar("PlaceT", bound=Place)


def in_order(places: Iterable[PlaceT]) -> tuple[PlaceT, ...]:
    """By priority, then arrival, then id: the same for every order in which they are given."""
    return tuple(sorted(places, key=lambda each: (each.priority, each.since.astimezone(UTC), each.id)))


def position(place_id: str, places: Iterable[Place]) -> int | None:
    """From 1; None for who does not wait."""
    return next((at for at, each in enumerate(in_order(places), start=1) if each.id == place_id), None)


def may_come(place: Place, now: datetime) -> bool:
    """Whether its turn can come now."""
    return place.not_before is None or place.not_before.astimezone(UTC) <= now.astimezone(UTC)
