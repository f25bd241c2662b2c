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


class FakeJournal:
    def __init__(self) -> None:
        self.calls: dict[str, JournalledCall] = {}
        self.events: list[CallEvent] = []

    async def arrived(self, call: IncomingCall, authority_id: int | None) -> None:
        self.calls.setdefault(call.id, JournalledCall(call, authority_id))

    async def note(self, event: CallEvent) -> None:
        self.events.append(event)
        row = self.calls.get(event.call_id)
        if row is not None and event.kind is EventKind.ANSWERED and row.answered_at is None:
            row.answered_at = event.at

    async def routed(self, call_id: str, authority_id: int, reason: str) -> None:
        if call_id in self.calls:
            self.calls[call_id].authority_id = authority_id
            self.calls[call_id].route_reason = reason

    async def ended(self, call_id: str, at: datetime, outcome: CallOutcome) -> None:
        row = self.calls.get(call_id)
        if row is not None and row.ended_at is None:
            row.ended_at, row.outcome = at, outcome

    async def unended(self) -> Sequence[str]:
        going_on = [row for row in self.calls.values() if row.ended_at is None]
        return [row.call.id for row in sorted(going_on, key=lambda row: row.call.arrived_at)]
