"""When somebody or something can be had, and what is said when not: opening hours, absences, greetings."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal

from switchboard.domain.directory.organisation import Language


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
    """Replaces the weekly periods on the dates `first`–`last`: closed, or open `opens`–`closes` (both or
    neither)."""

    id: int
    schedule_id: int
    first: date
    last: date
    opens: time | None = None
    closes: time | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """Opening hours. `closed_on_holidays` closes on public holidays and the authority's days off, unless an exception
    opens them; an ordinary Saturday or Sunday is as the periods say."""

    id: int
    authority_id: int
    name: str
    closed_on_holidays: bool = True
    periods: tuple[OpeningPeriod, ...] = ()
    exceptions: tuple[ScheduleException, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Absence:
    """A person is away from `start` until `until` (half-open). `open` informs and then lets the phone ring
    (R1).

    `until` None: the return is not known; the reason is spoken and no time. `recorded_at`: when it was said.
    """

    id: int
    person_id: int
    reason: AbsenceReason
    start: datetime
    until: datetime | None
    open: bool = False
    deputy_id: int | None = None
    source: str = "admin"
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class UnansweredCalls:
    """Calls in a row that rang out at somebody who is there by all that is known (R1), until they touch a telephone.
    `asked_at`: they were asked to set an absence then; None: not yet."""

    id: int
    person_id: int
    calls: int
    latest_at: datetime
    asked_at: datetime | None = None


FourDigits = Literal["time", "date"]
AfterWork = Literal["next_working_day"]


@dataclass(frozen=True, slots=True)
class AbsenceCode:
    """What a key means when an absence is set by keypad. `length` without digits: a stretch of time, until work begins
    on the next working day (at `day_begins` where no schedule says when), or None: it is asked for."""

    id: int
    authority_id: int
    digit: str
    reason: AbsenceReason
    name: str = ""
    four_digits: FourDigits = "time"
    length: timedelta | AfterWork | None = None
    day_begins: time = time(8)
    open: bool = False


class GreetingKind(StrEnum):
    NAME = "name"
    PERSONAL = "personal"
    ANSWER_PHRASE = "answer_phrase"


class GreetingSituation(StrEnum):
    """When a personal greeting is heard. One for a single reason of absence is `ALWAYS` with that reason; a
    `TEMPORARY` one has an end."""

    ALWAYS = "always"
    PRESENT = "present"
    ABSENT = "absent"
    TEMPORARY = "temporary"


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
    situation: GreetingSituation = GreetingSituation.ALWAYS
