"""The port OperatorDesk: what it does stands in the directory that the next decision sees, in the fake as in the
database (R26)."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from switchboard.calls.ports import DirectorySource, OperatorDesk
from switchboard.db.directory_store import DirectoryStore
from switchboard.db.engine import Database
from switchboard.db.operator_desk import DatabaseOperatorDesk
from switchboard.db.tables import audit_log
from switchboard.domain.directory import OperatorSession, PauseReason
from switchboard.domain.directory_index import DirectoryIndex
from tests.databases import BOTH
from tests.db.rows import ALL, sql
from tests.fakes.desk import FakeOperatorDesk
from tests.fakes.world import FakeDirectorySource, FakeLog

pytestmark = pytest.mark.real_time

AT = datetime(2026, 8, 3, 8, 0, tzinfo=UTC)
ANNA, ERIK = 1, 2
FIRST, SECOND = 1, 2
ACTOR = "phone anna"


def later(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


@dataclass(frozen=True)
class Subject:
    """`acts` gives action, person and actor of each that was audited."""

    desk: OperatorDesk
    directory: DirectorySource
    acts: Callable[[], Awaitable[Sequence[tuple[str, int, str]]]]

    async def sessions(self, person_id: int = ANNA) -> list[OperatorSession]:
        """Without their row numbers, by group."""
        found = (await self.directory.current()).sessions_of(person_id)
        return sorted((replace(each, id=0) for each in found), key=lambda each: each.group_id)


def _fake() -> Subject:
    source = FakeDirectorySource(DirectoryIndex())
    desk = FakeOperatorDesk(source)

    async def acts() -> Sequence[tuple[str, int, str]]:
        return [(each.action, each.person_id, each.actor) for each in desk.acts]

    return Subject(desk, source, acts)


def _real(database: Database, store: DirectoryStore) -> Subject:
    async def acts() -> Sequence[tuple[str, int, str]]:
        rows = select(audit_log).where(audit_log.c.table_name == "person").order_by(audit_log.c.id)
        async with database.read() as tx:
            return [(row.action, int(row.row_key), row.actor) for row in await tx.execute(rows)]

    return Subject(DatabaseOperatorDesk(database, lambda: AT), store, acts)


@pytest.fixture(params=["fake", *BOTH])
async def subject(request: pytest.FixtureRequest, new_database_url: Callable[[str], str]) -> AsyncIterator[Subject]:
    if request.param == "fake":
        yield _fake()
        return
    database = Database(new_database_url(request.param))
    await sql(database, *ALL, "INSERT INTO function_group (id, authority_id, name) VALUES (2, 1, 'Kvällen')")
    store = DirectoryStore(database, lambda: AT, FakeLog())
    yield _real(database, store)
    await store.close()
    await database.close()


def session(group_id: int = FIRST, at: datetime = AT) -> OperatorSession:
    return OperatorSession(0, ANNA, group_id, since=at, idle_since=at)


@pytest.mark.requirement("R26")
async def test_signing_in_and_out_of_each_group(subject: Subject) -> None:
    await subject.desk.sign_in(ANNA, FIRST, AT, ACTOR)
    await subject.desk.sign_in(ANNA, SECOND, later(5), ACTOR)
    assert await subject.sessions() == [session(), session(SECOND, later(5))]
    assert await subject.desk.sign_out(ANNA, FIRST, ACTOR) is True
    assert await subject.desk.sign_out(ANNA, FIRST, ACTOR) is False
    assert await subject.desk.sign_out(ERIK, SECOND, ACTOR) is False
    assert await subject.sessions() == [session(SECOND, later(5))]


@pytest.mark.requirement("R26")
async def test_signing_in_again_ends_a_pause_and_keeps_the_rest(subject: Subject) -> None:
    await subject.desk.sign_in(ANNA, FIRST, AT, ACTOR)
    await subject.desk.missed(ANNA, FIRST)
    await subject.desk.pause(ANNA, PauseReason.NO_ANSWER, later(30), "service")
    await subject.desk.sign_in(ANNA, FIRST, later(60), ACTOR)
    assert await subject.sessions() == [session()]


@pytest.mark.requirement("R26")
async def test_a_pause_holds_in_every_group_with_its_reason(subject: Subject) -> None:
    await subject.desk.sign_in(ANNA, FIRST, AT, ACTOR)
    await subject.desk.sign_in(ANNA, SECOND, AT, ACTOR)
    await subject.desk.sign_in(ERIK, FIRST, AT, ACTOR)
    assert await subject.desk.pause(ANNA, PauseReason.LUNCH, later(30), ACTOR) is True
    lunch = [
        replace(session(group), paused=True, pause_reason=PauseReason.LUNCH, paused_since=later(30))
        for group in (FIRST, SECOND)
    ]
    assert await subject.sessions() == lunch
    assert [each.paused for each in await subject.sessions(ERIK)] == [False]
    assert await subject.desk.resume(ANNA, later(60), ACTOR) is True
    assert await subject.sessions() == [session(FIRST), session(SECOND)]


async def test_the_same_pause_again_began_when_it_began(subject: Subject) -> None:
    await subject.desk.sign_in(ANNA, FIRST, AT, ACTOR)
    for seconds, reason in ((10, PauseReason.NO_PHONE), (20, PauseReason.NO_PHONE), (30, PauseReason.MEETING)):
        await subject.desk.pause(ANNA, reason, later(seconds), ACTOR)
        (paused,) = await subject.sessions()
        assert paused.pause_reason is reason
        assert paused.paused_since == later(30 if reason is PauseReason.MEETING else 10)


async def test_whoever_is_not_signed_in_cannot_pause(subject: Subject) -> None:
    assert await subject.desk.pause(ANNA, PauseReason.BREAK, AT, ACTOR) is False
    assert await subject.desk.resume(ANNA, AT, ACTOR) is False
    assert await subject.desk.missed(ANNA, FIRST) == 0
    await subject.desk.talked(ANNA, FIRST, AT, None)
    assert await subject.sessions() == []
    assert await subject.acts() == []


async def test_calls_missed_in_a_row_are_counted_until_one_is_answered(subject: Subject) -> None:
    await subject.desk.sign_in(ANNA, FIRST, AT, ACTOR)
    await subject.desk.sign_in(ANNA, SECOND, AT, ACTOR)
    assert [await subject.desk.missed(ANNA, FIRST), await subject.desk.missed(ANNA, SECOND)] == [1, 2]
    await subject.desk.talked(ANNA, SECOND, later(90), later(120))
    talked = [replace(session(group), idle_since=later(90), wrap_up_until=later(120)) for group in (FIRST, SECOND)]
    assert await subject.sessions() == talked
    assert await subject.desk.missed(ANNA, FIRST) == 1


async def test_resuming_ends_the_wrap_up_and_forgets_what_was_missed(subject: Subject) -> None:
    await subject.desk.sign_in(ANNA, FIRST, AT, ACTOR)
    await subject.desk.talked(ANNA, FIRST, later(90), later(120))
    await subject.desk.missed(ANNA, FIRST)
    await subject.desk.resume(ANNA, later(100), ACTOR)
    assert await subject.sessions() == [replace(session(), idle_since=later(90))]


@pytest.mark.requirement("R26")
async def test_who_did_what_is_audited(subject: Subject) -> None:
    await subject.desk.sign_in(ANNA, FIRST, AT, ACTOR)
    await subject.desk.pause(ANNA, PauseReason.NO_ANSWER, AT, "service")
    await subject.desk.resume(ANNA, AT, ACTOR)
    await subject.desk.missed(ANNA, FIRST)
    await subject.desk.sign_out(ANNA, FIRST, "token 3 (växeln)")
    assert list(await subject.acts()) == [
        ("operator.sign_in", ANNA, ACTOR),
        ("operator.pause", ANNA, "service"),
        ("operator.resume", ANNA, ACTOR),
        ("operator.sign_out", ANNA, "token 3 (växeln)"),
    ]
