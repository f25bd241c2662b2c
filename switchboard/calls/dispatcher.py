"""One task for each call: started when it arrives, named after it, awaited at the end."""

import asyncio

from switchboard.calls.incoming import follow_call
from switchboard.calls.ports import CallLeg, Ports
from switchboard.domain.call import IncomingCall


class Dispatcher:
    """Holds the task of every call in progress. After `close` begins no call is taken: the dialplan's fallback has
    them."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._calls: dict[str, asyncio.Task[object]] = {}
        self._closing = False

    @property
    def taking_calls(self) -> bool:
        return not self._closing

    def __len__(self) -> int:
        return len(self._calls)

    def follows(self, call_id: str) -> bool:
        """Whether the story of this call is being told here and now."""
        return call_id in self._calls

    def start(self, call: IncomingCall, leg: CallLeg) -> None:
        """Harmless for a call that is followed already: Asterisk may tell of it twice around a reconnect."""
        if call.id in self._calls:
            self._ports.log.warning("call_started_twice", call_id=call.id)
            return
        task = asyncio.create_task(follow_call(call, leg, self._ports), name=f"call-{call.id}")
        self._calls[call.id] = task
        task.add_done_callback(lambda done: self._forget(call.id, done))

    def _forget(self, call_id: str, task: asyncio.Task[object]) -> None:
        self._calls.pop(call_id, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._ports.log.warning("call_task_failed", call_id=call_id, error=repr(error))

    async def close(self, drain_s: float) -> None:
        """Take no more calls, give those in progress `drain_s` seconds to end, then end them."""
        self._closing = True
        if self._calls:
            self._ports.log.info("draining_calls", calls=len(self._calls), seconds=drain_s)
            await asyncio.wait(self._calls.values(), timeout=drain_s)
        left = list(self._calls.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
