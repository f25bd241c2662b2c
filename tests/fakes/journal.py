"""The journal of calls, in memory. What was written is read from `calls` and `events`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from switchboard.domain.call import CallEvent, CallOutcome, EventKind, IncomingCall


@dataclass(slots=True)
class JournalledCall:
    call: IncomingCall
    authority_id: int | None
    route_reason: str | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: CallOutcome | None = None
    transfers: int = 0
    waited_s: float | None = None
    private: bool = False


class FakeJournal:
    def __init__(self) -> None:
        self.calls: dict[str, JournalledCall] = {}
        self.events: list[CallEvent] = []

    async def arrived(self, call: IncomingCall, authority_id: int | None) -> None:
        self.calls.setdefault(call.id, JournalledCall(call, authority_id))

    async def note(self, event: CallEvent) -> None:
        self.events.append(event)
        row = self.calls.get(event.call_id)
        if row is not None:
            _take_in(row, event)

    async def routed(self, call_id: str, authority_id: int, reason: str) -> None:
        if call_id in self.calls:
            self.calls[call_id].authority_id = authority_id
            self.calls[call_id].route_reason = reason

    async def flush(self) -> None:
        """What is told is written at once."""

    async def ended(self, call_id: str, at: datetime, outcome: CallOutcome) -> None:
        row = self.calls.get(call_id)
        if row is not None and row.ended_at is None:
            row.ended_at, row.outcome = at, outcome

    async def unended(self) -> Sequence[str]:
        going_on = [row for row in self.calls.values() if row.ended_at is None]
        return [row.call.id for row in sorted(going_on, key=lambda row: row.call.arrived_at)]


def _take_in(row: JournalledCall, event: CallEvent) -> None:
    if event.kind is EventKind.ANSWERED:
        row.answered_at = row.answered_at or event.at
    if event.kind is EventKind.TRANSFERRED:
        row.transfers += 1
    waited = event.detail.get("waited_s")
    if event.kind is EventKind.LEFT_QUEUE and isinstance(waited, int | float):
        row.waited_s = max(row.waited_s or 0.0, float(waited))
    if event.kind in (EventKind.ROUTED, EventKind.RANG) and event.detail.get("private") is True:
        row.private = True
