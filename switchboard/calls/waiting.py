"""Who waits for the operators at this moment, for those who look at the queue."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    call_id: str
    authority: str
    called: str
    caller: str | None
    since: datetime


class WaitingRoom:
    """In order of arrival."""

    def __init__(self) -> None:
        self._waiting: dict[str, Waiting] = {}

    def all(self) -> tuple[Waiting, ...]:
        return tuple(self._waiting.values())

    @contextmanager
    def holds(self, waiting: Waiting) -> Iterator[None]:
        self._waiting[waiting.call_id] = waiting
        try:
            yield
        finally:
            self._waiting.pop(waiting.call_id, None)
