"""The parties of a call: legs, and the faults that any act on one can meet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class LegGone(Exception):
    """The leg has ended."""


class TelephonyFault(Exception):
    """Asterisk refused or did not answer in time."""


class HangupCause(StrEnum):
    NORMAL = "normal"
    BUSY = "busy"
    CONGESTION = "congestion"
    FAILURE = "failure"
    NO_ANSWER = "no_answer"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    UNALLOCATED = "unallocated"


class PlaybackControl(StrEnum):
    """What a key does to the sound that is played: some seconds back or forward, or pause and go on."""

    BACK = "back"
    FORWARD = "forward"
    PAUSE = "pause"


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
    def answer_ahead(self) -> None:
        """Begin to answer, and let whoever acts on the leg next wait for it: `answer` must still be awaited before the
        party talks with anybody. Never raises."""

    async def ring(self) -> None:
        """The party hears ring tone until the next `silence`, `play`, `hold_music` or connection."""

    async def hold_music(self) -> None: ...
    async def silence(self) -> None:
        """Stop ring tone and music."""

    async def play(self, media: Sequence[str], until_digit: bool = False) -> str | None:
        """Play media URIs one after another. With `until_digit` a digit (also one pressed earlier) stops it and is
        returned. TelephonyFault where nothing could be played."""

    async def play_controlled(self, medium: str, controls: Mapping[str, PlaybackControl]) -> str | None:
        """As `play` with `until_digit`, but the keys in `controls` move about in the sound. A pause that is forgotten
        ends by itself; forward past the end leads to the last seconds."""

    async def digit(self, timeout_s: float) -> str | None: ...
    async def record(self, name: str, limits: RecordingLimits) -> None:
        """Beep, then record until silence, `#`, the limit or hang-up (which raises LegGone)."""

    async def finish_recording(self, name: str) -> None:
        """Wait for the end of a recording that was begun before a restart, as `record` does."""

    async def hang_up(self, cause: HangupCause = HangupCause.NORMAL) -> None:
        """Never raises for a leg that is gone."""

    async def leave_to_fallback(self) -> None:
        """Give the party to the dialplan's fallback, because we are about to go. Never raises."""

    async def leave_to_overload(self) -> None:
        """Give the party to the dialplan, which says that all lines are busy and hangs up. Never raises."""

    async def wait_gone(self) -> None: ...

    @property
    def account(self) -> str | None:
        """The phone's account; None for a party outside."""

    async def accept_transfer(self) -> None:
        """Tell the phone that the transfer it asked for is done; it hangs up, or is hung up a second later. Never
        raises."""

    async def decline_transfer(self) -> None:
        """Tell the phone that its transfer will not be done; the talk goes on. Never raises."""
