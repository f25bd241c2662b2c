"""After each connection to Asterisk: account for every recording and every call that has no end (R16).

Our own rows are read first and Asterisk's state after them; the other way round, what began in between looks lost.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from switchboard.calls.callbacks import RECORDING_PREFIX, Discarded, Kept, Lost, Noted, owner_in, store_message, task_in
from switchboard.calls.conversation import callable_number, readable
from switchboard.calls.mailbox.takes import call_of_take
from switchboard.calls.ports import FallbackBook, FallbackEntry, Ports, Stray, TelephonyFault
from switchboard.domain.call import CallEvent, CallOutcome, EventKind, IncomingCall, JsonValue, Outcome
from switchboard.domain.callback import CallbackTask, Mailbox, PendingRecording
from switchboard.domain.routing import ToOutside, decide_route, mailbox_of


@dataclass(frozen=True, slots=True)
class Recovery:
    """`follows` says whether a call's story is told here and now; `adopt` takes over a call that nobody follows."""

    ports: Ports
    fallback: FallbackBook
    follows: Callable[[str], bool]
    adopt: Callable[[Stray], None]

    async def run(self) -> bool:
        """One thing that cannot be recovered is logged and does not stop the rest. False: try again soon."""
        done = await self._try("queues_not_restored", self.ports.queues.restore())
        pending = await self.ports.messages.pending()
        unended = await self.ports.journal.unended()
        strays = await self.ports.telephony.strays(self.follows)
        on_the_line = {stray.call.id for stray in strays}
        for stray in strays:
            self.adopt(stray)
        still = self.ports.queues.close_lost(lambda call_id: call_id in on_the_line or self.follows(call_id))
        done &= await self._try("queue_places_not_closed", still)
        for each in pending:
            if not self.follows(each.call_id) and each.call_id not in on_the_line:
                done &= await self._try("message_not_recovered", self._keep(each))
        done &= await self._account_for([call_id for call_id in unended if call_id not in on_the_line])
        return await self._orphans() and done

    async def _try(self, event: str, work: Awaitable[None]) -> bool:
        try:
            await work
        except TelephonyFault as fault:
            self.ports.log.warning(event, fault=str(fault))
            return False
        except Exception:
            self.ports.log.exception(event)
            return False
        return True

    async def _keep(self, pending: PendingRecording) -> None:
        directory = await self.ports.directory.current()
        fate = await store_message(self.ports, directory, pending)
        detail: dict[str, JsonValue]
        match fate:
            case Kept(task=task, new=True):
                detail = {"task": task.id, "rule": task.deadline.rule, "recovered": True}
                await self._note(pending, EventKind.TASK_OPENED, detail)
                self.ports.log.info("message_recovered", call_id=pending.call_id, task=task.id)
            case Noted(task_id=task_id, new=True):
                detail = {"recording": pending.name, "note_of": task_id, "recovered": True}
                await self._note(pending, EventKind.RECORDED, detail)
                self.ports.log.info("note_recovered", call_id=pending.call_id, task=task_id)
            case Lost(task=CallbackTask() as task, new=True):
                detail = {"task": task.id, "rule": task.deadline.rule, "recovered": True, "lost": pending.name}
                await self._note(pending, EventKind.TASK_OPENED, detail)
            case Kept() | Noted() | Discarded() | Lost():
                pass  # it had been kept or opened before, nothing was said, or nobody can be called

    async def _note(self, pending: PendingRecording, kind: EventKind, detail: dict[str, JsonValue]) -> None:
        await self.ports.journal.note(CallEvent(pending.call_id, self.ports.clock.now(), kind, detail))

    async def _account_for(self, calls: Sequence[str]) -> bool:
        """Calls that a stop gave to the dialplan get their end from their import; where the fallback cannot be read,
        nobody knows which those are, and all wait for the next round."""
        try:
            entries = await self.fallback.entries()
        except TelephonyFault as fault:
            self.ports.log.warning("fallback_not_read", fault=str(fault))
            return False
        done = True
        ends_unknown = set(await self.ports.journal.unended()) - {entry.id for entry in entries}
        for call_id in calls:
            if call_id in ends_unknown and not self.follows(call_id):
                done &= await self._try("call_not_accounted_for", self._interrupted(call_id))
        for entry in entries:
            if entry.over:
                done &= await self._try("fallback_not_imported", self._import(entry))
        return done

    async def _interrupted(self, call_id: str) -> None:
        outcome = CallOutcome(Outcome.INTERRUPTED, "the service stopped during the call")
        now = self.ports.clock.now()
        await self.ports.journal.note(CallEvent(call_id, now, EventKind.ENDED, {"reason": outcome.reason}))
        await self.ports.journal.ended(call_id, now, outcome)

    async def _orphans(self) -> bool:
        """A recording without a row, say of a database restored from a copy, still is somebody's message.

        Here Asterisk is asked first: a row is written before its recording begins, so what has none now is nobody's.
        An Asterisk that cannot read its own recordings still takes calls.
        """
        try:
            stored = await self.ports.recordings.names()
        except TelephonyFault as fault:
            self.ports.log.warning("recordings_not_listed", fault=str(fault))
            return False
        await self._clear_takes(stored)
        names = [name for name in stored if name.startswith(RECORDING_PREFIX)]
        owned = {each.name for each in await self.ports.messages.pending()}
        done = True
        for name in names:
            if name not in owned:
                self.ports.log.warning("recording_without_owner", recording=name)
                done &= await self._try("orphan_not_recovered", self._keep_orphan(name))
        return done

    async def _clear_takes(self, names: Sequence[str]) -> None:
        """What somebody tried out in a call that is over was never kept, and is nobody's."""
        for name in names:
            call_id = call_of_take(name)
            if call_id is not None and not self.follows(call_id):
                await self._try("take_not_deleted", self.ports.recordings.delete(name))

    async def _keep_orphan(self, name: str) -> None:
        """Its name says whose it is; one that does not is the first authority's."""
        directory = await self.ports.directory.current()
        known = sorted(each.id for each in directory.authorities())
        mailbox = owner_in(name)
        if mailbox is None or mailbox.authority_id not in known:
            if not known:
                return
            mailbox = Mailbox(known[0])
        now = self.ports.clock.now()
        await self._keep(PendingRecording(name, f"recovered-{name}", mailbox, None, now, task_in(name)))

    async def _import(self, entry: FallbackEntry) -> None:
        """A call that met the fallback gets its journal, its message and its task like any other, once."""
        directory = await self.ports.directory.current()
        call = IncomingCall(entry.id, entry.called, entry.caller, None, entry.source, entry.account, entry.at)
        route = decide_route(call, directory, self.ports.calendars.calendar, entry.at)
        authority = route.authority
        caller = callable_number(call, authority)
        await self.ports.journal.arrived(readable(call), authority.id)
        await self.ports.journal.routed(call.id, authority.id, "the service was away; the dialplan took the call")
        pending = PendingRecording(entry.recording, entry.id, mailbox_of(route), caller, entry.at)
        fate = await store_message(self.ports, directory, pending, "fallback")
        if isinstance(fate, Kept):
            outcome = CallOutcome(Outcome.MESSAGE, "message left in the fallback")
        elif isinstance(fate, Lost):
            outcome = CallOutcome(Outcome.INTERRUPTED, "the message in the fallback was lost by a fault of ours")
        elif isinstance(route, ToOutside) and route.emergency:
            outcome = _emergency(entry.answered)
        elif entry.answered:
            outcome = CallOutcome(Outcome.CONNECTED, "an operator answered in the fallback")
        else:
            outcome = CallOutcome(Outcome.ABANDONED, "caller left no message in the fallback")
        now = self.ports.clock.now()
        await self.ports.journal.note(CallEvent(entry.id, now, EventKind.ENDED, {"reason": outcome.reason}))
        await self.ports.journal.ended(entry.id, now, outcome)
        # What the dialplan wrote down is all there is until the journal has it.
        await self.ports.journal.flush()
        await self.fallback.delete(entry.id)
        self.ports.log.info("fallback_imported", call_id=entry.id, outcome=outcome.outcome)


def _emergency(answered: bool) -> CallOutcome:
    if answered:
        return CallOutcome(Outcome.SERVED, "the fallback dialled the emergency number")
    return CallOutcome(Outcome.ABANDONED, "the fallback dialled the emergency number, which did not answer")
