"""What the story of a call needs from the world, as narrow Protocols. Each is fulfilled by a real part and by a
hand-written fake, and one contract suite runs on both.

A hang-up can come at any moment: every method of a leg that waits raises `LegGone` once the leg is no more.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

from switchboard.calls.waiting import LastingCalls, WaitingRoom
from switchboard.domain.announcement import Announcement
from switchboard.domain.call import CallEvent, CallOutcome, IncomingCall
from switchboard.domain.callback import CallbackTask, PendingRecording, VoicemailMessage
from switchboard.domain.directory import Directory, Language
from switchboard.domain.diversion import PhoneState
from switchboard.domain.working_days import WorkingCalendar


class LegGone(Exception):
    """The leg has ended."""


class TelephonyFault(Exception):
    """Asterisk refused or did not answer in time."""


class HangupCause(StrEnum):
    NORMAL = "normal"
    BUSY = "busy"
    CONGESTION = "congestion"
    NO_ANSWER = "no_answer"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    UNALLOCATED = "unallocated"


@dataclass(frozen=True, slots=True)
class RecordingLimits:
    """In seconds. The beep is part of the recording act; `#` ends it."""

    max_seconds: int
    silence_seconds: int


class CallLeg(Protocol):
    """One party of a call. Digits pressed are kept in order (the latest 32) until asked for."""

    @property
    def id(self) -> str: ...
    @property
    def gone(self) -> bool: ...
    async def answer(self) -> None: ...
    async def ring(self) -> None:
        """The party hears ring tone until the next `silence`, `play`, `hold_music` or connection."""

    async def hold_music(self) -> None: ...
    async def silence(self) -> None:
        """Stop ring tone and music."""

    async def play(self, media: Sequence[str], until_digit: bool = False) -> str | None:
        """Play media URIs one after another. With `until_digit` a digit (also one pressed earlier) stops it and is
        returned. TelephonyFault where nothing could be played."""

    async def digit(self, timeout_s: float) -> str | None: ...
    async def record(self, name: str, limits: RecordingLimits) -> None:
        """Beep, then record until silence, `#`, the limit or hang-up (which raises LegGone)."""

    async def finish_recording(self, name: str) -> None:
        """Wait for the end of a recording that was begun before a restart, as `record` does."""

    async def hang_up(self, cause: HangupCause = HangupCause.NORMAL) -> None:
        """Never raises for a leg that is gone."""

    async def leave_to_fallback(self) -> None:
        """Give the party to the dialplan's fallback, because we are about to go. Never raises."""

    async def wait_gone(self) -> None: ...


class RingFailure(StrEnum):
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    UNREGISTERED = "unregistered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RingRequest:
    """Ring one device. `pii_display_name` and `pii_display_number` are shown on the phone."""

    call_id: str
    account: str
    pii_display_name: str
    pii_display_number: str
    timeout_s: float


class RingingLeg(Protocol):
    """A phone that was asked to ring."""

    async def answered(self) -> "CallLeg | RingFailure":
        """Wait until it answers, refuses, or the time is over."""

    async def cancel(self, cause: HangupCause) -> None:
        """Stop ringing; harmless when over."""


@dataclass(frozen=True, slots=True)
class Stray:
    """A call that Asterisk still holds for us although nobody here follows it: what a crash left behind.

    `talking`: it is in a bridge with another party. Whether it is being recorded, our own pending rows say.
    """

    call: IncomingCall
    leg: CallLeg
    talking: bool


class Telephony(Protocol):
    async def ring(self, request: RingRequest) -> RingingLeg | RingFailure: ...
    async def connect(self, caller: CallLeg, answerer: CallLeg) -> None:
        """Let both talk until either leaves; then end the other. Returns when the talk is over."""

    async def phone_states(self, accounts: Sequence[str]) -> Mapping[str, PhoneState]: ...

    async def strays(self, followed: Callable[[str], bool]) -> Sequence[Stray]:
        """Callers' channels of ours that are not `followed`, and none of the phones' legs that they talk with.

        A phone's leg that belongs to no caller any more is hung up.
        """

    async def watch_talk(self, stray: Stray) -> None:
        """Let a talk that went on without us go on; when either leaves end the other, as `connect` does."""


@dataclass(frozen=True, slots=True)
class StoredRecording:
    """What Asterisk kept: `wav` is 8 kHz mono 16-bit PCM with a right header."""

    wav: bytes
    duration_s: float


class Recordings(Protocol):
    """Recordings that Asterisk has stored. The stored file is the only truth about a recording."""

    async def names(self) -> Sequence[str]: ...
    async def fetch(self, name: str) -> StoredRecording | None:
        """None where there is no such recording or it holds no audio. A truncated header is put right."""

    async def delete(self, name: str) -> None:
        """Harmless where there is none."""


@dataclass(frozen=True, slots=True)
class FallbackEntry:
    """A call that met the dialplan's fallback. `id` is its channel's id; its message, if any, is stored under
    `recording`. `over` False: the caller may still be on the line."""

    id: str
    at: datetime
    called: str
    caller: str | None
    recording: str
    over: bool
    source: Literal["trunk", "phone"] = "trunk"
    account: str | None = None


class FallbackBook(Protocol):
    """What the dialplan wrote down while the service was away."""

    async def entries(self) -> Sequence[FallbackEntry]: ...
    async def delete(self, id: str) -> None: ...


class AudioStore(Protocol):
    """Audio by its sha256 (hex)."""

    async def put(self, wav: bytes) -> str: ...
    async def get(self, sha256: str) -> bytes | None: ...


class Messages(Protocol):
    """Voicemail and callback tasks in the database."""

    async def begin(self, pending: PendingRecording) -> None: ...
    async def pending(self) -> Sequence[PendingRecording]: ...
    async def discard(self, name: str) -> None: ...
    async def keep(self, name: str, message: VoicemailMessage, task: CallbackTask) -> bool:
        """Message, task and the end of the pending recording in one transaction. False: it was kept before."""


class Journal(Protocol):
    async def arrived(self, call: IncomingCall, authority_id: int | None) -> None: ...
    async def note(self, event: CallEvent) -> None: ...
    async def routed(self, call_id: str, authority_id: int, reason: str) -> None: ...
    async def ended(self, call_id: str, at: datetime, outcome: CallOutcome) -> None: ...
    async def unended(self) -> Sequence[str]:
        """Ids of calls with no end, oldest first: what a restart must account for."""


class DirectorySource(Protocol):
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
    waiting: WaitingRoom
    lasting: LastingCalls
