"""Recordings, messages and what the dialplan's fallback wrote down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from switchboard.domain.callback import CallbackTask, PendingRecording, VoicemailMessage


@dataclass(frozen=True, slots=True)
class StoredRecording:
    """What Asterisk kept: `wav` is 8 kHz mono 16-bit PCM with a right header. `whole` False: Asterisk fell, or its disk
    was full, before the end; there may be no sound at all."""

    wav: bytes
    duration_s: float
    whole: bool = True


class Recordings(Protocol):
    """Recordings that Asterisk has stored. The stored file is the only truth about a recording."""

    async def names(self) -> Sequence[str]: ...
    async def fetch(self, name: str) -> StoredRecording | None:
        """None where there is no such recording, or it was ended and holds no audio. A truncated header is mended."""

    async def delete(self, name: str) -> None:
        """Harmless where there is none."""


@dataclass(frozen=True, slots=True)
class FallbackEntry:
    """A call that met the dialplan's fallback. `id` is its channel's id; its message, if any, is stored under
    `recording`. `over` False: the caller may still be on the line. `answered`: by an operator."""

    id: str
    at: datetime
    called: str
    caller: str | None
    recording: str
    over: bool
    source: Literal["trunk", "phone"] = "trunk"
    account: str | None = None
    answered: bool = False


class FallbackBook(Protocol):
    """What the dialplan wrote down while the service was away."""

    async def entries(self) -> Sequence[FallbackEntry]: ...
    async def delete(self, id: str) -> None: ...


class AudioStore(Protocol):
    """Audio by its sha256 (hex)."""

    async def put(self, wav: bytes) -> str: ...
    async def get(self, sha256: str) -> bytes | None: ...
    async def delete(self, sha256: str, put_before: datetime) -> bool:
        """False: it was put, for the first time or again, at that instant or later, and stays. Harmless where there
        is none."""

    async def names(self, put_before: datetime) -> Sequence[str]:
        """All that were put, for the last time, before that instant."""

    async def clear_unfinished(self, begun_before: datetime) -> int:
        """What a crash left half put is nobody's, and goes. How many."""


class Messages(Protocol):
    """Voicemail and callback tasks in the database."""

    async def begin(self, pending: PendingRecording) -> None: ...
    async def pending(self) -> Sequence[PendingRecording]: ...
    async def discard(self, name: str) -> None: ...
    async def keep(self, name: str, message: VoicemailMessage, task: CallbackTask) -> bool:
        """Message, task and the end of the pending recording in one transaction. False: it was kept before.

        A caller who has a task at the same mailbox already, one that has not ended, gets no second one: the message
        joins it, and the earliest deadline stays."""

    async def attach(self, name: str, note: VoicemailMessage, task_id: str) -> bool | None:
        """The note of a task that is open already, spoken by whoever opened it, as the task's message and in its
        history, and the end of the pending recording, in one transaction. It is for whom the task is for. False: it was
        kept before; None: there is no such task, and nothing was done."""

    async def task_of(self, message_id: str) -> str | None:
        """The task that the message opened or joined; None for a message that there is not."""
