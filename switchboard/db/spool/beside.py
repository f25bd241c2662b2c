"""Messages and tasks that are kept also while the database is away."""

import asyncio
from collections.abc import Sequence

from switchboard.calls.ports import LatestCall
from switchboard.db.desk_tasks import DatabaseTasks
from switchboard.db.engine import DRIVER_ERRORS, DatabaseAway
from switchboard.db.messages import DatabaseMessages
from switchboard.db.spool.items import Began, Discarded, Opened
from switchboard.db.spool.store import Spool
from switchboard.domain.callback import CallbackTask, PendingRecording, VoicemailMessage

SOON_S = 0.8
"""Somebody waits for the beep (`calls.voicemail.BEGIN_WITHIN_S`)."""


class SpooledMessages:
    """The port `calls.ports.Messages`. Whose a recording is and when it came is kept beside the database; the recording
    itself stays with Asterisk until the database is back, and then recovery keeps it."""

    def __init__(self, messages: DatabaseMessages, spool: Spool) -> None:
        self._messages = messages
        self._spool = spool
        self._trying: set[asyncio.Task[None]] = set()

    async def begin(self, pending: PendingRecording) -> None:
        """A database that has not taken it soon may take it later, too: it begins once. Until the spool has it, nobody
        but this process knows who is about to speak."""
        if not self._spool.comes_first:
            trying = asyncio.create_task(self._messages.begin(pending), name=f"begin {pending.name}")
            self._trying.add(trying)
            trying.add_done_callback(self._tried)
            await asyncio.wait({trying}, timeout=SOON_S)
            if trying.done() and not _is_away(trying):
                return
        await self._spool.put([Began(pending)])

    def _tried(self, trying: asyncio.Task[None]) -> None:
        self._trying.discard(trying)
        if not trying.cancelled():
            trying.exception()

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


def _is_away(tried: asyncio.Task[None]) -> bool:
    """Raises what is no fault of the database's being away."""
    error = tried.exception()
    if error is not None and not isinstance(error, DRIVER_ERRORS):
        raise error
    return error is not None
