"""What is tried again and again: told of when it begins to fail and when it is over, not at each try."""

from collections.abc import Iterator
from contextlib import contextmanager

from switchboard.calls.ports import Log


class Outage:
    """`failing` and `again` are the two words of the log. Another kind of failure meanwhile is told of, too."""

    def __init__(self, log: Log, failing: str, again: str) -> None:
        self._log = log
        self._failing = failing
        self._again = again
        self._kind: type[Exception] | None = None

    @property
    def lasts(self) -> bool:
        return self._kind is not None

    @contextmanager
    def trying(self) -> Iterator[None]:
        """One bad try must not be the last: nothing is raised out of the block."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again
            if type(error) is not self._kind:
                self._log.exception(self._failing, retried=True)
            self._kind = type(error)
        else:
            if self.lasts:
                self._log.info(self._again)
            self._kind = None
