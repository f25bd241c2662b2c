"""What somebody wants changed, as they wrote it, and who they are. What a reference means is found where it is done."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from switchboard.domain.keeping.marks import Mark


@dataclass(frozen=True, slots=True)
class NewAbsence:
    """An absence as somebody writes it. `person` and `deputy` are an id in digits after `#`, extension digits, an
    E.164 number, or a name. `start` None: from now."""

    person: str
    reason: str
    start: datetime | None = None
    until: datetime | None = None
    open: bool = False
    deputy: str | None = None
    source: str = "admin"


@dataclass(frozen=True, slots=True)
class NewCalendar:
    """`person` is written as in NewAbsence. `login` is user and password; `credentials` names a file with them.
    `interval_s` None: as often as the service's setting says."""

    person: str
    kind: Literal["icalendar", "caldav"]
    url: str = field(repr=False)
    login: tuple[str, str] | None = field(default=None, repr=False)
    credentials: str | None = None
    interval_s: int | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """What is not given stays. A new address at another server forgets a login that is not given with it: nobody who
    may write an address thereby gets a password sent to wherever they like. `usual_interval`: no interval of its own
    any more."""

    kind: Literal["icalendar", "caldav"] | None = None
    url: str | None = field(default=None, repr=False)
    login: tuple[str, str] | None = field(default=None, repr=False)
    credentials: str | None = None
    without_login: bool = False
    interval_s: int | None = None
    usual_interval: bool = False
    enabled: bool | None = None


@dataclass(frozen=True, slots=True)
class NewPerson:
    """`authority` is a name or an id in digits, `unit` the name of one of its units."""

    authority: str
    name: str
    unit: str | None = None
    title: str = ""
    email: str = ""
    language: str = "sv"
    extension: str | None = None


KindOfGreeting = Literal["name", "personal", "answer_phrase"]


@dataclass(frozen=True, slots=True)
class GreetingSpot:
    """Where one recording at a time is in force: whose, which kind, for when, in which language. `situation` is
    always, present, absent or temporary; `reason` goes with always."""

    owner_kind: str
    owner_id: int
    kind: KindOfGreeting
    language: Literal["sv", "en"]
    reason: str | None = None
    situation: str = "always"


@dataclass(frozen=True, slots=True)
class NewGreeting:
    """`sha256` names audio that the audio store holds already, and so does `master_sha256`: the same at 16 kHz."""

    owner_kind: str
    owner_id: int
    kind: KindOfGreeting
    language: Literal["sv", "en"]
    sha256: str
    reason: str | None = None
    valid_until: datetime | None = None
    situation: str = "always"
    master_sha256: str | None = None

    @property
    def spot(self) -> GreetingSpot:
        return GreetingSpot(self.owner_kind, self.owner_id, self.kind, self.language, self.reason, self.situation)


@dataclass(frozen=True, slots=True)
class Marking:
    """What somebody does to a mark of a message, and why: `on` False lifts it."""

    mark: Mark
    on: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ToRegistry:
    """A message goes to the registry (diariet): `person`, written as in NewAbsence, hands it over; `reference` is its
    number there, `registry` which one. `sha256` is the checksum of the recording that was fetched for it."""

    person: str
    reference: str
    sha256: str
    registry: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody does something now: `actor` such as `token 3 (växeln)` or `command line`."""

    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A person of a directory file, as it stands on `line`. What is empty is left as it is."""

    line: int
    authority: str
    name: str
    unit: str = ""
    title: str = ""
    email: str = ""
    language: str = ""
    duties: str = ""
    keywords: str = ""
    extension: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong on `line` (the first is 1) of a file, in the column of that heading."""

    line: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """`kept` False: nothing was changed."""

    added: int
    updated: int
    kept: bool
    problems: tuple[RowProblem, ...]
