"""A colleague's own greetings and messages: where they are kept, and who makes a recording fit to be heard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from switchboard.calls.ports.keeping import AudioStore
from switchboard.changes import Act, GreetingSpot, NewGreeting
from switchboard.domain.callback import CallbackTask, Mailbox
from switchboard.domain.mailbox.recording_quality import SoundFacts
from switchboard.domain.mailbox.session import MailboxMessage
from switchboard.views import GreetingView


class UnreadableSound(Exception):
    """It is no audio that can be read; the text says why, for whoever sent it."""


@dataclass(frozen=True, slots=True)
class MasteredSound:
    """`wav` is what Asterisk plays (8 kHz mono 16-bit, -20 LUFS, peaks under -3 dBFS), `master` the same at 16 kHz
    where the source has so much; both empty where nothing was voice. `facts` are the source's."""

    facts: SoundFacts
    wav: bytes = field(repr=False)
    master: bytes | None = field(default=None, repr=False)


class SoundWorkshop(Protocol):
    async def master(self, audio: bytes, longest_s: float) -> MasteredSound:
        """Read any format, measure, cut to the voice, level. No more than a little over `longest_s` is read. Raises
        UnreadableSound; whatever the bytes are, time and memory are bounded."""


class GreetingBook(Protocol):
    """Greetings in force, and every one that ever was. Each act is committed when the method returns, and audited."""

    async def put(self, new: NewGreeting, act: Act) -> GreetingView:
        """In place of the one at the same spot. BadValue where the owner does not exist."""

    async def remove(self, spot: GreetingSpot, act: Act) -> bool:
        """False: there was none."""

    async def restore(self, spot: GreetingSpot, act: Act) -> GreetingView | None:
        """The latest other recording that was ever at the spot, in force again. None: there is none whose time has not
        run out."""


class GreetingPorts(Protocol):
    """What keeping a greeting needs, by keypad and over HTTP."""

    @property
    def audio(self) -> AudioStore: ...
    @property
    def greetings(self) -> GreetingBook: ...
    @property
    def workshop(self) -> SoundWorkshop: ...


@dataclass(frozen=True, slots=True)
class Forwarding:
    """A message goes to somebody else's mailbox, as the row `id`; `task` is opened where the message's own task has
    ended, and else that one is handed over."""

    id: str
    message_id: str
    to: Mailbox
    by_person_id: int
    at: datetime
    preface: str | None
    task: CallbackTask


class MessageBook(Protocol):
    """Messages as who owns the mailbox knows them. What is deleted is in no list any more; its row and task stay."""

    async def messages(self, person_id: int) -> Sequence[MailboxMessage]: ...
    async def shared_messages(self, mailbox: Mailbox) -> Sequence[MailboxMessage]:
        """Of a function, a unit or an authority."""

    async def listened(self, id: str, act: Act) -> None:
        """Somebody begins to listen: the audit log says who (R45)."""

    async def heard(self, id: str) -> None:
        """It is new no more."""

    async def delete(self, ids: Sequence[str], act: Act) -> None: ...
    async def forward(self, forwarding: Forwarding, act: Act) -> bool:
        """Message and task in one transaction; the original counts as heard. False: it is no longer there."""


class MessageCounts(Protocol):
    async def by_person(self) -> Mapping[int, tuple[int, int]]:
        """New and old messages of everybody who has ever had one."""
