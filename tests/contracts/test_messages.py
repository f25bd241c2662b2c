"""The port Messages: the fake and the database keep the same promises (R14, R16)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from switchboard.calls.ports import Messages
from switchboard.db.desk_tasks import DatabaseTasks
from switchboard.db.engine import Database
from switchboard.db.messages import DatabaseMessages
from switchboard.db.tables import callback_event, callback_task, voicemail_message
from switchboard.domain.callback import CallbackTask, Deadline, Mailbox, PendingRecording, VoicemailMessage
from tests.databases import BOTH
from tests.fakes.desk import FakeTasks
from tests.fakes.journal import FakeJournal
from tests.fakes.messages import FakeMessages

pytestmark = pytest.mark.real_time

AT = datetime(2026, 8, 3, 8, 0, tzinfo=UTC)
DEADLINE = Deadline(date(2026, 8, 4), datetime(2026, 8, 4, 22, 0, tzinfo=UTC), "next working day", 1)
CITIZEN = "+46701234567"
MAILBOX = Mailbox(1, person_id=211)


def pending(name: str, at: datetime = AT, mailbox: Mailbox = MAILBOX) -> PendingRecording:
    return PendingRecording(name, f"call-{name}", mailbox, "+46701234567", at)


def message(name: str) -> VoicemailMessage:
    return VoicemailMessage(f"message-{name}", f"call-{name}", MAILBOX, "+46701234567", AT, 12.5, "a" * 64)


def task(name: str, deadline: Deadline = DEADLINE) -> CallbackTask:
    return CallbackTask(
        f"task-{name}", MAILBOX, "+46701234567", "voicemail", f"call-{name}", f"message-{name}", AT, deadline
    )


def opened() -> CallbackTask:
    """By a colleague, for somebody else than what a note would say by itself."""
    return replace(task("o"), source="operator", voicemail_message_id=None)


def spoken(name: str) -> VoicemailMessage:
    """As recovery knows it by the recording's name alone."""
    return replace(message(name), mailbox=Mailbox(1), caller=None)


Note = tuple[str, str, str, Mailbox, str | None]


@dataclass(frozen=True)
class Subject:
    """`kept` gives the ids of messages and of tasks. `open`: a colleague opens a task; `notes` gives message, task, who
    spoke it, for whom it is and who is to be called back."""

    messages: Messages
    kept: Callable[[], Awaitable[tuple[list[str], list[str]]]]
    open: Callable[[CallbackTask], Awaitable[bool]]
    notes: Callable[[], Awaitable[list[Note]]]
    deadlines: Callable[[], Awaitable[list[datetime | None]]]


def _fake() -> Subject:
    desk = FakeTasks(FakeJournal())
    messages = FakeMessages(desk.find)

    async def kept() -> tuple[list[str], list[str]]:
        tasks = [*messages.tasks, *(each.task for each in desk.opened)]
        return sorted(each.id for each in messages.messages.values()), sorted(each.id for each in tasks)

    async def open(task: CallbackTask) -> bool:
        return await desk.open(task, "", "phone op1")

    async def notes() -> list[Note]:
        return [(each.note.id, each.task_id, each.by, each.note.mailbox, each.note.caller) for each in messages.notes]

    async def deadlines() -> list[datetime | None]:
        return [each.deadline.at for each in messages.tasks]

    return Subject(messages, kept, open, notes, deadlines)


def _real(database: Database) -> Subject:
    async def kept() -> tuple[list[str], list[str]]:
        async with database.read() as tx:
            return (
                list(await tx.scalars(select(voicemail_message.c.id).order_by(voicemail_message.c.id))),
                list(await tx.scalars(select(callback_task.c.id).order_by(callback_task.c.id))),
            )

    async def open(task: CallbackTask) -> bool:
        return await DatabaseTasks(database).open(task, "", "phone op1")

    async def notes() -> list[Note]:
        """As the history of the tasks tells; the first one is the task's own message."""
        noted = (
            select(callback_event.c.task_id, callback_event.c.actor, callback_event.c.detail)
            .where(callback_event.c.kind == "note")
            .order_by(callback_event.c.id)
        )
        async with database.read() as tx:
            events = (await tx.execute(noted)).all()
            rows = {row.id: row for row in await tx.execute(select(voicemail_message))}
            first = {row.id: row.voicemail_message_id for row in await tx.execute(select(callback_task))}
        found = []
        for event in events:
            row = rows[event.detail["voicemail_message_id"]]
            assert row.spoken_by == event.actor
            found.append((row.id, event.task_id, row.spoken_by, Mailbox(row.authority_id, row.person_id), row.caller))
        assert not found or first[found[0][1]] == found[0][0]
        return found

    async def deadlines() -> list[datetime | None]:
        async with database.read() as tx:
            return list(await tx.scalars(select(callback_task.c.deadline).order_by(callback_task.c.id)))

    return Subject(DatabaseMessages(database), kept, open, notes, deadlines)


@pytest.fixture(params=["fake", *BOTH])
async def subject(request: pytest.FixtureRequest, new_database_url: Callable[[str], str]) -> AsyncIterator[Subject]:
    if request.param == "fake":
        yield _fake()
        return
    database = Database(new_database_url(request.param))
    yield _real(database)
    await database.close()


async def test_what_has_begun_is_pending_oldest_first(subject: Subject) -> None:
    group = Mailbox(1, group_id=5)
    later, earlier = pending("b", AT + timedelta(seconds=1)), pending("a", mailbox=group)
    await subject.messages.begin(later)
    await subject.messages.begin(earlier)
    assert list(await subject.messages.pending()) == [earlier, later]


