"""Somebody listens to their messages: which one is next, what was deleted, and how that is undone (R11, R41).

Nothing here is carried out: who listens may hang up at any moment, and what is deleted then is `deleted`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.domain.keeping.marks import Mark


@dataclass(frozen=True, slots=True)
class MailboxMessage:
    """`sha256` names the audio, `preface` that of who forwarded it. `caller` as in `VoicemailMessage`."""

    id: str
    caller: str | None
    received_at: datetime
    sha256: str
    new: bool
    preface: str | None = None
    secret: bool = False
    threat: bool = False

    def bears(self, mark: Mark) -> bool:
        return self.secret if mark is Mark.SECRET else self.threat


@dataclass(frozen=True, slots=True)
class Listening:
    """`at` past the last message: there are no more. `deleted`: ids in the order of deletion."""

    messages: tuple[MailboxMessage, ...]
    at: int = 0
    deleted: tuple[str, ...] = ()

    @property
    def current(self) -> MailboxMessage | None:
        return self.messages[self.at] if self.at < len(self.messages) else None


def begin_listening(messages: Iterable[MailboxMessage]) -> Listening:
    """New ones first, and in each part the oldest."""
    return Listening(tuple(sorted(messages, key=lambda each: (not each.new, each.received_at, each.id))))


def go_on(listening: Listening) -> Listening:
    """To the next that is not deleted."""
    return replace(listening, at=_next(listening, listening.at + 1))


def begin_again(listening: Listening) -> Listening:
    return replace(listening, at=_next(listening, 0))


def delete_current(listening: Listening) -> Listening:
    current = listening.current
    if current is None or current.id in listening.deleted:
        return go_on(listening)
    return go_on(replace(listening, deleted=(*listening.deleted, current.id)))


def undo_deletion(listening: Listening) -> Listening:
    """Back to what was deleted last, which is not any more; unchanged where nothing was."""
    if not listening.deleted:
        return listening
    latest = listening.deleted[-1]
    at = next(at for at, each in enumerate(listening.messages) if each.id == latest)
    return replace(listening, at=at, deleted=listening.deleted[:-1])


def with_mark(message: MailboxMessage, mark: Mark, *, on: bool) -> MailboxMessage:
    return replace(message, secret=on) if mark is Mark.SECRET else replace(message, threat=on)


def with_current(listening: Listening, message: MailboxMessage) -> Listening:
    """The current message as it is now; another one changes nothing."""
    known = tuple(message if each.id == message.id else each for each in listening.messages)
    return replace(listening, messages=known)


def _next(listening: Listening, start: int) -> int:
    end = len(listening.messages)
    kept = (at for at in range(start, end) if listening.messages[at].id not in listening.deleted)
    return next(kept, end)
