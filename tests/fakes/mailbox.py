"""A colleague's own greetings and messages in memory.

greetings = FakeGreetingBook(directory_source)   # what is put there is heard by later decisions
workshop = FakeWorkshop()                        # judges by `facts`, or refuses what is `unreadable`
book = FakeMessageBook()                         # `rows` are the messages; `tasks` what forwarding opened or moved
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import cast

from switchboard.calls.ports import Forwarding, MasteredSound, UnreadableSound
from switchboard.changes import Act, GreetingSpot, NewGreeting
from switchboard.domain.callback import TRANSITIONS, CallbackTask, Mailbox, Step
from switchboard.domain.directory import (
    AbsenceReason,
    Greeting,
    GreetingKind,
    GreetingSituation,
    OwnerKind,
)
from switchboard.domain.mailbox.recording_quality import SoundFacts
from switchboard.domain.mailbox.session import MailboxMessage
from switchboard.views import GreetingView
from tests.fakes.desk import HasIndex

GOOD = SoundFacts(duration_s=6.0, voiced_s=4.0, loudness_lufs=-24.0, peak_dbfs=-6.0, clipped_share=0.0)


class FakeGreetingBook:
    """`acts` is what was done, by whom."""

    def __init__(self, source: HasIndex) -> None:
        self._source = source
        self._ids = count(5001)
        self.history: dict[GreetingSpot, list[tuple[str, datetime | None]]] = {}
        self.acts: list[tuple[str, str]] = []
        self.broken = False

    async def put(self, new: NewGreeting, act: Act) -> GreetingView:
        self._ask()
        spot = new.spot
        old = self._at(spot)
        history = self.history.setdefault(spot, [])
        if old is not None and not history:
            history.append((old.sha256, old.valid_until))
        history.append((new.sha256, new.valid_until))
        row = Greeting(
            old.id if old else next(self._ids),
            cast("OwnerKind", spot.owner_kind),
            spot.owner_id,
            GreetingKind(spot.kind),
            spot.language,
            new.sha256,
            AbsenceReason(spot.reason) if spot.reason else None,
            new.valid_until,
            GreetingSituation(spot.situation),
        )
        self._source.index.put(row)
        self.acts.append(("put", act.actor))
        return _view(row)

    async def remove(self, spot: GreetingSpot, act: Act) -> bool:
        self._ask()
        old = self._at(spot)
        if old is None:
            return False
        history = self.history.setdefault(spot, [])
        if not history:
            history.append((old.sha256, old.valid_until))
        self._source.index.remove("greeting", old.id)
        self.acts.append(("remove", act.actor))
        return True

    async def restore(self, spot: GreetingSpot, act: Act) -> GreetingView | None:
        self._ask()
        old = self._at(spot)
        others = [
            version
            for version in self.history.get(spot, [])
            if (old is None or version[0] != old.sha256) and (version[1] is None or version[1] > act.at)
        ]
        if not others:
            return None
        sha256, until = others[-1]
        place = (spot.owner_kind, spot.owner_id, spot.kind, spot.language)
        return await self.put(NewGreeting(*place, sha256, spot.reason, until, spot.situation), act)

    def _at(self, spot: GreetingSpot) -> Greeting | None:
        reason = AbsenceReason(spot.reason) if spot.reason else None
        wanted = (spot.kind, spot.language, reason, spot.situation)
        rows = self._source.index.greetings(cast("OwnerKind", spot.owner_kind), spot.owner_id)
        return next((row for row in rows if (row.kind, row.language, row.reason, row.situation) == wanted), None)

    def _ask(self) -> None:
        if self.broken:
            raise ConnectionError("the database is away")


def _view(row: Greeting) -> GreetingView:
    return GreetingView(
        id=row.id,
        owner_kind=row.owner_kind,
        owner_id=row.owner_id,
        kind=row.kind.value,
        language=row.language,
        reason=row.reason.value if row.reason else None,
        valid_until=row.valid_until,
        sha256=row.sha256,
        situation=row.situation.value,
    )


class FakeWorkshop:
    """`facts` are those of the next recordings, the last one for good."""

    def __init__(self) -> None:
        self.facts: list[SoundFacts] = [GOOD]
        self.unreadable = False
        self.seen: list[bytes] = []

    async def master(self, audio: bytes, longest_s: float) -> MasteredSound:
        del longest_s
        if self.unreadable:
            raise UnreadableSound("it is no audio that can be read; send wav, flac, ogg or mp3")
        self.seen.append(audio)
        facts = self.facts.pop(0) if len(self.facts) > 1 else self.facts[0]
        return MasteredSound(facts, b"levelled " + audio[:100] + str(len(self.seen)).encode())


@dataclass(slots=True)
class BookRow:
    person_id: int
    message: MailboxMessage
    deleted_at: datetime | None = None
    shared: Mailbox | None = None


class FakeMessageBook:
    """`audit` is who listened, deleted and forwarded what; `handed_over` the tasks that moved, by the message."""

    def __init__(self) -> None:
        self.rows: dict[str, BookRow] = {}
        self.audit: list[tuple[str, str, str]] = []
        self.open_tasks: dict[str, CallbackTask] = {}
        self.opened: list[CallbackTask] = []
        self.forwarded: list[Forwarding] = []

    def add(self, person_id: int, *messages: MailboxMessage) -> None:
        for message in messages:
            self.rows[message.id] = BookRow(person_id, message)

    def add_shared(self, mailbox: Mailbox, *messages: MailboxMessage) -> None:
        for message in messages:
            self.rows[message.id] = BookRow(0, message, shared=mailbox)

    def left(self, person_id: int) -> list[str]:
        return [id for id, row in self.rows.items() if row.person_id == person_id and row.deleted_at is None]

    def new(self, person_id: int) -> list[str]:
        return [id for id in self.left(person_id) if self.rows[id].message.new]

    async def messages(self, person_id: int) -> Sequence[MailboxMessage]:
        return [self.rows[id].message for id in self.left(person_id)]

    async def shared_messages(self, mailbox: Mailbox) -> Sequence[MailboxMessage]:
        rows = self.rows.values()
        return [row.message for row in rows if row.shared == mailbox and row.deleted_at is None]

    async def listened(self, id: str, act: Act) -> None:
        self.audit.append(("listen", id, act.actor))

    async def heard(self, id: str) -> None:
        self.rows[id].message = replace(self.rows[id].message, new=False)

    async def delete(self, ids: Sequence[str], act: Act) -> None:
        for id in ids:
            self.rows[id].deleted_at = self.rows[id].deleted_at or act.at
            self.audit.append(("delete", id, act.actor))

    async def forward(self, forwarding: Forwarding, act: Act) -> bool:
        original = self.rows.get(forwarding.message_id)
        if original is None or original.deleted_at is not None:
            return False
        if forwarding.id in self.rows:
            return True
        forwarded = replace(original.message, id=forwarding.id, new=True, preface=forwarding.preface)
        shared = forwarding.to if forwarding.to.person_id is None else None
        self.rows[forwarding.id] = BookRow(forwarding.to.person_id or 0, forwarded, shared=shared)
        await self.heard(forwarding.message_id)
        self._pass_duty_on(forwarding)
        self.forwarded.append(forwarding)
        self.audit.append(("forward", forwarding.message_id, act.actor))
        return True

    def _pass_duty_on(self, forwarding: Forwarding) -> None:
        task = self.open_tasks.pop(forwarding.message_id, None)
        status = TRANSITIONS.get((task.status, Step.HAND_OVER)) if task is not None else None
        if task is None or status is None:
            self.opened.append(forwarding.task)
            self.open_tasks[forwarding.id] = forwarding.task
            return
        self.open_tasks[forwarding.id] = replace(task, mailbox=forwarding.to, status=status)
