"""Who and what a call can reach, as values: the rows that administrators edit, parsed once.

Every record is frozen and carries the primary key of its row, so that a decision can name the row that made it.
Times of day are local to Europe/Stockholm; instants are aware datetimes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Literal, Protocol

Language = Literal["sv", "en"]
LANGUAGES: tuple[Language, ...] = ("sv", "en")


class AbsenceReason(StrEnum):
    MEETING = "meeting"
    LUNCH = "lunch"
    BUSINESS_TRIP = "business_trip"
    VACATION = "vacation"
    SICK = "sick"
    PARENTAL_LEAVE = "parental_leave"
    GONE_FOR_DAY = "gone_for_day"
    COURSE = "course"
    CARE_OF_CHILD = "care_of_child"
    TEMPORARILY_OUT = "temporarily_out"
    OTHER = "other"


class DestinationKind(StrEnum):
    PERSON = "person"
    FUNCTION_GROUP = "function_group"
    OPERATORS = "operators"
    ANNOUNCEMENT = "announcement"
    EXTENSION = "extension"
    UNIT = "unit"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a number or a rule leads.

    `key` is the person's, function group's or unit's id as text, the announcement's prompt id, or the digits of
    an extension of the same authority; None for the operators and for a refusal.
    """

    kind: DestinationKind
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Authority:
    """A kommun, a kommunalförbund or a bolag. Its first language is spoken until the caller chooses another."""

    id: int
    name: str
    main_number: str
    languages: tuple[Language, ...]
    operators_group_id: int | None
    country_code: str = "46"
    area_code: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of an authority's rules, in force from `valid_from` until the next version (R50-R52).

    `callback_working_days` None means: always call back, with no term (R16).
    """

    id: int
    authority_id: int
    valid_from: date
    callback_working_days: int | None
    email_counts: bool = False
    mailbox_without_greeting: bool = True
    speak_sick_reason: bool = False
    message_max_seconds: int = 180
    message_silence_seconds: int = 5
    ring_seconds: int = 25


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day that the authority counts as no working day, beside the public holidays (R14).

    `rule` is a movable eve, or `date` with the date given.
    """

    id: int
    authority_id: int
    rule: Literal["midsummer_eve", "christmas_eve", "new_years_eve", "date"]
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    id: int
    authority_id: int
    name: str
    parent_id: int | None = None
    schedule_id: int | None = None
    answering_point: Destination | None = None


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    authority_id: int
    name: str
    unit_id: int | None = None
    title: str = ""
    language: Language = "sv"
    mailbox: bool = True
    ring_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """Short digits inside an authority, e.g. `211`."""

    id: int
    authority_id: int
    digits: str
    destination: Destination


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A public number in E.164 with `+`."""

    id: int
    authority_id: int
    e164: str
    destination: Destination


@dataclass(frozen=True, slots=True)
class Device:
    """A SIP account of the authority's own device (R43). `account` is its user name and its endpoint's name."""

    id: int
    person_id: int
    account: str
    enabled: bool = True


class RingOrder(StrEnum):
    ALL = "all"
    IN_ORDER = "in_order"


@dataclass(frozen=True, slots=True)
class FunctionGroup:
    """People who answer one number together. `operators` groups ring those who have signed in."""

    id: int
    authority_id: int
    name: str
    unit_id: int | None = None
    order: RingOrder = RingOrder.ALL
    minimum_staffing: int = 0
    schedule_id: int | None = None
    ring_seconds: int = 25
    operators: bool = False


@dataclass(frozen=True, slots=True)
class FunctionMember:
    id: int
    group_id: int
    person_id: int
    position: int = 0


@dataclass(frozen=True, slots=True)
class OpeningPeriod:
    """Half-open: open from `opens` until just before `closes` on `weekday` (0 Monday … 6 Sunday).

    `closes` 00:00 means the end of the day.
    """

    id: int
    schedule_id: int
    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class ScheduleException:
    """Replaces the weekly periods on the dates `first`–`last`: closed, or open `opens`–`closes` (both or neither)."""

    id: int
    schedule_id: int
    first: date
    last: date
    opens: time | None = None
    closes: time | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """Opening hours. `closed_on_holidays` closes on every day that is no working day of the authority, unless an
    exception opens it."""

    id: int
    authority_id: int
    name: str
    closed_on_holidays: bool = True
    periods: tuple[OpeningPeriod, ...] = ()
    exceptions: tuple[ScheduleException, ...] = ()


@dataclass(frozen=True, slots=True)
class Absence:
    """A person is away from `start` until `until` (half-open). `open` informs and then lets the phone ring (R1).

    `until` None: the return is not known; the reason is spoken and no time.
    """

    id: int
    person_id: int
    reason: AbsenceReason
    start: datetime
    until: datetime | None
    open: bool = False
    deputy_id: int | None = None
    source: str = "admin"


class GreetingKind(StrEnum):
    NAME = "name"
    PERSONAL = "personal"
    ANSWER_PHRASE = "answer_phrase"


OwnerKind = Literal["person", "unit", "function_group", "authority"]


@dataclass(frozen=True, slots=True)
class Greeting:
    """A recording that belongs to somebody: the spoken name, the personal greeting, an answer phrase.

    `sha256` names the audio in the audio store. `reason` None serves every situation.
    """

    id: int
    owner_kind: OwnerKind
    owner_id: int
    kind: GreetingKind
    language: Language
    sha256: str
    reason: AbsenceReason | None = None
    valid_until: datetime | None = None


class RuleAction(StrEnum):
    ROUTE = "route"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """Looked at in order of `priority` (lowest first, then id) before the directory.

    A pattern is Asterisk's dial pattern without the underscore (`X` 0-9, `Z` 1-9, `N` 2-9, `[1-5]`, `.` one or more,
    `!` none or more) or plain digits, matched against the E.164 form with `+`; `anonymous` as caller pattern matches
    callers without a number; None matches every one. `when` says in which state of `schedule_id` the rule counts.
    """

    id: int
    authority_id: int
    priority: int
    called_pattern: str | None
    caller_pattern: str | None
    schedule_id: int | None
    when: Literal["always", "open", "closed"]
    action: RuleAction
    destination: Destination | None


@dataclass(frozen=True, slots=True)
class OperatorSession:
    """An operator signed in to a group (R26). A paused operator is not rung."""

    id: int
    person_id: int
    group_id: int
    paused: bool = False


class Directory(Protocol):
    """A consistent view of all rows that a call can touch. Every look-up costs the same at 10 and at 100,000 people.

    Look-ups by id give None where there is no such row.
    """

    def authority(self, id: int) -> Authority | None: ...
    def authorities(self) -> Sequence[Authority]: ...
    def policies(self, authority_id: int) -> Sequence[Policy]: ...
    def days_off(self, authority_id: int) -> Sequence[DayOff]: ...
    def unit(self, id: int) -> Unit | None: ...
    def person(self, id: int) -> Person | None: ...
    def extension(self, authority_id: int, digits: str) -> Extension | None: ...
    def extension_of(self, person_id: int) -> Extension | None: ...
    def phone_number(self, e164: str) -> PhoneNumber | None: ...
    def devices(self, person_id: int) -> Sequence[Device]: ...
    def device(self, account: str) -> Device | None: ...
    def function_group(self, id: int) -> FunctionGroup | None: ...
    def members(self, group_id: int) -> Sequence[FunctionMember]: ...
    def schedule(self, id: int) -> Schedule | None: ...
    def absences(self, person_id: int) -> Sequence[Absence]: ...
    def greetings(self, owner_kind: OwnerKind, owner_id: int) -> Sequence[Greeting]: ...
    def routing_rules(self, authority_id: int) -> Sequence[RoutingRule]: ...
    def operator_sessions(self, group_id: int) -> Sequence[OperatorSession]: ...
    def faults(self) -> Mapping[tuple[str, str], str]: ...
