"""The port MessageMarks: the fake and the database keep the same promises (R45-R47)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select, update

from switchboard.calls.ports import MessageBook, MessageMarks
from switchboard.changes import Act, Marking
from switchboard.db.engine import Database
from switchboard.db.message_book import DatabaseMessageBook
from switchboard.db.messages import DatabaseMessages
from switchboard.db.retention.marks import DatabaseMarks
from switchboard.db.tables import audit_log, voicemail_message
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.keeping.marks import Mark
from switchboard.domain.mailbox.session import MailboxMessage
from switchboard.errors import BadValue, Conflict, NotFound
from tests.contracts.test_message_book import ACT, COLLEAGUE, ME, forwarding
from tests.contracts.test_messages import message, task
from tests.databases import BOTH
from tests.fakes.mailbox import FakeMessageBook
from tests.fakes.marks import FakeMarks
from tests.fakes.world import FakeDirectorySource

pytestmark = pytest.mark.real_time

SECRET, THREAT = Marking(Mark.SECRET, True, "om hälsa"), Marking(Mark.THREAT, True, "hotar")


@dataclass(frozen=True)
class Subject:
    """`receive` keeps a message; `erase` takes its recording away; `audit` are marks as they were written down."""

    marks: MessageMarks
    book: MessageBook
    receive: Callable[[str], Awaitable[None]]
    erase: Callable[[str], Awaitable[None]]
    audit: Callable[[], Awaitable[list[tuple[str, str, bool, str]]]]


def _fake() -> Subject:
    book = FakeMessageBook()
    marks = FakeMarks(book)

    async def receive(name: str) -> None:
        kept = message(name)
        book.add(ME, MailboxMessage(kept.id, kept.caller, kept.received_at, kept.sha256, new=True))

    async def erase(id: str) -> None:
        marks.erased.add(id)

    async def audit() -> list[tuple[str, str, bool, str]]:
        return [(id, marking.mark, marking.on, act.actor) for id, marking, act in marks.changed]

    return Subject(marks, book, receive, erase, audit)


def _real(database: Database) -> Subject:
    messages = DatabaseMessages(database)

    async def receive(name: str) -> None:
        await messages.keep(name, message(name), task(name))

    async def erase(id: str) -> None:
        async with database.write() as tx:
            gone = update(voicemail_message).where(voicemail_message.c.id == id)
            await tx.execute(gone.values(sha256="", erased_at=ACT.at))

    async def audit() -> list[tuple[str, str, bool, str]]:
        marks = audit_log.c.action.in_(("voicemail_message.secret", "voicemail_message.threat"))
        async with database.read() as tx:
            rows = (await tx.execute(select(audit_log).where(marks).order_by(audit_log.c.id))).all()
        return [(row.row_key, row.action.partition(".")[2], row.detail["on"], row.actor) for row in rows]

    directory = FakeDirectorySource(DirectoryIndex())
    book = DatabaseMessageBook(database, lambda: None)
    return Subject(DatabaseMarks(database, directory, "https://x"), book, receive, erase, audit)


@pytest.fixture(params=["fake", *BOTH])
async def subject(request: pytest.FixtureRequest, new_database_url: Callable[[str], str]) -> AsyncIterator[Subject]:
    if request.param == "fake":
        yield _fake()
        return
    database = Database(new_database_url(request.param))
    yield _real(database)
    await database.close()


async def marks_of(subject: Subject, person_id: int = ME) -> list[tuple[bool, bool]]:
    return [(each.secret, each.threat) for each in await subject.book.messages(person_id)]


@pytest.mark.requirement("R45")
@pytest.mark.requirement("R47")
async def test_a_mark_is_set_once_and_lifted_once_and_both_are_written_down(subject: Subject) -> None:
    await subject.receive("a")
    assert [await subject.marks.change("message-a", THREAT, ACT) for _ in range(2)] == [True, False]
    assert await marks_of(subject) == [(False, True)]
    lifted = Marking(Mark.THREAT, False, "felmarkerat")
    assert [await subject.marks.change("message-a", lifted, ACT) for _ in range(2)] == [True, False]
    assert await marks_of(subject) == [(False, False)]
    assert await subject.audit() == [
        ("message-a", "threat", True, ACT.actor),
        ("message-a", "threat", False, ACT.actor),
    ]


@pytest.mark.requirement("R46")
async def test_the_two_marks_do_not_know_of_each_other(subject: Subject) -> None:
    await subject.receive("a")
    assert await subject.marks.change("message-a", SECRET, ACT)
    assert await subject.marks.change("message-a", THREAT, ACT)
    assert await marks_of(subject) == [(True, True)]


@pytest.mark.requirement("R46")
@pytest.mark.requirement("R47")
@pytest.mark.parametrize("marked", ["message-a", "new"])
async def test_a_mark_is_the_recording_s_whoever_it_was_forwarded_to(subject: Subject, marked: str) -> None:
    await subject.receive("a")
    await subject.receive("b")
    assert await subject.book.forward(forwarding("a"), ACT)
    assert await subject.marks.change(marked, THREAT, ACT)
    assert sorted(await marks_of(subject)) == [(False, False), (False, True)]
    assert await marks_of(subject, COLLEAGUE) == [(False, True)]


@pytest.mark.requirement("R46")
@pytest.mark.requirement("R47")
async def test_who_is_forwarded_a_marked_message_has_it_marked(subject: Subject) -> None:
    await subject.receive("a")
    await subject.marks.change("message-a", SECRET, ACT)
    await subject.marks.change("message-a", THREAT, ACT)
    assert await subject.book.forward(forwarding("a"), ACT)
    assert await marks_of(subject, COLLEAGUE) == [(True, True)]


async def test_what_cannot_be_marked(subject: Subject) -> None:
    await subject.receive("a")
    with pytest.raises(BadValue, match="reason"):
        await subject.marks.change("message-a", Marking(Mark.SECRET, True, " "), ACT)
    with pytest.raises(NotFound):
        await subject.marks.change("message-z", SECRET, ACT)
    await subject.erase("message-a")
    with pytest.raises(Conflict):
        await subject.marks.change("message-a", SECRET, Act("phone erik", ACT.at))
    assert await subject.audit() == []
