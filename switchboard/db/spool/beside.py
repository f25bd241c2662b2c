"""Messages and tasks that are kept also while the database is away."""

from collections.abc import Sequence

from switchboard.calls.ports import LatestCall
from switchboard.db.desk_tasks import DatabaseTasks
from switchboard.db.engine import DRIVER_ERRORS, DatabaseAway
from switchboard.db.messages import DatabaseMessages
from switchboard.db.spool.items import Began, Discarded, Opened
from switchboard.db.spool.store import Spool
from switchboard.domain.callback import CallbackTask, PendingRecording, VoicemailMessage


class SpooledMessages:
    """The port `calls.ports.Messages`. Whose a recording is and when it came is kept beside the database; the recording
    itself stays with Asterisk until the database is back, and then recovery keeps it."""

    def __init__(self, messages: DatabaseMessages, spool: Spool) -> None:
        self._messages = messages
        self._spool = spool

    async def begin(self, pending: PendingRecording) -> None:
        if not self._spool.comes_first:
            try:
                return await self._messages.begin(pending)
            except DRIVER_ERRORS:
                pass
        await self._spool.put([Began(pending)])

    async def pending(self) -> Sequence[PendingRecording]:
        return await self._messages.pending()

    async def discard(self, name: str) -> None:
        if not self._spool.comes_first:
            try:
                return await self._messages.discard(name)
            except DRIVER_ERRORS:
                pass
        await self._spool.put([Discarded(name)])

    async def keep(self, name: str, message: VoicemailMessage, task: CallbackTask) -> bool:
        self._refuse_while_away()
        return await self._messages.keep(name, message, task)

    async def attach(self, name: str, note: VoicemailMessage, task_id: str) -> bool | None:
        self._refuse_while_away()
        return await self._messages.attach(name, note, task_id)

    async def task_of(self, message_id: str) -> str | None:
        return await self._messages.task_of(message_id)

    def _refuse_while_away(self) -> None:
        """At once: a caller waits for the promise. Also while anything waits: a note's task may be among it."""
        if self._spool.comes_first:
            raise DatabaseAway("the recording is kept when the database is back")


class SpooledTasks:
    """The port `calls.ports.Tasks`."""

    def __init__(self, tasks: DatabaseTasks, spool: Spool) -> None:
        self._tasks = tasks
        self._spool = spool

    async def open(self, task: CallbackTask, note: str, actor: str) -> bool:
        """True also for one that only waits to be written: its id is the arbiter then."""
        if not self._spool.comes_first:
            try:
                return await self._tasks.open(task, note, actor)
            except DRIVER_ERRORS:
                pass
        await self._spool.put([Opened(task, note, actor)])
        return True

    async def latest_call(self, account: str) -> LatestCall | None:
        return await self._tasks.latest_call(account)
