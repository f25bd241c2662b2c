"""What the web needs from the rest, as narrow Protocols: lists from the database, live states, audio."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from typing import Literal, Protocol

from prometheus_client import CollectorRegistry

from switchboard.calls.orders import NewTask, SignedIn
from switchboard.calls.ports import (
    Announcer,
    AudioStore,
    Calendars,
    Clock,
    DirectorySource,
    GreetingBook,
    Log,
    MessageMarks,
    SoundWorkshop,
)
from switchboard.changes import Act, CalendarChange, NewAbsence, NewCalendar, ToRegistry
from switchboard.domain.call import JsonValue
from switchboard.domain.callback import CallbackTask, Mailbox
from switchboard.domain.directory import Absence, Directory, PauseReason
from switchboard.domain.diversion import PhoneState
from switchboard.domain.staffing import Allowed, Refused
from switchboard.domain.tasks.life import Move, TaskState
from switchboard.views import (
    AbsenceView,
    AutoreplyStateView,
    AutoreplyTextView,
    Bearer,
    BlockedAddressView,
    CalendarView,
    CallbackTaskView,
    CallEventView,
    CallView,
    FailingCalendar,
    Filter,
    GreetingVersionView,
    GreetingView,
    HealthPart,
    LackingGreetingView,
    LackingNameView,
    LiftedView,
    Page,
    PersonView,
    PinLockView,
    Slice,
    VoicemailMessageView,
    WaitingCaller,
)


class Health(Protocol):
    async def parts(self) -> Sequence[HealthPart]:
        """`ari`, `ami`, `database` and `schema`, each with its state now."""


class Phones(Protocol):
    async def phone_states(self, accounts: Sequence[str]) -> Mapping[str, PhoneState]: ...


class Queue(Protocol):
    """Of all operators' groups, as it stands in memory: asked again at every change."""

    async def waiting(self) -> Sequence[WaitingCaller]:
        """By group, and in each in the order of their turns."""

    async def ringing(self) -> Collection[int]:
        """Ids of the operators who are being rung for somebody in line."""


class Changes(Protocol):
    """Tells that something shown live may have changed: a queue, an operator, a phone, an absence."""

    def heard_by(self, listener: Callable[[], None]) -> AbstractContextManager[None]: ...


class PeopleSearch(Protocol):
    async def find(self, text: str, authority_id: int | None, limit: int) -> Sequence[int]:
        """Ids of people, the best match first; forgiving of misspelling, missing dots and word order."""


class Mailboxes(Protocol):
    async def of(self, kind: Literal["person", "unit", "group"], text: str, authority: str | None) -> Mailbox:
        """Whose message it is, written as `#id` or a name; a person also as an extension or a number. BadValue."""


class Tokens(Protocol):
    async def bearer(self, token: str, now: datetime) -> Bearer | None: ...


class CallbackTasks(Protocol):
    async def page(self, narrow: Filter, part: Slice) -> Page[CallbackTaskView]: ...
    async def one(self, id: str) -> CallbackTaskView: ...
    async def history(self, id: str) -> tuple[CallEventView, ...]:
        """What happened to the task, oldest first; each detail names the actor."""


class TaskSteps(Protocol):
    """Each is one transaction. Conflict with the reason where the step is not possible, NotFound."""

    async def make(self, task_id: str, move: Move, act: Act) -> TaskState: ...
    async def finish_by_call(self, task_id: str, act: Act) -> TaskState:
        """Done by the call back that the journal shows."""


class CallsBack(Protocol):
    async def start(self, task_id: str, person_id: int | None, actor: str) -> str:
        """The id of the call that begins: the person's telephones ring, then whoever waits. NotFound, BadValue,
        Conflict."""


class VoicemailMessages(Protocol):
    async def page(self, narrow: Filter, part: Slice) -> Page[VoicemailMessageView]: ...
    async def one(self, id: str) -> VoicemailMessageView: ...
    async def listened(self, id: str, act: Act, *, to_preface: bool = False) -> None:
        """It counts as heard, unless it was only what was said to it when it was forwarded."""


class Registry(Protocol):
    """Secret messages that move to the registry (diariet)."""

    async def hand_over(self, message_id: str, to: ToRegistry, act: Act) -> None:
        """Written down with who and where to, and erased here. BadValue where a field cannot be accepted, NotFound,
        and Conflict with the reason: nothing was erased."""


class PersonData(Protocol):
    """What is kept about a caller's number, or a colleague's extension or name."""

    async def export(self, who: str, act: Act, names: Sequence[str] = ()) -> Mapping[str, JsonValue]:
        """All of it, recordings in base64. `to_look_at`: texts that name them. BadValue where nobody is meant."""

    async def erase(
        self, who: str, act: Act, names: Sequence[str] = (), *, dry_run: bool = False
    ) -> Mapping[str, JsonValue]:
        """`erased` and `kept` rows by kind: what a threat mark or an open task holds stays; `left` by table;
        `to_look_at`: texts that still name them."""


