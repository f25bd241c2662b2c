"""What must get into the database though it may be away: waited for a moment, and tried until it is there."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable

from switchboard.calls.ports import Log

# A database that does not answer costs nobody the call.
PATIENCE_S = 1.0
TRY_AGAIN_S = 2.0
MOST_DUE = 10_000

Work = Callable[[], Awaitable[object]]


class Keeper:
    """Writes in order for each key, whatever the database does meanwhile. A place that comes when `MOST_DUE` wait
    already is given up, with a line in the log: the line goes on from memory. Whose end is to be written never is: the
    place would come back."""

    def __init__(self) -> None:
        self._due: dict[str, deque[tuple[Work, asyncio.Event]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._away = False
        self._waiting = 0
        self.given_up = 0

    def keys(self) -> set[str]:
        """Of which something is not written yet."""
        return set(self._due)

    async def write(self, key: str, work: Work, log: Log) -> None:
        """Returns when it is done, or after a second; then it goes on. Nobody waits for a database known to be away."""
        if self._waiting >= MOST_DUE:
            return self._give_up(key, log)
        done = self._enqueue(key, work, log)
        if not self._away:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(done.wait(), PATIENCE_S)
        if not done.is_set():
            log.warning("queue_written_later", place=key)

    def begin(self, key: str, work: Work, log: Log) -> None:
        """As `write`, without waiting."""
        self._enqueue(key, work, log)

    def _enqueue(self, key: str, work: Work, log: Log) -> asyncio.Event:
        done = asyncio.Event()
        self._waiting += 1
        due = self._due.setdefault(key, deque())
        due.append((work, done))
        if len(due) == 1:
            task = asyncio.create_task(self._carry_out(key, due, log), name=f"queue-write-{key}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return done

    def _give_up(self, key: str, log: Log) -> None:
        if self.given_up % MOST_DUE == 0:
            log.warning("queue_writes_given_up", place=key, waiting=self._waiting)
        self.given_up += 1

    async def _carry_out(self, key: str, due: deque[tuple[Work, asyncio.Event]], log: Log) -> None:
        while due:
            work, done = due[0]
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - whatever broke, it is tried again
                if not self._away:
                    log.warning("queue_not_written", error=type(error).__name__, place=key)
                self._away = True
                await asyncio.sleep(TRY_AGAIN_S)
                continue
            self._away = False
            due.popleft()
            self._waiting -= 1
            done.set()
        del self._due[key]

    async def settle(self) -> None:
        """Until everything is written."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        """A database that answers has it all; what one that is away does not get, the next start finds out."""
        if self._tasks and not self._away:
            await asyncio.wait(set(self._tasks), timeout=PATIENCE_S)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
