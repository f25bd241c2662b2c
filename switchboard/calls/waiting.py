"""What is going on at this moment: who waits for the operators, and which calls would go on without us."""

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


class LastingCalls:
    """Calls that need nobody to lead them just now: two who talk, a message that is being recorded. When the service
    stops they are left as they are, and the next start takes them up."""

    def __init__(self) -> None:
        self._ids: set[str] = set()

    def __contains__(self, call_id: str) -> bool:
        return call_id in self._ids

    @contextmanager
    def holds(self, call_id: str) -> Iterator[None]:
        self._ids.add(call_id)
        try:
            yield
        finally:
            self._ids.discard(call_id)