class Absences(Protocol):
    async def page(self, narrow: Filter, part: Slice, now: datetime) -> Page[AbsenceView]: ...
    async def set(self, new: NewAbsence, act: Act) -> AbsenceView: ...
    async def clear(self, id: int, act: Act) -> None: ...


class Autoreplies(Protocol):
    async def texts(self, who: str, directory: Directory, now: datetime) -> tuple[AutoreplyTextView, ...]: ...
    async def parity(
        self, narrow: Filter, part: Slice, directory: Directory, now: datetime
    ) -> Page[AutoreplyStateView]:
        """Who is absent by phone or by mail alone, and whose mailbox could not be reached; `all`: everybody."""


class People(Protocol):
    async def page(self, narrow: Filter, part: Slice, now: datetime) -> Page[PersonView]: ...
    async def one(self, who: str, now: datetime) -> PersonView:
        """The person written as `#id`, extension, number or whole name. BadValue where it is not one."""


class Calls(Protocol):
    async def page(self, narrow: Filter, part: Slice) -> Page[CallView]: ...
    async def one(self, id: str) -> CallView: ...


class DeskOrders(Protocol):
    """As in `calls.orders`: what an operator can do by keypad is done by the same code."""

    async def sign_in(self, person_id: int, actor: str, group_id: int | None = None) -> SignedIn: ...
    async def sign_out(self, person_id: int, actor: str, confirm: bool = False) -> Allowed | Refused: ...
    async def pause(self, person_id: int, reason: PauseReason, actor: str) -> bool: ...
    async def resume(self, person_id: int, actor: str) -> SignedIn: ...
    async def open_task(self, new: NewTask, actor: str) -> CallbackTask: ...
    async def may_be_away(self, absence: Absence) -> Allowed | Refused: ...


class Pins(Protocol):
    async def choose(self, person_id: int, pin: str, act: Act) -> None: ...


class PinLocks(Protocol):
    async def all(self, now: datetime) -> Sequence[PinLockView]: ...
    async def unlock(self, id: int, act: Act) -> None: ...
    async def unlock_person(self, who: str, act: Act) -> bool: ...


class BlockedAddresses(Protocol):
    async def all(self, now: datetime) -> Sequence[BlockedAddressView]: ...
    async def lift(self, id: int, act: Act) -> None: ...


class FollowedCalendars(Protocol):
    """Calendars that absences are read from. BadValue where a field cannot be accepted, NotFound."""

    async def all(self, person_id: int | None = None) -> Sequence[CalendarView]: ...
    async def one(self, id: int) -> CalendarView: ...
    async def add(self, new: NewCalendar, act: Act) -> CalendarView: ...
    async def change(self, id: int, change: CalendarChange, act: Act) -> CalendarView: ...
    async def remove(self, id: int, act: Act) -> None: ...


class Liftings(Protocol):
    async def all(self, now: datetime, calendar_id: int | None = None) -> Sequence[LiftedView]: ...
    async def restore(self, id: int, act: Act) -> None: ...


class FailingCalendars(Protocol):
    """Calendars that cannot be read in full now; as memory has it."""

    def of_source(self, source: str) -> FailingCalendar | None:
        """The one that an absence with this source came from."""

    def of_person(self, person_id: int) -> FailingCalendar | None:
        """The one of the person's that failed first."""


class Greetings(GreetingBook, Protocol):
    async def page(self, owner: tuple[str, int] | None, part: Slice) -> Page[GreetingView]: ...
    async def history(self, owner: tuple[str, int], part: Slice) -> Page[GreetingVersionView]: ...
    async def lacking(self, authority: str | None, part: Slice, now: datetime) -> Page[LackingGreetingView]: ...
    async def lacking_names(self, authority: str | None, part: Slice) -> Page[LackingNameView]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPorts:
    """`media_peers` are networks, besides this machine itself, that may fetch audio without a token: Asterisk's."""

    health: Health
    phones: Phones
    queue: Queue
    audio: AudioStore
    tokens: Tokens
    callback_tasks: CallbackTasks
    task_steps: TaskSteps
    calls_back: CallsBack
    voicemail_messages: VoicemailMessages
    marks: MessageMarks
    registry_office: Registry
    person_data: PersonData
    working_days: Calendars
    absences: Absences
    autoreplies: Autoreplies
    people: People
    calls: Calls
    desk: DeskOrders
    mailboxes: Mailboxes
    people_search: PeopleSearch
    greetings: Greetings
    workshop: SoundWorkshop
    pins: Pins
    pin_locks: PinLocks
    blocked_addresses: BlockedAddresses
    calendars: FollowedCalendars
    liftings: Liftings
    failing_calendars: FailingCalendars
    directory: DirectorySource
    announcer: Announcer
    changes: Changes
    clock: Clock
    log: Log
    registry: CollectorRegistry
    media_peers: Sequence[IPv4Network | IPv6Network] = ()
