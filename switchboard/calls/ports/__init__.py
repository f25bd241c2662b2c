"""What the story of a call needs from the world, as narrow Protocols. Each is fulfilled by a real part and by a
hand-written fake, and one contract suite runs on both.

A hang-up can come at any moment: every method of a leg that waits raises `LegGone` once the leg is no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from switchboard.calls.live import LastingCalls, LiveTalks, Losses, ParkingLot
from switchboard.calls.ports.desk import (
    LatestCall,
    OperatorDesk,
    PlaceEnd,
    QueueBook,
    QueuePlace,
    Tasks,
)
from switchboard.calls.ports.keeping import (
    AudioStore,
    FallbackBook,
    FallbackEntry,
    Messages,
    Recordings,
    StoredRecording,
)
from switchboard.calls.ports.keypad import AbsenceBook, KeyedAbsence, PinAttempt, Pins, PinVerdict, Replaced
from switchboard.calls.ports.mailbox import (
    Forwarding,
    GreetingBook,
    GreetingPorts,
    MasteredSound,
    MessageBook,
    MessageCounts,
    SoundWorkshop,
    UnreadableSound,
)
from switchboard.calls.ports.marks import MessageMarks
from switchboard.calls.ports.parties import (
    CallLeg,
    HangupCause,
    LegGone,
    PlaybackControl,
    RecordingLimits,
    TelephonyFault,
)
from switchboard.calls.ports.presence import Presence
from switchboard.calls.ports.tasks import TaskBook
from switchboard.calls.ports.telephony import (
    AttendedTransfer,
    BlindTransfer,
    HoldChanged,
    Joined,
    KeyPressed,
    Lamp,
    Left,
    OutsideRequest,
    RingFailure,
    RingingLeg,
    RingRequest,
    Stray,
    TalkEvent,
    Telephony,
)
from switchboard.domain.announcement import Announcement
from switchboard.domain.call import CallEvent, CallOutcome, IncomingCall
from switchboard.domain.directory import Directory, Language
from switchboard.domain.working_days import WorkingCalendar

if TYPE_CHECKING:
    from switchboard.calls.foresight import Foresight
    from switchboard.calls.queue import Queues

__all__ = [
    "AbsenceBook",
    "Announcer",
    "AttendedTransfer",
    "AudioStore",
    "BlindTransfer",
    "Calendars",
    "CallLeg",
    "Clock",
    "DirectorySource",
    "FallbackBook",
    "FallbackEntry",
    "Forwarding",
    "GreetingBook",
    "GreetingPorts",
    "HangupCause",
    "HoldChanged",
    "Joined",
    "Journal",
    "KeyPressed",
    "KeyedAbsence",
    "Lamp",
    "LatestCall",
    "Left",
    "LegGone",
    "Log",
    "MasteredSound",
    "MessageBook",
    "MessageCounts",
    "MessageMarks",
    "Messages",
    "OperatorDesk",
    "OutsideRequest",
    "PinAttempt",
    "PinVerdict",
    "Pins",
    "PlaceEnd",
    "PlaybackControl",
    "Ports",
    "Presence",
    "QueueBook",
    "QueuePlace",
    "RecordingLimits",
    "Recordings",
    "Replaced",
    "RingFailure",
    "RingRequest",
    "RingingLeg",
    "SoundWorkshop",
    "StoredRecording",
    "Stray",
    "TalkEvent",
    "TaskBook",
    "Tasks",
    "Telephony",
    "TelephonyFault",
    "UnreadableSound",
]


class Journal(Protocol):
    async def arrived(self, call: IncomingCall, authority_id: int | None) -> None: ...
    async def note(self, event: CallEvent) -> None: ...
    async def routed(self, call_id: str, authority_id: int, reason: str) -> None: ...
    async def ended(self, call_id: str, at: datetime, outcome: CallOutcome) -> None: ...
    async def flush(self) -> None:
        """Returns when everything told before is committed, or given up."""

    async def unended(self) -> Sequence[str]:
        """Ids of calls with no end, oldest first: what a restart must account for."""


class DirectorySource(Protocol):
    @property
    def version(self) -> int | None:
        """Of the directory in memory: another one after each change. None before the first load."""

    def expect(self, call_id: str) -> Directory | None:
        """A call has been announced: `current` is asked for it at once. Gives the directory where it is known this
        very moment to hold every change committed before."""

    async def current(self, call_id: str | None = None) -> Directory:
        """The directory with every change committed before now, or before the call `call_id` was announced."""


class Calendars(Protocol):
    def calendar(self, authority_id: int) -> WorkingCalendar: ...


class Announcer(Protocol):
    """Turns meaning into sound files and readable text."""

    def knows(self, prompt_id: str) -> bool:
        """Whether a row may name this prompt."""

    def media(self, announcement: Announcement, language: Language, now: datetime) -> Sequence[str]: ...
    def transcript(self, announcement: Announcement, language: Language, now: datetime) -> str: ...


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, in Europe/Stockholm."""


class Log(Protocol):
    """structlog's shape: a stable action first, then fields; personal data only in `pii_…` fields."""

    def bind(self, **fields: object) -> "Log": ...
    def info(self, event: str, **fields: object) -> object: ...
    def warning(self, event: str, **fields: object) -> object: ...
    def exception(self, event: str, **fields: object) -> object: ...


@dataclass(frozen=True, slots=True)
class Ports:
    telephony: Telephony
    recordings: Recordings
    audio: AudioStore
    messages: Messages
    journal: Journal
    directory: DirectorySource
    calendars: Calendars
    announcer: Announcer
    clock: Clock
    log: Log
    lasting: LastingCalls
    losses: Losses
    live: LiveTalks
    parking: ParkingLot
    places: QueueBook
    desk: OperatorDesk
    tasks: Tasks
    marks: MessageMarks
    queues: "Queues"
    foresight: "Foresight"
    absences: AbsenceBook
    pins: Pins
    greetings: GreetingBook
    workshop: SoundWorkshop
    message_book: MessageBook
    task_book: TaskBook
    presence: Presence
