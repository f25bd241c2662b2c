"""One task for each call: started when it arrives, named after it, awaited at the end."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine

from switchboard.calls.incoming import follow_answered_call, follow_call, note_lost_call
from switchboard.calls.overload.admission import Admission, boundless
from switchboard.calls.overload.turning_away import turn_away
from switchboard.calls.ports import CallLeg, Ports, Stray
from switchboard.calls.resuming import resume_call
from switchboard.domain.call import CallOutcome, IncomingCall

Stories = dict[str, asyncio.Task[CallOutcome]]

CONCLUDE_S = 8.0
"""For a message to be stored and its promise to be heard."""


class Dispatcher:
    """Holds the task of every call in progress. Once it drains no call is taken: the dialplan's fallback has them.

    Who is turned away is no call in progress and takes nobody's place."""

    def __init__(self, ports: Ports, admission: Admission | None = None) -> None:
        self._ports = ports
        self._admission = admission or boundless(ports.log)
        self._turned_away: Stories = {}
        self._calls: Stories = {}
        self._closing = False
        self.ended: Counter[str] = Counter()

    @property
    def taking_calls(self) -> bool:
        return not self._closing

    def __len__(self) -> int:
        return len(self._calls)

    def follows(self, call_id: str) -> bool:
        """Whether the story of this call is being told here and now, if only as a part of another's, to which its
        caller was passed on."""
        return call_id in self._calls or call_id in self._turned_away or self._ports.live.of(call_id) is not None

    def announce(self, call: IncomingCall) -> None:
        """It is about to be claimed. Must return at once."""
        if not self._admission.full(len(self._calls)):
            self._ports.foresight.look_ahead(call)

    def start(self, call: IncomingCall, leg: CallLeg) -> None:
        if self._is_told_already(call.id):
            return
        verdict = self._admission.decide(call, len(self._calls))
        if not verdict.admitted:
            self._begin(self._turned_away, call.id, turn_away(call, leg, verdict, self._ports))
        elif self._ports.foresight.is_told(call):
            leg.answer_ahead()
            self._tell(call.id, lambda: follow_answered_call(call, leg, self._ports))
        else:
            self._tell(call.id, lambda: follow_call(call, leg, self._ports))

    def adopt(self, stray: Stray) -> None:
        """Take up a call that Asterisk held while no service was there."""
        self._tell(stray.call.id, lambda: resume_call(stray, self._ports))

    def make(self, call_id: str, story: Callable[[], Coroutine[object, object, CallOutcome]]) -> bool:
        """A call that the service makes itself. False: it is about to stop."""
        if not self._closing:
            self._tell(call_id, story)
        return not self._closing

    def note_lost(self, call: IncomingCall) -> None:
        """A call whose caller hung up before it could be taken is in the journal too."""
        self._tell(call.id, lambda: note_lost_call(call, self._ports))

    def _tell(self, call_id: str, story: Callable[[], Coroutine[object, object, CallOutcome]]) -> None:
        if not self._is_told_already(call_id):
            self._begin(self._calls, call_id, story())

    def _is_told_already(self, call_id: str) -> bool:
        """Asterisk may tell of a call twice around a reconnect, which is harmless."""
        told = call_id in self._calls or call_id in self._turned_away
        if told:
            self._ports.log.warning("call_started_twice", call_id=call_id)
        return told

    def _begin(self, among: Stories, call_id: str, story: Coroutine[object, object, CallOutcome]) -> None:
        task = asyncio.create_task(story, name=f"call-{call_id}")
        among[call_id] = task
        task.add_done_callback(lambda done: self._forget(among, call_id, done))

    def _forget(self, among: Stories, call_id: str, task: asyncio.Task[CallOutcome]) -> None:
        among.pop(call_id, None)
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            self.ended[task.result().outcome] += 1
        else:
            self._ports.log.warning("call_task_failed", call_id=call_id, error=repr(error))

    async def drain(self, seconds: float) -> None:
        """Take no more calls and give those in progress time to end, and longer to those who hear the promise."""
        self._closing = True
        if self._calls:
            self._ports.log.info("draining_calls", calls=len(self._calls), seconds=seconds)
            await asyncio.wait(self._calls.values(), timeout=seconds)
        if ending := [task for id, task in self._calls.items() if self._ports.lasting.concludes(id)]:
            await asyncio.wait(ending, timeout=CONCLUDE_S)

    async def hand_over(self) -> None:
        """Give every caller who needs us to the dialplan's fallback. Who talks, or speaks a message, goes on."""
        await _cancelled([task for id, task in self._calls.items() if id not in self._ports.lasting])
        await asyncio.gather(*self._turned_away.values(), return_exceptions=True)

    async def abandon(self) -> None:
        """End the tasks that are left. Their calls stay as they are, if Asterisk does not hear us any more."""
        self._closing = True
        await _cancelled([*self._calls.values(), *self._turned_away.values()])


async def _cancelled(tasks: list[asyncio.Task[CallOutcome]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
