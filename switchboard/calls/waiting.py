"""Which calls would go on without us."""

from collections.abc import Iterator
from contextlib import contextmanager


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
