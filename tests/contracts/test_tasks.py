"""The port Tasks: the fake and the database keep the same promises (R16, R20, R30)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from switchboard.calls.ports import Journal, LatestCall, Tasks
from switchboard.db.desk_tasks import DatabaseTasks
from switchboard.db.engine import Database
from switchboard.db.journal import DatabaseJournal
from switchboard.db.tables import callback_event, callback_task, notice
from switchboard.domain.call import CallEvent, EventKind, IncomingCall
from switchboard.domain.callback import CallbackTask, Deadline, Mailbox
from tests.databases import BOTH
from tests.fakes.desk import FakeTasks
from tests.fakes.journal import FakeJournal
from tests.fakes.world import FakeLog

pytestmark = pytest.mark.real_time

AT = datetime(2026, 8, 3, 8, 0, tzinfo=UTC)
CITIZEN = "+46701234567"
DEADLINE = Deadline(date(2026, 8, 4), datetime(2026, 8, 4, 22, 0, tzinfo=UTC), "next working day", 1)


def task(id: str, mailbox: Mailbox) -> CallbackTask:
    return CallbackTask(id, mailbox, CITIZEN, "operator", "call-1", None, AT, DEADLINE)


@dataclass(frozen=True)
class Subject:
    """`kept` gives for each task: id, note, actor, and the recipient of its notice."""

    tasks: Tasks
    journal: Journal
    written: Callable[[], Awaitable[None]]
    kept: Callable[[], Awaitable[list[tuple[str, str, str, Mailbox]]]]


def _fake() -> Subject:
    journal = FakeJournal()
    tasks = FakeTasks(journal)

    async def kept() -> list[tuple[str, str, str, Mailbox]]:
        told = {each.id: each.mailbox for each in tasks.notices}
        return [(each.task.id, each.note, each.actor, told[each.task.id]) for each in tasks.opened]

    async def written() -> None:
        return

    return Subject(tasks, journal, written, kept)


def _real(database: Database, journal: DatabaseJournal) -> Subject:
    async def kept() -> list[tuple[str, str, str, Mailbox]]:
        rows = (
            select(callback_task.c.id, callback_event, notice)
            .join(callback_event, callback_event.c.task_id == callback_task.c.id)
            .join(notice, notice.c.task_id == callback_task.c.id)
            .order_by(notice.c.id)
        )
        async with database.read() as tx:
            found = (await tx.execute(rows)).all()
        assert all((row.kind, row.state, row.at) == ("opened", "new", AT) for row in found)
        return [
            (row.id, row.detail.get("note", ""), row.actor, Mailbox(row.authority_id, row.person_id, row.unit_id))
            for row in found
        ]

    return Subject(DatabaseTasks(database), journal, journal.flush, kept)


@pytest.fixture(params=["fake", *BOTH])
async def subject(request: pytest.FixtureRequest, new_database_url: Callable[[str], str]) -> AsyncIterator[Subject]:
    if request.param == "fake":
        yield _fake()
        return
    database = Database(new_database_url(request.param))
    journal = DatabaseJournal(database, FakeLog())
    journal.start()
    yield _real(database, journal)
    await journal.close()
    await database.close()


@pytest.mark.requirement("R20")
@pytest.mark.requirement("R30")
async def test_a_task_comes_with_its_note_and_a_notice(subject: Subject) -> None:
    person, unit = Mailbox(1, person_id=211), Mailbox(1, unit_id=3)
    assert await subject.tasks.open(task("a", person), "ring efter tre", "Karin Holm") is True
    assert await subject.tasks.open(task("b", unit), "", "service") is True
    assert await subject.kept() == [("a", "ring efter tre", "Karin Holm", person), ("b", "", "service", unit)]


@pytest.mark.requirement("R16")
async def test_opening_twice_is_opening_once(subject: Subject) -> None:
    person = Mailbox(1, person_id=211)
    assert await subject.tasks.open(task("a", person), "first", "service") is True
    assert await subject.tasks.open(task("a", person), "second", "service") is False
    assert await subject.kept() == [("a", "first", "service", person)]


async def _call(subject: Subject, id: str, minute: int, **call: str | None) -> None:
    values = {"called": "0980319200", "caller": CITIZEN, "caller_name": None, "account": None, **call}
    source = "phone" if values["account"] else "trunk"
    at = AT + timedelta(minutes=minute)
    await subject.journal.arrived(IncomingCall(id=id, source=source, arrived_at=at, **values), 1)  # type: ignore[arg-type]


async def _talk(subject: Subject, id: str, minute: int, account: str | None, kind: EventKind) -> datetime:
    at = AT + timedelta(minutes=minute)
    await subject.journal.note(CallEvent(id, at, kind, {"account": account}))
    return at


async def _latest(subject: Subject, account: str = "op1") -> LatestCall | None:
    await subject.written()
    return await subject.tasks.latest_call(account)


async def test_a_phone_that_has_talked_with_nobody(subject: Subject) -> None:
    await _call(subject, "c1", 0)
    await _talk(subject, "c1", 1, "op2", EventKind.CONNECTED)
    assert await _latest(subject) is None


@pytest.mark.requirement("R20")
async def test_the_latest_talk_counts(subject: Subject) -> None:
    await _call(subject, "c1", 0)
    await _call(subject, "c2", 1, caller="070-999 99 99")
    await _call(subject, "c3", 2, caller="anonymous")
    await _talk(subject, "c1", 3, "op1", EventKind.CONNECTED)
    at = await _talk(subject, "c2", 4, "op1", EventKind.CONNECTED)
    await _talk(subject, "c3", 5, "op2", EventKind.CONNECTED)
    assert await _latest(subject) == LatestCall("c2", "+46709999999", at)
    at = await _talk(subject, "c3", 6, "op1", EventKind.CONNECTED)
    assert await _latest(subject) == LatestCall("c3", None, at)


@pytest.mark.requirement("R20")
async def test_whoever_is_taken_back_after_a_consultation_is_the_latest(subject: Subject) -> None:
    await _call(subject, "c1", 0)
    await _talk(subject, "c1", 1, "op1", EventKind.CONNECTED)
    await _call(subject, "c2", 2, called="211", caller="201", account="op1")
    at = await _talk(subject, "c2", 3, "erik", EventKind.CONNECTED)
    assert await _latest(subject) == LatestCall("c2", "211", at)
    at = await _talk(subject, "c1", 4, "op1", EventKind.RESUMED)
    assert await _latest(subject) == LatestCall("c1", CITIZEN, at)


async def test_of_a_call_out_it_is_who_was_called(subject: Subject) -> None:
    await _call(subject, "c1", 0, called="0701112233", caller="201", account="op1")
    at = await _talk(subject, "c1", 1, None, EventKind.CONNECTED)
    await _call(subject, "c2", 2, called="*22*211", caller="201", account="op1")
    assert await _latest(subject) == LatestCall("c1", "+46701112233", at)


async def test_a_colleague_is_known_by_their_extension(subject: Subject) -> None:
    await _call(subject, "c1", 0, called="201", caller="211", account="erik")
    at = await _talk(subject, "c1", 1, "op1", EventKind.CONNECTED)
    assert await _latest(subject) == LatestCall("c1", "211", at)
