"""What a colleague is told of their own greetings and messages."""

from dataclasses import dataclass
from datetime import date, datetime

from switchboard.domain.directory import AbsenceReason, GreetingSituation, Language


@dataclass(frozen=True, slots=True)
class GreetingState:
    """'Hälsningen när du är på plats, på svenska, är inspelad.'"""

    situation: GreetingSituation
    reason: AbsenceReason | None
    language: Language
    recorded: bool


@dataclass(frozen=True, slots=True)
class GreetingLasts:
    """'Hälsningen gäller till och med fredag den sjunde augusti.'"""

    last_day: date


@dataclass(frozen=True, slots=True)
class MailboxSummary:
    """'Du har två nya meddelanden och ett sparat.'"""

    new: int
    saved: int


@dataclass(frozen=True, slots=True)
class TasksSummary:
    """'Du har tre samtal att ringa upp.'"""

    count: int


@dataclass(frozen=True, slots=True)
class TaskHeader:
    """'Ring upp noll sju noll … Mottaget i dag klockan nio.' `caller` None: withheld."""

    caller: str | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class MessageHeader:
    """'Nytt meddelande från noll sju noll … Mottaget i dag klockan nio.' `caller` None: withheld."""

    new: bool
    caller: str | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class RecordedSound:
    """A stored recording by its sha256."""

    sha256: str
    what: str = "inspelning"
