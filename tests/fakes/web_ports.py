"""What the web asks for, in memory: it remembers what it was asked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar

from prometheus_client import CollectorRegistry

from switchboard.changes import Act, NewAbsence
from switchboard.domain.callback import Mailbox
from switchboard.errors import BadValue, NotFound
from switchboard.views import (
    AbsenceView,
    Bearer,
    BlockedAddressView,
    CallbackTaskView,
    CallView,
    Filter,
    Page,
    PersonView,
    PinLockView,
    Role,
    Slice,
    VoicemailMessageView,
    WaitingCaller,
)
from switchboard.web.live.bell import ChangeBell
from switchboard.web.ports import WebPorts
from tests.builders import norrby
from tests.fakes.audio import FakeAudioStore
from tests.fakes.keypad import FakePins
from tests.fakes.mailbox import FakeWorkshop
from tests.fakes.marks import FakeMarks
from tests.fakes.web_autoreplies import FakeAutoreplies
from tests.fakes.web_calendars import FakeCalendars, FakeFailingCalendars, FakeLiftings
from tests.fakes.web_desk import FakeDesk
from tests.fakes.web_greetings import FakeGreetings
from tests.fakes.web_kept import Kept, page_of
from tests.fakes.web_marks import FakePersonData, FakeRegistry, FakeWorkingDays, marks_of_message
from tests.fakes.web_rows import (
    ABSENCE,
    ANNA_210,
    BLOCKED_ADDRESS,
    CALL,
    ERIK,
    MESSAGE,
    NOW,
    OPENED,
    OPERATOR_201,
    PIN_LOCK,
    TASK,
)
from tests.fakes.web_states import FakeHealth, FakePhones
from tests.fakes.web_task_steps import FakeCallsBack, FakeTaskSteps
from tests.fakes.world import FakeAnnouncer, FakeDirectorySource, FakeLog

T = TypeVar("T")
TOKENS: Mapping[str, Bearer] = {
    "admin-token": Bearer(1, "administration", Role.ADMIN),
    "operator-token": Bearer(2, "växeln", Role.OPERATOR),
    "staff-token": Bearer(3, "intranät", Role.STAFF),
}


@dataclass
class FakeCallbackTasks(Kept):
    rows: Sequence[CallbackTaskView] = (TASK,)

    async def page(self, narrow: Filter, part: Slice) -> Page[CallbackTaskView]:
        self._note(narrow, part)
        return page_of(self.rows, part)

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
    prefaces_heard: list[str] = field(default_factory=list)

    async def page(self, narrow: Filter, part: Slice) -> Page[VoicemailMessageView]:
        self._note(narrow, part)
        return page_of(self.rows, part)

    async def one(self, id: str) -> VoicemailMessageView:
        for row in self.rows:
            if row.id == id:
                return row
        raise NotFound("voicemail message", id)

    async def listened(self, id: str, act: Act, *, to_preface: bool = False) -> None:
        if to_preface:
            self.prefaces_heard.append(id)
        else:
            self.heard_by.append((id, act))


@dataclass
class FakeAbsences(Kept):
    rows: Sequence[AbsenceView] = (ABSENCE,)

    async def page(self, narrow: Filter, part: Slice, now: datetime) -> Page[AbsenceView]:
        self._note(narrow, part, now)
        return page_of(self.rows, part)

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
        return page_of(self.rows, part)

    async def one(self, who: str, now: datetime) -> PersonView:
        for row in (*self.rows, OPERATOR_201, ANNA_210):
            if who in (f"#{row.id}", row.extension, row.name, f"+46980319{row.extension}"):
                return row
        raise BadValue("person", f"nobody is meant by {who}")


@dataclass
class FakeCalls(Kept):
    rows: Sequence[CallView] = (CALL,)

    async def page(self, narrow: Filter, part: Slice) -> Page[CallView]:
        self._note(narrow, part)
        return page_of(self.rows, part)

    async def one(self, id: str) -> CallView:
        for row in self.rows:
            if row.id == id:
                return row
        raise NotFound("call", id)


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


@dataclass
class FakePinLocks(Kept):
    rows: Sequence[PinLockView] = (PIN_LOCK,)

    async def all(self, now: datetime) -> Sequence[PinLockView]:
        self._note(now)
        return self.rows

    async def unlock(self, id: int, act: Act) -> None:
        self._note(id, act)
        if id != PIN_LOCK.id:
            raise NotFound("PIN lock", id)

    async def unlock_person(self, who: str, act: Act) -> bool:
        self._note(who, act)
        return True


@dataclass
class FakeBlockedAddresses(Kept):
    rows: Sequence[BlockedAddressView] = (BLOCKED_ADDRESS,)

    async def all(self, now: datetime) -> Sequence[BlockedAddressView]:
        self._note(now)
        return self.rows

    async def lift(self, id: int, act: Act) -> None:
        self._note(id, act)
        if id != BLOCKED_ADDRESS.id:
            raise NotFound("blocked address", id)


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
    calls_back: FakeCallsBack = field(default_factory=FakeCallsBack)
    voicemail_messages: FakeVoicemailMessages = field(default_factory=FakeVoicemailMessages)
    marks: FakeMarks = field(default_factory=marks_of_message)
    registry_office: FakeRegistry = field(default_factory=FakeRegistry)
    person_data: FakePersonData = field(default_factory=FakePersonData)
    working_days: FakeWorkingDays = field(default_factory=FakeWorkingDays)
    absences: FakeAbsences = field(default_factory=FakeAbsences)
    autoreplies: FakeAutoreplies = field(default_factory=FakeAutoreplies)
    people: FakePeople = field(default_factory=FakePeople)
    calls: FakeCalls = field(default_factory=FakeCalls)
    desk: FakeDesk = field(default_factory=FakeDesk)
    mailboxes: FakeMailboxes = field(default_factory=FakeMailboxes)
    people_search: FakePeopleSearch = field(default_factory=FakePeopleSearch)
    directory: FakeDirectorySource = field(default_factory=lambda: FakeDirectorySource(norrby(NOW)))
    announcer: FakeAnnouncer = field(default_factory=FakeAnnouncer)
    changes: ChangeBell = field(default_factory=ChangeBell)
    greetings: FakeGreetings = field(default_factory=FakeGreetings)
    workshop: FakeWorkshop = field(default_factory=FakeWorkshop)
    pins: FakePins = field(default_factory=lambda: FakePins(FakeDirectorySource(norrby(NOW))))
    pin_locks: FakePinLocks = field(default_factory=FakePinLocks)
    blocked_addresses: FakeBlockedAddresses = field(default_factory=FakeBlockedAddresses)
    calendars: FakeCalendars = field(default_factory=FakeCalendars)
    liftings: FakeLiftings = field(default_factory=FakeLiftings)
    failing_calendars: FakeFailingCalendars = field(default_factory=FakeFailingCalendars)
    log: FakeLog = field(default_factory=FakeLog)
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def ports(self) -> WebPorts:
        self.desk.source = self.directory
        parts = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return WebPorts(**parts, clock=StoppedClock())
