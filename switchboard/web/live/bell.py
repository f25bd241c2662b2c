"""Something changed: whoever follows the state looks again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class ChangeBell:
    """Rung by the parts whose state is shown, in the loop; ringing costs nothing and never raises."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[], None]] = []

    def ring(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    @contextmanager
    def heard_by(self, listener: Callable[[], None]) -> Iterator[None]:
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)
