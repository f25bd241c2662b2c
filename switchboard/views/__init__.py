"""What lists show to people and to other systems: rows with their names filled in. The field names are the API's.

Times are aware, in Europe/Stockholm; numbers are E.164 where they could be read. A `Position` is where the next page
of a list begins: the sort key of the last row shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, Literal, TypeVar

from switchboard.domain.call import JsonValue
from switchboard.views.autoreplies import AutoreplyStateView as AutoreplyStateView
from switchboard.views.autoreplies import AutoreplyTextView as AutoreplyTextView
from switchboard.views.blocked_addresses import BlockedAddressView as BlockedAddressView
from switchboard.views.calendars import CalendarView as CalendarView
from switchboard.views.calendars import FailingCalendar as FailingCalendar
from switchboard.views.calendars import LiftedView as LiftedView
from switchboard.views.greetings import GreetingVersionView as GreetingVersionView
from switchboard.views.greetings import GreetingView as GreetingView
from switchboard.views.greetings import LackingGreetingView as LackingGreetingView
from switchboard.views.greetings import LackingNameView as LackingNameView

Position = tuple[str | int, ...]
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Slice:
    """At most `limit` rows after a position."""

    limit: int = 100
    after: Position | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """`next` None: there are no more rows."""

    items: tuple[Item, ...]
    next: Position | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; None narrows nothing, and a list ignores what it does not have.

    `authority` and `person` are an id in digits, or a name. `since` (inclusive) and `before` (exclusive) bound the
    time of a row: receipt or arrival, and for absences the days that they touch. `text` is part of a name, a title,
    a unit's name, a duty or a keyword.
    """

    authority: str | None = None
    person: str | None = None
    status: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    text: str | None = None
    extension: str | None = None


class Role(StrEnum):
    """Of a token: what its bearer may do."""

    ADMIN = "admin"
    OPERATOR = "operator"
    STAFF = "staff"


class PersonState(StrEnum):
    """`no_answer`: by what is known they are there, and yet calls ring out ("svarar inte")."""

    FREE = "free"
    TALKING = "talking"
    ABSENT = "absent"
    UNREGISTERED = "unregistered"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True)
class CallbackTaskView:
    """`deadline` is the end of the local day `deadline_date`; both None where the policy sets no term.
    `attempts`: calls in vain."""

    id: str
    authority: str
    unit: str | None
    person: str | None
    caller: str | None
    source: Literal["voicemail", "operator", "queue", "abandoned", "fallback", "interrupted"]
    voicemail_message_id: str | None
    call_id: str | None
    received_at: datetime
    deadline_date: date | None
    deadline: datetime | None
    promised_at: datetime | None
    status: Literal["open", "taken", "promised", "done", "closed"]
    rule: str
    authority_id: int
    unit_id: int | None
    person_id: int | None
    group: str | None
    taken_by: str | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class NoticeView:
    """Somebody is to be told about a callback task. `state` `new`: not told yet."""

    id: int
    created_at: datetime
    kind: str
    task_id: str
    authority: str
    unit: str | None
    person: str | None
    group: str | None
    state: str


@dataclass(frozen=True, slots=True)
class VoicemailMessageView:
    """`sha256` is the checksum of the audio, empty once it is erased. `spoken_by`: the colleague whose note of a
    callback task it is; None: the caller's own message. `secret_by`, `threat_by`: who set or lifted the mark last.

    `registered_as`: the number under which it was handed over to the registry (diariet), and then erased here.

    `deleted_at`: its owner has deleted it. Of one that was forwarded:
    `forwarded_from` is the message's id in the mailbox that it came from, `forwarded_by` the person's id, and
    `preface_sha256` the checksum of what they said to it."""

    id: str
    call_id: str
    authority: str
    person: str | None
    unit: str | None
    caller: str | None
    received_at: datetime
    duration_s: float
    sha256: str
    secret: bool
    heard: bool
    person_id: int | None
    unit_id: int | None
    group: str | None
    spoken_by: str | None = None
    deleted_at: datetime | None = None
    preface_sha256: str | None = None
    forwarded_from: str | None = None
    forwarded_by: int | None = None
    threat: bool = False
    secret_by: str | None = None
    secret_at: datetime | None = None
    threat_by: str | None = None
    threat_at: datetime | None = None
    erased_at: datetime | None = None
    registered_as: str | None = None
    registered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AbsenceView:
    """`start` None: the row holds something that is no time. `recorded_at`: when it was said; None: not known."""

    id: int
    person: str
    reason: str
    start: datetime | None
    until: datetime | None
    open: bool
    deputy: str | None
    source: str
    person_id: int
    deputy_id: int | None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PersonView:
    """`absence` is the one in force. `accounts` are the enabled devices, whose state Asterisk knows."""

    id: int
    authority: str
    unit: str | None
    name: str
    title: str
    extension: str | None
    email: str | None
    absence: AbsenceView | None
    accounts: tuple[str, ...]
    authority_id: int
    unit_id: int | None


@dataclass(frozen=True, slots=True)
class CallEventView:
    at: datetime
    kind: str
    detail: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class CallView:
    id: str
    authority: str | None
    called: str | None
    caller: str | None
    arrived_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    route_reason: str | None
    events: tuple[CallEventView, ...]
    private: bool = False
    transfers: int = 0
    waited_s: float | None = None


@dataclass(frozen=True, slots=True)
class OperatorView:
    """A person of an operators' group. `since` None: not signed in. `missed`: calls in a row that were not answered."""

    person_id: int
    person: str
    group_id: int
    group: str
    authority: str
    signed_in: bool
    paused: bool
    since: datetime | None
    pause_reason: str | None = None
    paused_since: datetime | None = None
    wrap_up_until: datetime | None = None
    missed: int = 0


@dataclass(frozen=True, slots=True)
class WaitingCaller:
    """Somebody who waits for the operators now. `position` from 1, in the queue of `group`. `kind` `callback`: a kept
    place, with nobody on the line. `why`: the reason of one who came back. `estimate_minutes` None: there is no honest
    basis for one."""

    call_id: str
    authority: str
    called: str | None
    caller: str | None
    since: datetime
    position: int
    group_id: int | None = None
    group: str | None = None
    kind: Literal["caller", "callback"] = "caller"
    why: str | None = None
    estimate_minutes: int | None = None
    authority_id: int | None = None


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token without itself: only its checksum is kept. `role` is what the row says, sound or not."""

    id: int
    name: str
    role: str
    created_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class PinLockView:
    """Wrong PINs that count: against the mailbox `authority:digits`, or from a caller. `locked`: at the time asked."""

    id: int
    kind: Literal["mailbox", "caller"]
    subject: str
    failures: int
    latest_at: datetime
    locked_until: datetime | None
    locked: bool


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who asks, as the token says."""

    token_id: int
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class HealthPart:
    """`detail` says in plain words what is wrong, or what it is connected to."""

    name: str
    ok: bool
    detail: str = ""
