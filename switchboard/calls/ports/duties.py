"""What is due at a time, and e-mail on its way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from switchboard.domain.call import JsonValue


class LeaseLost(Exception):
    """Somebody else has the job now, or it is over: whatever was begun is taken back."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do, held by this service for a while. `tries` counts from 1."""

    id: int
    kind: str
    key: str
    due: datetime
    arguments: Mapping[str, JsonValue]
    worker: str
    tries: int


class Jobs(Protocol):
    """Jobs in the database, which outlive every restart and are shared by all services on it."""

    async def take(self, now: datetime) -> Job | None:
        """The one that fell due first, if any; nobody else gets it for some minutes."""

    async def put_off(self, job: Job, until: datetime, error: str) -> None:
        """It failed, and is tried again then. Harmless where it is not ours any more."""

    async def give_up(self, job: Job, error: str) -> None:
        """It failed too often; it stays, and `switchboard check` shows it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail to one address. `message_id` is the part before the @ and stays the same at each try. `attachment` is
    the name of a recording in the audio store."""

    id: int
    message_id: str
    created_at: datetime
    recipient: str
    subject: str
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
    attachment: str | None = None
    worker: str = ""
    tries: int = 0


class MailRefused(Exception):
    """The mail server will never take this letter (5xx)."""


class MailDelayed(Exception):
    """The mail server was not to be had, or asked to try later."""


class Mailer(Protocol):
    async def send(self, letter: Letter, audio: bytes | None) -> None:
        """Returns when a mail server has taken it. MailRefused or MailDelayed otherwise."""


class Outbox(Protocol):
    """Letters in the database. A letter is taken, sent, and then marked: a service that dies between the server's
    answer and the mark sends it again with the same Message-ID, and that is the only time."""

    async def take(self, now: datetime) -> Letter | None:
        """The one that has waited longest; nobody else gets it for some minutes. `attachment` None where its message
        was marked secret meanwhile (R46)."""

    async def sent(self, letter: Letter, at: datetime) -> None: ...
    async def refused(self, letter: Letter, error: str) -> None: ...
    async def put_off(self, letter: Letter, until: datetime, error: str) -> None: ...
    async def expired(self, letter: Letter, error: str) -> None:
        """It was tried for days."""

    async def counts(self) -> Mapping[str, int]:
        """How many letters are `waiting`, `refused` and `expired`."""
