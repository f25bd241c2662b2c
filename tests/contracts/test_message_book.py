"""The port MessageBook: the fake and the database keep the same promises (R11, R16)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from switchboard.calls.ports import Forwarding, MessageBook
from switchboard.changes import Act
from switchboard.db.engine import Database
from switchboard.db.message_book import DatabaseMessageBook, DatabaseMessageCounts
from switchboard.db.messages import DatabaseMessages
from switchboard.db.tables import audit_log, callback_event, callback_task, notice
from switchboard.domain.callback import CallbackTask, Mailbox, TaskStatus
from switchboard.domain.mailbox.session import MailboxMessage
from tests.contracts.test_messages import AT, MAILBOX, message, task
from tests.databases import BOTH
from tests.fakes.mailbox import FakeMessageBook

pytestmark = pytest.mark.real_time

ME, COLLEAGUE = 211, 212
ACT = Act("phone erik", AT + timedelta(hours=1))
TO = Mailbox(1, person_id=COLLEAGUE)
SHARED = {"group": Mailbox(1, None, 3, 7), "unit": Mailbox(1, None, 3), "authority": Mailbox(1)}


@dataclass(frozen=True)
class TaskRow:
    message: str | None
    person: int | None
    status: str


@dataclass(frozen=True)
class Subject:
    """`receive` keeps a message with its task in the status; `tasks` and `audit` show what became of it."""

    book: MessageBook
    receive: Callable[[str, TaskStatus], Awaitable[None]]
    tasks: Callable[[], Awaitable[list[TaskRow]]]
    audit: Callable[[], Awaitable[list[tuple[str, str, str]]]]


def _fake() -> Subject:
    book = FakeMessageBook()

    async def receive(name: str, status: TaskStatus) -> None:
        kept = message(name)
        book.add(ME, MailboxMessage(kept.id, kept.caller, kept.received_at, kept.sha256, new=True))
        book.open_tasks[kept.id] = replace(task(name), status=status)

    async def tasks() -> list[TaskRow]:
        ended = [each.voicemail_message_id for each in book.opened]
        rows = [TaskRow(id, each.mailbox.person_id, each.status.value) for id, each in book.open_tasks.items()]
        assert len(set(ended)) == len(ended)
        return sorted(rows, key=str)

    async def audit() -> list[tuple[str, str, str]]:
        return book.audit

    return Subject(book, receive, tasks, audit)


def _real(database: Database) -> Subject:
    messages = DatabaseMessages(database)

    async def receive(name: str, status: TaskStatus) -> None:
        await messages.keep(name, message(name), replace(task(name), status=status))

    async def tasks() -> list[TaskRow]:
        async with database.read() as tx:
            rows = await tx.execute(select(callback_task).where(callback_task.c.status.not_in(("done", "closed"))))
            found = [TaskRow(row.voicemail_message_id, row.person_id, row.status) for row in rows]
            return sorted(found, key=str)

    async def audit() -> list[tuple[str, str, str]]:
        async with database.read() as tx:
            rows = await tx.execute(select(audit_log).order_by(audit_log.c.id))
            return [(row.action.removeprefix("voicemail_message."), row.row_key, row.actor) for row in rows]

    return Subject(DatabaseMessageBook(database, lambda: None), receive, tasks, audit)


@pytest.fixture(params=["fake", *BOTH])
async def subject(request: pytest.FixtureRequest, new_database_url: Callable[[str], str]) -> AsyncIterator[Subject]:
    if request.param == "fake":
        yield _fake()
        return
    database = Database(new_database_url(request.param))
    yield _real(database)
    await database.close()


def forwarding(of: str, to: Mailbox = TO, id: str = "new") -> Forwarding:
    own = replace(task("forwarded"), mailbox=to, voicemail_message_id=id)
    return Forwarding(id, f"message-{of}", to, ME, ACT.at, "b" * 64, own)


async def test_messages_are_their_owner_s_and_new_until_heard(subject: Subject) -> None:
    await subject.receive("a", TaskStatus.OPEN)
    (got,) = await subject.book.messages(ME)
    assert (got.id, got.caller, got.received_at, got.new) == ("message-a", "+46701234567", AT, True)
    await subject.book.heard("message-a")
    assert [each.new for each in await subject.book.messages(ME)] == [False]
    assert await subject.book.messages(COLLEAGUE) == []


@pytest.mark.requirement("R28")
async def test_those_of_a_function_a_unit_and_the_authority_are_told_apart(subject: Subject) -> None:
    for name, to in SHARED.items():
        await subject.receive(name, TaskStatus.OPEN)
        assert await subject.book.forward(forwarding(name, to, f"new-{name}"), ACT) is True
    for name, to in SHARED.items():
        assert [each.id for each in await subject.book.shared_messages(to)] == [f"new-{name}"]
    await subject.book.delete(["new-group"], ACT)
    assert await subject.book.shared_messages(SHARED["group"]) == []


async def test_listening_is_written_down_and_changes_nothing(subject: Subject) -> None:
    await subject.receive("a", TaskStatus.OPEN)
    await subject.book.listened("message-a", ACT)
    assert await subject.audit() == [("listen", "message-a", "phone erik")]
    assert [each.new for each in await subject.book.messages(ME)] == [True]


@pytest.mark.requirement("R16")
async def test_what_is_deleted_is_in_no_list_and_its_task_stays(subject: Subject) -> None:
    for name in ("a", "b"):
        await subject.receive(name, TaskStatus.OPEN)
    tasks = await subject.tasks()
    await subject.book.delete(["message-a"], ACT)
    assert [each.id for each in await subject.book.messages(ME)] == ["message-b"]
    assert tasks
    assert await subject.tasks() == tasks
    assert ("delete", "message-a", "phone erik") in await subject.audit()


@pytest.mark.requirement("R16")
@pytest.mark.parametrize(
    ("before", "after"),
    [(TaskStatus.OPEN, "open"), (TaskStatus.TAKEN, "open"), (TaskStatus.PROMISED, "open")],
)
async def test_the_task_goes_along_and_is_not_doubled(subject: Subject, before: TaskStatus, after: str) -> None:
    await subject.receive("a", before)
    assert await subject.book.forward(forwarding("a"), ACT) is True
    assert await subject.tasks() == [TaskRow("new", COLLEAGUE, after)]
    (got,) = await subject.book.messages(COLLEAGUE)
    assert (got.id, got.new, got.preface, got.sha256) == ("new", True, "b" * 64, "a" * 64)
    assert (got.caller, got.received_at) == ("+46701234567", AT)
    assert [each.new for each in await subject.book.messages(ME)] == [False]


@pytest.mark.requirement("R16")
@pytest.mark.parametrize("ended", [TaskStatus.DONE, TaskStatus.CLOSED])
async def test_where_the_task_has_ended_a_new_one_is_opened(subject: Subject, ended: TaskStatus) -> None:
    await subject.receive("a", ended)
    assert await subject.book.forward(forwarding("a"), ACT) is True
    assert await subject.tasks() == [TaskRow("new", COLLEAGUE, "open")]


async def test_what_is_not_there_any_more_is_not_forwarded(subject: Subject) -> None:
    await subject.receive("a", TaskStatus.OPEN)
    await subject.book.delete(["message-a"], ACT)
    assert await subject.book.forward(forwarding("a"), ACT) is False
    assert await subject.book.forward(forwarding("nothing"), ACT) is False
    assert await subject.tasks() == [TaskRow("message-a", ME, "open")]
    assert await subject.book.messages(COLLEAGUE) == []


async def test_done_twice_it_is_as_done_once(subject: Subject) -> None:
    await subject.receive("a", TaskStatus.OPEN)
    for _ in range(2):
        assert await subject.book.forward(forwarding("a"), ACT) is True
    assert await subject.tasks() == [TaskRow("new", COLLEAGUE, "open")]
    assert len(await subject.book.messages(COLLEAGUE)) == 1


async def test_a_message_is_forwarded_onward_with_its_task(subject: Subject) -> None:
    await subject.receive("a", TaskStatus.OPEN)
    await subject.book.forward(forwarding("a"), ACT)
    onward = Forwarding("newer", "new", Mailbox(1, person_id=213), COLLEAGUE, ACT.at, None, _task("newer"))
    assert await subject.book.forward(onward, ACT) is True
    assert await subject.tasks() == [TaskRow("newer", 213, "open")]


def _task(message_id: str) -> CallbackTask:
    return replace(task("onward"), voicemail_message_id=message_id)


@pytest.fixture(params=BOTH)
async def database(request: pytest.FixtureRequest, new_database_url: Callable[[str], str]) -> AsyncIterator[Database]:
    database = Database(new_database_url(request.param))
    yield database
    await database.close()


async def test_the_hand_over_is_in_the_task_s_history_and_whoever_has_it_is_to_be_told(database: Database) -> None:
    await DatabaseMessages(database).keep("a", message("a"), task("a"))
    await DatabaseMessageBook(database, lambda: None).forward(forwarding("a"), ACT)
    async with database.read() as tx:
        events = (await tx.execute(select(callback_event).order_by(callback_event.c.id))).all()
        told = (await tx.execute(select(notice))).all()
    assert [(row.kind, row.actor) for row in events] == [("opened", "service"), ("handed_over", "phone erik")]
    to = {"person_id": COLLEAGUE, "unit_id": None, "group_id": None}
    assert events[1].detail == {**to, "why": "forwarded as message new"}
    assert [(row.task_id, row.person_id) for row in told] == [("task-a", ME), ("task-a", COLLEAGUE)]


async def test_lamps_are_counted_and_every_change_is_told(database: Database) -> None:
    told: list[int] = []
    messages = DatabaseMessages(database, lambda: told.append(1))
    book, counts = DatabaseMessageBook(database, lambda: told.append(1)), DatabaseMessageCounts(database)
    assert await counts.by_person() == {}
    for name in ("a", "b"):
        await messages.keep(name, message(name), task(name))
    assert (await counts.by_person(), len(told)) == ({ME: (2, 0)}, 2)
    await book.heard("message-a")
    assert (await counts.by_person(), len(told)) == ({ME: (1, 1)}, 3)
    await book.forward(forwarding("b"), ACT)
    assert (await counts.by_person(), len(told)) == ({ME: (0, 2), COLLEAGUE: (1, 0)}, 4)
    await book.delete(["message-a", "message-b"], ACT)
    assert (await counts.by_person(), len(told)) == ({ME: (0, 0), COLLEAGUE: (1, 0)}, 5)


async def test_a_mailbox_is_never_too_large_to_be_listened_to(database: Database) -> None:
    messages = DatabaseMessages(database)
    for number in range(3):
        at = replace(message(str(number)), received_at=AT + timedelta(minutes=number), mailbox=MAILBOX)
        await messages.keep(str(number), at, task(str(number)))
    got = await DatabaseMessageBook(database, lambda: None, most=2).messages(ME)
    assert sorted(each.id for each in got) == ["message-1", "message-2"]