async def test_beginning_twice_is_beginning_once(subject: Subject) -> None:
    await subject.messages.begin(pending("a"))
    await subject.messages.begin(pending("a", AT + timedelta(hours=1)))
    assert list(await subject.messages.pending()) == [pending("a")]


@pytest.mark.requirement("R14")
@pytest.mark.requirement("R16")
async def test_keeping_writes_message_and_task_and_ends_what_was_pending(subject: Subject) -> None:
    await subject.messages.begin(pending("a"))
    await subject.messages.begin(pending("b"))
    assert await subject.messages.keep("a", message("a"), task("a")) is True
    assert list(await subject.messages.pending()) == [pending("b")]
    assert await subject.kept() == (["message-a"], ["task-a"])


@pytest.mark.requirement("R16")
async def test_keeping_twice_is_keeping_once(subject: Subject) -> None:
    await subject.messages.begin(pending("a"))
    assert await subject.messages.keep("a", message("a"), task("a")) is True
    assert await subject.messages.keep("a", message("a"), task("a")) is False
    assert await subject.kept() == (["message-a"], ["task-a"])


async def test_what_was_kept_does_not_begin_again(subject: Subject) -> None:
    await subject.messages.keep("a", message("a"), task("a"))
    await subject.messages.begin(pending("a"))
    assert list(await subject.messages.pending()) == []


@pytest.mark.requirement("R16")
async def test_a_recording_that_was_never_announced_is_kept_too(subject: Subject) -> None:
    assert await subject.messages.keep("x", message("x"), task("x", Deadline(None, None, "no term", None))) is True
    assert await subject.kept() == (["message-x"], ["task-x"])


@pytest.mark.requirement("R20")
@pytest.mark.requirement("R30")
async def test_a_note_belongs_to_the_task_that_is_open_and_opens_none(subject: Subject) -> None:
    assert await subject.open(opened())
    note = replace(pending("n", AT + timedelta(seconds=1)), task_id="task-o")
    await subject.messages.begin(note)
    await subject.messages.begin(pending("b"))
    assert list(await subject.messages.pending()) == [pending("b"), note]
    assert await subject.messages.attach("n", spoken("n"), "task-o") is True
    assert list(await subject.messages.pending()) == [pending("b")]
    assert await subject.kept() == (["message-n"], ["task-o"])
    assert await subject.notes() == [("message-n", "task-o", "phone op1", MAILBOX, "+46701234567")]


@pytest.mark.requirement("R30")
async def test_attaching_twice_is_attaching_once(subject: Subject) -> None:
    assert await subject.open(opened())
    assert await subject.messages.attach("n", spoken("n"), "task-o") is True
    assert await subject.messages.attach("n", spoken("n"), "task-o") is False
    assert len(await subject.notes()) == 1


async def test_a_second_note_is_told_of_too(subject: Subject) -> None:
    assert await subject.open(opened())
    assert await subject.messages.attach("n", spoken("n"), "task-o") is True
    assert await subject.messages.attach("m", spoken("m"), "task-o") is True
    assert await subject.kept() == (["message-m", "message-n"], ["task-o"])
    assert [note[0] for note in await subject.notes()] == ["message-n", "message-m"]


@pytest.mark.requirement("R16")
async def test_a_note_whose_task_is_not_there_is_not_attached(subject: Subject) -> None:
    note = replace(pending("n"), task_id="task-x")
    await subject.messages.begin(note)
    assert await subject.messages.attach("n", spoken("n"), "task-x") is None
    assert list(await subject.messages.pending()) == [note]
    assert await subject.kept() == ([], [])


@pytest.mark.requirement("R14")
async def test_more_messages_of_one_caller_join_one_task_and_the_earliest_deadline_stays(subject: Subject) -> None:
    earlier = Deadline(date(2026, 8, 3), datetime(2026, 8, 3, 22, 0, tzinfo=UTC), "same day", 1)
    for name, deadline in (("a", DEADLINE), ("b", earlier), ("c", DEADLINE)):
        assert await subject.messages.keep(name, message(name), task(name, deadline)) is True
    assert await subject.kept() == (["message-a", "message-b", "message-c"], ["task-a"])
    assert await subject.deadlines() == [earlier.at]
    assert [await subject.messages.task_of(f"message-{name}") for name in "abcx"] == ["task-a"] * 3 + [None]


@pytest.mark.requirement("R16")
async def test_another_mailbox_another_number_and_a_hidden_number_are_tasks_of_their_own(subject: Subject) -> None:
    group = Mailbox(1, group_id=5)
    kinds: dict[str, tuple[Mailbox, str | None]] = {
        "a": (MAILBOX, CITIZEN),
        "b": (group, CITIZEN),
        "c": (MAILBOX, "+46709999999"),
    }
    kinds |= {"d": (MAILBOX, None), "e": (MAILBOX, None)}
    for name, (mailbox, caller) in kinds.items():
        left = replace(message(name), mailbox=mailbox, caller=caller)
        assert await subject.messages.keep(name, left, replace(task(name), mailbox=mailbox, caller=caller)) is True
    assert await subject.kept() == ([f"message-{name}" for name in kinds], [f"task-{name}" for name in kinds])


async def test_discarding_ends_it_and_keeps_nothing(subject: Subject) -> None:
    await subject.messages.begin(pending("a"))
    await subject.messages.discard("a")
    await subject.messages.discard("a")
    assert list(await subject.messages.pending()) == []
    assert await subject.kept() == ([], [])
