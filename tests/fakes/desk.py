"""The operators' desk in memory: places in the queues, who is at work, tasks opened in a talk.

    places = FakeQueueBook()
    desk = FakeOperatorDesk(directory_source)       # its sessions are those that later decisions see
    tasks = FakeTasks(journal)                      # `latest_call` is read from what the journal was told

What was done is read from `places.history`, `desk.acts`, `tasks.opened` and `tasks.notices`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Protocol

from switchboard.calls.ports import LatestCall, PlaceEnd, QueuePlace
from switchboard.domain.call import CallEvent, EventKind
from switchboard.domain.callback import CallbackTask
from switchboard.domain.directory import OperatorSession, PauseReason
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.numbers import parse_caller, parse_number, short_digits
from tests.fakes.journal import FakeJournal

TALKS = {EventKind.CONNECTED, EventKind.RESUMED}


@dataclass(frozen=True, slots=True)
class PastPlace:
    place: QueuePlace
    at: datetime
    how: PlaceEnd


class FakeQueueBook:
    """`places` are those that are not over, by id. `broken` True: the database is away."""

    def __init__(self) -> None:
        self.places: dict[str, QueuePlace] = {}
        self.history: list[PastPlace] = []
        self.broken = False

    async def put(self, place: QueuePlace) -> None:
        self._ask()
        self.places[place.id] = place

    async def leave(self, id: str, at: datetime, how: PlaceEnd) -> None:
        self._ask()
        place = self.places.pop(id, None)
        if place is not None:
            self.history.append(PastPlace(place, at, how))

    async def waiting(self) -> Sequence[QueuePlace]:
        self._ask()
        return sorted(self.places.values(), key=lambda place: (place.priority, place.since, place.id))

    async def recent_answers(self, group_id: int, since: datetime) -> Sequence[datetime]:
        self._ask()
        answered = (past for past in self.history if past.how == "answered" and past.place.group_id == group_id)
        return sorted(past.at for past in answered if past.at >= since)

    def _ask(self) -> None:
        if self.broken:
            raise ConnectionError("the database is away")


class HasIndex(Protocol):
    """A directory source whose rows can be changed."""

    index: DirectoryIndex


@dataclass(frozen=True, slots=True)
class DeskAct:
    action: str
    person_id: int
    actor: str


class FakeOperatorDesk:
    """Writes `operator_session` rows into the index of `source`."""

    def __init__(self, source: HasIndex) -> None:
        self._source = source
        self._ids = count(1001)
        self.acts: list[DeskAct] = []

    async def sign_in(self, person_id: int, group_id: int, at: datetime, actor: str) -> None:
        session = self._session(person_id, group_id)
        if session is None:
            session = OperatorSession(next(self._ids), person_id, group_id, since=at, idle_since=at)
        self._source.index.put(_ready(session))
        self.acts.append(DeskAct("operator.sign_in", person_id, actor))

    async def sign_out(self, person_id: int, group_id: int, actor: str) -> bool:
        session = self._session(person_id, group_id)
        if session is None:
            return False
        self._source.index.remove("operator_session", session.id)
        self.acts.append(DeskAct("operator.sign_out", person_id, actor))
        return True

    async def pause(self, person_id: int, reason: PauseReason, at: datetime, actor: str) -> bool:
        def paused(session: OperatorSession) -> OperatorSession:
            same = session.paused and session.pause_reason is reason
            return replace(session, paused=True, pause_reason=reason, paused_since=session.paused_since if same else at)

        return self._change(person_id, paused, DeskAct("operator.pause", person_id, actor))

    async def resume(self, person_id: int, at: datetime, actor: str) -> bool:
        del at
        return self._change(person_id, _ready, DeskAct("operator.resume", person_id, actor))

    async def talked(self, person_id: int, group_id: int, until: datetime, wrap_up_until: datetime | None) -> None:
        del group_id
        self._change(person_id, lambda each: replace(each, idle_since=until, wrap_up_until=wrap_up_until, missed=0))

    async def missed(self, person_id: int, group_id: int) -> int:
        self._change(person_id, lambda each: replace(each, missed=each.missed + 1))
        session = self._session(person_id, group_id)
        return session.missed if session else 0

    def _session(self, person_id: int, group_id: int) -> OperatorSession | None:
        sessions = self._source.index.sessions_of(person_id)
        return next((each for each in sessions if each.group_id == group_id), None)

    def _change(
        self, person_id: int, change: Callable[[OperatorSession], OperatorSession], act: DeskAct | None = None
    ) -> bool:
        sessions = self._source.index.sessions_of(person_id)
        for session in sessions:
            self._source.index.put(change(session))
        if sessions and act is not None:
            self.acts.append(act)
        return bool(sessions)


def _ready(session: OperatorSession) -> OperatorSession:
    return replace(session, paused=False, pause_reason=None, paused_since=None, wrap_up_until=None, missed=0)


@dataclass(frozen=True, slots=True)
class OpenedTask:
    task: CallbackTask
    note: str
    actor: str


class FakeTasks:
    """`notices` are the tasks of which somebody was told. `broken` True: the database is away."""

    def __init__(self, journal: FakeJournal) -> None:
        self._journal = journal
        self.opened: list[OpenedTask] = []
        self.notices: list[CallbackTask] = []
        self.broken = False

    async def open(self, task: CallbackTask, note: str, actor: str) -> bool:
        if self.broken:
            raise ConnectionError("the database is away")
        if any(each.task.id == task.id for each in self.opened):
            return False
        self.opened.append(OpenedTask(task, note, actor))
        self.notices.append(task)
        return True

    def find(self, task_id: str) -> tuple[CallbackTask, str] | None:
        """A task that was opened, and by whom."""
        return next(((each.task, each.actor) for each in self.opened if each.task.id == task_id), None)

    async def latest_call(self, account: str) -> LatestCall | None:
        """Of the talks of the phone: those that it was called to, and those that it began."""
        mine = [event for event in self._journal.events if event.kind in TALKS and self._is_mine(event, account)]
        if not mine:
            return None
        event = max(mine, key=lambda each: each.at)
        return LatestCall(event.call_id, self._other_party(event, account), event.at)

    def _is_mine(self, event: CallEvent, account: str) -> bool:
        row = self._journal.calls.get(event.call_id)
        return event.detail.get("account") == account or (row is not None and row.call.account == account)

    def _other_party(self, event: CallEvent, account: str) -> str | None:
        row = self._journal.calls.get(event.call_id)
        if row is None:
            return None
        if row.call.account != account:
            return parse_caller(row.call.caller) or short_digits(row.call.caller or "")
        return parse_number(row.call.called) or short_digits(row.call.called)
