"""What the web asks for, in memory: it remembers what it was asked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar

from prometheus_client import CollectorRegistry

from switchboard.calls.orders import NewTask, SignedIn
from switchboard.changes import Act, NewAbsence, NewGreeting
from switchboard.domain.callback import CallbackTask, Deadline, Mailbox
from switchboard.domain.directory import PauseReason
from switchboard.domain.staffing import Allowed, Refused
from switchboard.errors import BadValue, NotFound
from switchboard.views import (
    AbsenceView,
    Bearer,
    CallbackTaskView,
    CallView,
    Filter,
    GreetingView,
    Page,
    PersonView,
    Role,
    Slice,
    VoicemailMessageView,
    WaitingCaller,
)
from switchboard.web.live.bell import ChangeBell
from switchboard.web.ports import WebPorts
from tests.builders import norrby
from tests.fakes.audio import FakeAudioStore
from tests.fakes.desk import FakeOperatorDesk
from tests.fakes.web_marks import FakeCalendars, FakeMessageMarks, FakePersonData
from tests.fakes.web_rows import ABSENCE, CALL, ERIK, GREETING, MESSAGE, NOW, OPENED, OPERATOR_201, TASK
from tests.fakes.web_states import FakeHealth, FakePhones
from tests.fakes.web_task_steps import FakeTaskSteps
from tests.fakes.world import FakeAnnouncer, FakeDirectorySource, FakeLog

T = TypeVar("T")
TOKENS: Mapping[str, Bearer] = {
    "admin-token": Bearer(1, "administration", Role.ADMIN),
    "operator-token": Bearer(2, "växeln", Role.OPERATOR),
    "staff-token": Bearer(3, "intranät", Role.STAFF),
}


@dataclass
class Kept:
    """One list: its rows, what it was asked, and what it does instead of answering."""

    rows: Sequence[object]
    asked: list[Any] = field(default_factory=list)
    refusal: Exception | None = None

    def _note(self, *asked: object) -> None:
        self.asked.append(asked[0] if len(asked) == 1 else asked)
        if self.refusal is not None:
            raise self.refusal


def _page(rows: Sequence[T], part: Slice) -> Page[T]:
    begin = int(part.after[0]) if part.after else 0
    shown = tuple(rows[begin : begin + part.limit])
    end = begin + len(shown)
    return Page(shown, (end,) if end < len(rows) else None)


@dataclass
class FakeCallbackTasks(Kept):
    rows: Sequence[CallbackTaskView] = (TASK,)

    async def page(self, narrow: Filter, part: Slice) -> Page[CallbackTaskView]:
        self._note(narrow, part)
        return _page(self.rows, part)

    async def one(self, id: str) -> CallbackTaskView:
        for row in self.rows:
            if row.id == id:
                return row
        raise NotFound("callback task", id)

    async def history(self, id: str) -> tuple[Any, ...]:
        return OPENED


@dataclass
class FakeVoicemailMessages(Kept):
    rows: Sequence[VoicemailMessageView] = (MESSAGE,)
    heard_by: list[tuple[str, Act]] = field(default_factory=list)

    async def page(self, narrow: Filter, part: Slice) -> Page[VoicemailMessageView]:
        self._note(narrow, part)
        return _page(self.rows, part)

    async def one(self, id: str) -> VoicemailMessageView:
        for row in self.rows:
            if row.id == id:
                return row
        raise NotFound("voicemail message", id)

    async def listened(self, id: str, act: Act) -> None:
        self.heard_by.append((id, act))


@dataclass
class FakeAbsences(Kept):
    rows: Sequence[AbsenceView] = (ABSENCE,)

    async def page(self, narrow: Filter, part: Slice, now: datetime) -> Page[AbsenceView]:
        self._note(narrow, part, now)
        return _page(self.rows, part)

    async def set(self, new: NewAbsence, act: Act) -> AbsenceView:
        self._note(new, act)
        return ABSENCE

    async def clear(self, id: int, act: Act) -> None:
        self._note(id, act)
        if id != ABSENCE.id:
            raise NotFound("absence", id)


@dataclass
class FakePeople(Kept):
    rows: Sequence[PersonView] = (ERIK,)

    async def page(self, narrow: Filter, part: Slice, now: datetime) -> Page[PersonView]:
        self._note(narrow, part, now)
        return _page(self.rows, part)

    async def one(self, who: str, now: datetime) -> PersonView:
        for row in (*self.rows, OPERATOR_201):
            if who in (f"#{row.id}", row.extension, row.name):
                return row
        raise BadValue("person", f"nobody is meant by {who}")


@dataclass
class FakeCalls(Kept):
    rows: Sequence[CallView] = (CALL,)

    async def page(self, narrow: Filter, part: Slice) -> Page[CallView]:
        self._note(narrow, part)
        return _page(self.rows, part)

    async def one(self, id: str) -> CallView:
        for row in self.rows:
            if row.id == id:
                return row
        raise NotFound("call", id)


@dataclass
class FakeGreetings(Kept):
    rows: Sequence[GreetingView] = (GREETING,)

    async def page(self, owner: tuple[str, int] | None, part: Slice) -> Page[GreetingView]:
        self._note(owner, part)
        return _page(self.rows, part)

    async def put(self, new: NewGreeting, act: Act) -> GreetingView:
        self._note(new, act)
        if new.owner_id != 4:
            raise BadValue("owner_id", f"there is no {new.owner_kind} {new.owner_id}")
        return GREETING


class FakeTokens:
    async def bearer(self, token: str, now: datetime) -> Bearer | None:
        assert now == NOW
        return TOKENS.get(token)


@dataclass
class FakeQueue:
    callers: Sequence[WaitingCaller] = ()
    rung: frozenset[int] = frozenset()

    async def waiting(self) -> Sequence[WaitingCaller]:
        return self.callers

    async def ringing(self) -> Collection[int]:
        return self.rung


@dataclass
class FakeMailboxes:
    async def of(self, kind: Literal["person", "unit", "group"], text: str, authority: str | None) -> Mailbox:
        del authority
        if not text.strip("#") or text.endswith("nobody"):
            raise BadValue(kind, f"there is no {kind} {text}")
        ids = {"person": Mailbox(1, person_id=11), "unit": Mailbox(1, unit_id=1), "group": Mailbox(1, None, 1, 2)}
        return ids[kind]


@dataclass
class FakePeopleSearch:
    """Finds `ids`, whatever is asked for."""

    ids: Sequence[int] = (11, 10)
    asked: list[tuple[str, int | None, int]] = field(default_factory=list)

    async def find(self, text: str, authority_id: int | None, limit: int) -> Sequence[int]:
        self.asked.append((text, authority_id, limit))
        return self.ids[:limit]


class FakeDesk:
    """The orders themselves on a directory in memory; `opened` are the tasks."""

    def __init__(self) -> None:
        self.source = FakeDirectorySource(norrby(NOW))
        self.tasks = FakeCallbackTasks()
        self.opened: list[tuple[NewTask, str]] = []

    async def sign_in(self, person_id: int, actor: str, group_id: int | None = None) -> SignedIn:
        desk, index = FakeOperatorDesk(self.source), self.source.index
        mine = [each.group_id for each in index.memberships(person_id) if group_id in (None, each.group_id)]
        groups = [id for id in mine if (group := index.function_group(id)) is not None and group.operators]
        for id in groups:
            await desk.sign_in(person_id, id, NOW, actor)
        return SignedIn(tuple(groups))

    async def sign_out(self, person_id: int, actor: str, confirm: bool = False) -> Allowed | Refused:
        index = self.source.index
        sessions = index.sessions_of(person_id)
        others = [each for session in sessions for each in index.operator_sessions(session.group_id)]
        if not confirm and all(each.person_id == person_id for each in others):
            return Refused("0 of 1 operators would be left in function_group 1 during its hours", 1, 0, 1)
        for session in sessions:
            await FakeOperatorDesk(self.source).sign_out(person_id, session.group_id, actor)
        return Allowed("nobody is missed")

    async def pause(self, person_id: int, reason: PauseReason, actor: str) -> bool:
        return await FakeOperatorDesk(self.source).pause(person_id, reason, NOW, actor)

    async def resume(self, person_id: int, actor: str) -> SignedIn:
        groups = tuple(each.group_id for each in self.source.index.sessions_of(person_id))
        await FakeOperatorDesk(self.source).resume(person_id, NOW, actor)
        return SignedIn(groups)

    async def open_task(self, new: NewTask, actor: str) -> CallbackTask:
        self.opened.append((new, actor))
        row = TASK
        deadline = Deadline(row.deadline_date, row.deadline, row.rule, 1)
        return CallbackTask(row.id, new.mailbox, new.caller, "operator", new.call_id, None, new.received_at, deadline)


class StoppedClock:
    def now(self) -> datetime:
        return NOW


@dataclass
class FakeWebPorts:
    """The ports, each to be looked into."""

    health: FakeHealth = field(default_factory=FakeHealth)
    phones: FakePhones = field(default_factory=FakePhones)
    queue: FakeQueue = field(default_factory=FakeQueue)
    audio: FakeAudioStore = field(default_factory=FakeAudioStore)
    tokens: FakeTokens = field(default_factory=FakeTokens)
    callback_tasks: FakeCallbackTasks = field(default_factory=FakeCallbackTasks)
    task_steps: FakeTaskSteps = field(default_factory=FakeTaskSteps)
    voicemail_messages: FakeVoicemailMessages = field(default_factory=FakeVoicemailMessages)
    marks: FakeMessageMarks = field(default_factory=FakeMessageMarks)
    person_data: FakePersonData = field(default_factory=FakePersonData)
    calendars: FakeCalendars = field(default_factory=FakeCalendars)
    absences: FakeAbsences = field(default_factory=FakeAbsences)
    people: FakePeople = field(default_factory=FakePeople)
    calls: FakeCalls = field(default_factory=FakeCalls)
    desk: FakeDesk = field(default_factory=FakeDesk)
    mailboxes: FakeMailboxes = field(default_factory=FakeMailboxes)
    people_search: FakePeopleSearch = field(default_factory=FakePeopleSearch)
    directory: FakeDirectorySource = field(default_factory=lambda: FakeDirectorySource(norrby(NOW)))
    announcer: FakeAnnouncer = field(default_factory=FakeAnnouncer)
    changes: ChangeBell = field(default_factory=ChangeBell)
    greetings: FakeGreetings = field(default_factory=FakeGreetings)
    log: FakeLog = field(default_factory=FakeLog)
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def ports(self) -> WebPorts:
        self.desk.source, self.desk.tasks = self.directory, self.callback_tasks
        parts = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return WebPorts(**parts, clock=StoppedClock())
