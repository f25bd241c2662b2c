"""Authorities and what belongs to them: their policies, units, people, numbers and phones."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Literal

from switchboard.domain.directory.desk import CallerIdRule

Language = Literal["sv", "en"]
LANGUAGES: tuple[Language, ...] = ("sv", "en")
ReferralRule = Literal["function", "unit", "switchboard"]
OverloadAnswer = Literal["spoken", "refused"]
EveRule = Literal["midsummer_eve", "christmas_eve", "new_years_eve", "date"]


class DestinationKind(StrEnum):
    PERSON = "person"
    FUNCTION_GROUP = "function_group"
    OPERATORS = "operators"
    ANNOUNCEMENT = "announcement"
    EXTENSION = "extension"
    UNIT = "unit"
    REFUSE = "refuse"
    KEYPAD = "keypad"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a number or a rule leads.

    `key` is the person's, function group's or unit's id as text, the announcement's prompt id, or the digits
    of an extension of the same authority; None for the operators, a refusal and the keypad services (absence, PIN)."""

    kind: DestinationKind
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Authority:
    """A kommun, a kommunalförbund or a bolag. Its first language is spoken until the caller chooses another.

    `private_prefix` before a dialled number marks a private call (R40). `overload_answer`: what its callers get above
    capacity, a sentence or a refusal by SIP. `phone_encryption`: its people's telephones call, and are rung,
    over TLS with SRTP or not at all."""

    id: int
    name: str
    main_number: str
    languages: tuple[Language, ...]
    operators_group_id: int | None
    country_code: str = "46"
    area_code: str = ""
    private_prefix: str = "*9"
    caller_id: CallerIdRule = "main"
    overload_answer: OverloadAnswer = "spoken"
    phone_encryption: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of an authority's rules, in force from `valid_from` until the next version (R50-R52).

    `callback_working_days` None means: always call back, with no term (R16). `abandoned_opens_task`: a task is opened
    also for who gave up waiting for the operators after `abandoned_after_seconds` or more (R16).

    A talk of `proof_call_seconds` proves a call back. Reminders come at `workday_start` of the last day, and
    `remind_hours_before` (0: none) the end of that working day. `mail_audio`: messages go along with the e-mail.

    `keep_…_days`: after so many days such data are erased (R44); None: the authority has set no end.
    `autoreply_mail`: who is away is sent the text of their autoreply. Where no deputy is there it refers to
    `autoreply_refers_to`, and a shorter absence than `autoreply_min_hours` has none by mail (R8, R9).
    Who lets `unanswered_calls` in a row ring out in working hours (0: any number) is asked to set an absence, and with
    `unanswered_diverts` is not rung any more until they touch a telephone (R1). Who lacks a greeting of their own is
    reminded every `greeting_reminder_days` (0: never; R12).
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
    abandoned_opens_task: bool = False
    abandoned_after_seconds: int = 10
    greeting_max_seconds: int = 60
    proof_call_seconds: int = 20
    remind_last_day: bool = True
    remind_hours_before: int = 2
    workday_start: time = time(8)
    workday_end: time = time(16, 30)
    mail_audio: bool = False
    keep_audio_days: int | None = None
    keep_calls_days: int | None = None
    keep_tasks_days: int | None = None
    keep_letters_days: int | None = None
    keep_audit_days: int | None = None
    keep_absences_days: int | None = None
    keep_greetings_days: int | None = None
    autoreply_mail: bool = True
    autoreply_refers_to: ReferralRule = "function"
    autoreply_min_hours: int = 0
    unanswered_calls: int = 3
    unanswered_diverts: bool = False
    greeting_reminder_days: int = 30


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day that the authority counts as no working day, beside the public holidays (R14).

    `rule` is a movable eve, or `date` with the date given.
    """

    id: int
    authority_id: int
    rule: EveRule
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    id: int
    authority_id: int
    name: str
    parent_id: int | None = None
    schedule_id: int | None = None
    answering_point: Destination | None = None
    manager_id: int | None = None


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who watches the mailbox of a unit or a function (R28): on `weekday` (0 Monday … 6 Sunday), every day where that
    is None, within `first`–`last` (both included, None: without end). `substitute_id` steps in for an absence."""

    id: int
    person_id: int
    unit_id: int | None = None
    group_id: int | None = None
    weekday: int | None = None
    first: date | None = None
    last: date | None = None
    substitute_id: int | None = None


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
    call_class_id: int | None = None


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
    """A SIP account of the authority's own device (R43). `account` is its user name and its endpoint's
    name."""

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
