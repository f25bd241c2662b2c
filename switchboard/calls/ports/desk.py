"""The operators' desk: who is at work, who waits, and tasks opened in a talk. Kept in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from switchboard.domain.callback import CallbackTask
from switchboard.domain.directory import Language, PauseReason


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """A place in a queue, as it is kept. `id` is the call's; a booked callback keeps the id of the call that booked
    it. Order is by `priority` (lowest first), then `since`, then id.

    `kind` `callback`: nobody is on the line; `number` is to be called, after `not_before` where that is set, and
    `tries` were in vain. `why`: the reason of a caller who comes back, for the operator's display. `entered_at`: when
    they came into this line, from which the longest wait counts; it is later than `since` for one who came back.
    """

    id: str
    group_id: int
    authority_id: int
    kind: Literal["caller", "callback"]
    priority: int
    since: datetime
    called: str
    number: str | None
    language: Language = "sv"
    why: str | None = None
    tries: int = 0
    not_before: datetime | None = None
    entered_at: datetime | None = None


PlaceEnd = Literal["answered", "abandoned", "booked", "overflowed", "closed", "failed"]


class QueueBook(Protocol):
    """Places in the database, written before they are acted on: a restart finds the same callers in the same order."""

    async def put(self, place: QueuePlace) -> None:
        """New, or changed. A call that left may come back to a queue: that is a new place."""

    async def leave(self, id: str, at: datetime, how: PlaceEnd) -> None:
        """The place is over; it stays as history. Harmless when it is over already."""

    async def waiting(self) -> Sequence[QueuePlace]:
        """All that are not over, in order."""

    async def recent_answers(self, group_id: int, since: datetime) -> Sequence[datetime]:
        """When callers of the group were answered, oldest first: the basis of an honest estimate."""


class OperatorDesk(Protocol):
    """Sign-in, sign-out and pauses; each is committed when the method returns, and audited."""

    async def sign_in(self, person_id: int, group_id: int, at: datetime, actor: str) -> None:
        """Also ends a pause. Harmless when signed in."""

    async def sign_out(self, person_id: int, group_id: int, actor: str) -> bool:
        """False: was not signed in."""

    async def pause(self, person_id: int, reason: PauseReason, at: datetime, actor: str) -> bool:
        """In every group. False: is signed in nowhere."""

    async def resume(self, person_id: int, at: datetime, actor: str) -> bool:
        """Ends pause and wrap-up in every group, and nothing is missed in a row. False: is signed in nowhere."""

    async def talked(self, person_id: int, group_id: int, until: datetime, wrap_up_until: datetime | None) -> None:
        """The end of a call that was answered: idle since then, nothing missed in a row; in every group."""

    async def missed(self, person_id: int, group_id: int) -> int:
        """One more call in a row not answered, in every group; gives how many now, 0 for somebody not signed in."""


@dataclass(frozen=True, slots=True)
class LatestCall:
    """Of a phone: with whom it talked. `caller` as in `CallbackTask`."""

    call_id: str
    caller: str | None
    at: datetime


class Tasks(Protocol):
    """Callback tasks that a colleague opens, and those of callers who gave up waiting (R16, R20, R30)."""

    async def open(self, task: CallbackTask, note: str, actor: str) -> bool:
        """Task and its first event in one transaction, with a notice to whom it is for. False: it was open before."""

    async def latest_call(self, account: str) -> LatestCall | None:
        """The phone's latest talk: the latest event `connected` or `resumed` with its `account`, or of a call that it
        began."""
