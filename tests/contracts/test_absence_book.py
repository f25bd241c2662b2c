"""The port AbsenceBook: one manual absence at a time, taken back or lifted, and seen by the next look (R1)."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from switchboard.calls.ports import AbsenceBook, DirectorySource, KeyedAbsence
from switchboard.changes import Act
from switchboard.db.absence_book import DatabaseAbsenceBook
from switchboard.db.directory_store import DirectoryStore
from switchboard.db.engine import Database
from switchboard.db.tables import audit_log
from switchboard.domain.directory import Absence, AbsenceReason
from switchboard.domain.directory_index import DirectoryIndex
from tests.databases import BOTH
from tests.db.rows import ALL, sql
from tests.fakes.keypad import FakeAbsenceBook
from tests.fakes.world import FakeDirectorySource, FakeLog

pytestmark = [pytest.mark.real_time, pytest.mark.requirement("R1")]

AT = datetime(2026, 8, 12, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANNA, ERIK = 1, 2
MEETING = KeyedAbsence(ANNA, AbsenceReason.MEETING, AT + 3 * HOUR, deputy_id=ERIK)
ROW = Absence(0, ANNA, AbsenceReason.MEETING, AT, AT + 3 * HOUR, False, ERIK, "phone", AT)
LUNCH = KeyedAbsence(ANNA, AbsenceReason.LUNCH, AT + HOUR, open=True)
BY_PHONE = Act("phone anna", AT)
CALENDAR = Absence(50, ANNA, AbsenceReason.COURSE, AT - HOUR, AT + HOUR, False, None, "calendar", AT - HOUR)
COMING = Absence(51, ANNA, AbsenceReason.VACATION, AT + 48 * HOUR, None, False, None, "admin", AT - HOUR)


@dataclass(frozen=True)
class Subject:
    book: AbsenceBook
    directory: DirectorySource
    acts: Callable[[], Awaitable[Sequence[tuple[str, str]]]]

    async def absences(self) -> list[Absence]:
        """By row; those that were made here without their numbers."""
        found = (await self.directory.current()).absences(ANNA)
        return [each if each.id in (CALENDAR.id, COMING.id) else replace(each, id=0) for each in found]


def _fake() -> Subject:
    source = FakeDirectorySource(DirectoryIndex([CALENDAR, COMING]))
    book = FakeAbsenceBook(source)

    async def acts() -> Sequence[tuple[str, str]]:
        return [(each.action, each.actor) for each in book.acts]

    return Subject(book, source, acts)


def _real(database: Database, store: DirectoryStore) -> Subject:
    async def acts() -> Sequence[tuple[str, str]]:
        async with database.read() as tx:
            rows = await tx.execute(select(audit_log).order_by(audit_log.c.id))
            return [(row.action, row.actor) for row in rows]

    return Subject(DatabaseAbsenceBook(database), store, acts)


def _insert(row: Absence) -> str:
    until = f"'{row.until.isoformat()}'" if row.until else "NULL"
    values = f"{row.id}, {row.person_id}, '{row.reason}', '{row.start.isoformat()}', {until}, '{row.source}'"
    recorded = f"'{row.recorded_at.isoformat()}'" if row.recorded_at else "NULL"
    return (
        "INSERT INTO absence (id, person_id, reason, start, until, source, recorded_at) "  # noqa: S608
        f"VALUES ({values}, {recorded})"
    )


@pytest.fixture(params=["fake", *BOTH])
async def subject(request: pytest.FixtureRequest, new_database_url: Callable[[str], str]) -> AsyncIterator[Subject]:
    if request.param == "fake":
        yield _fake()
        return
    database = Database(new_database_url(request.param))
    await sql(database, *ALL, _insert(CALENDAR), _insert(COMING))
    store = DirectoryStore(database, lambda: AT, FakeLog())
    yield _real(database, store)
    await store.close()
    await database.close()


async def test_it_is_in_force_at_the_next_look(subject: Subject) -> None:
    replaced = await subject.book.replace(MEETING, BY_PHONE)
    assert replaced.former == ()
    assert sorted(await subject.absences(), key=lambda each: each.id) == [ROW, CALENDAR, COMING]


async def test_it_takes_the_place_of_a_manual_one_in_force_and_of_no_other(subject: Subject) -> None:
    await subject.book.replace(MEETING, BY_PHONE)
    replaced = await subject.book.replace(LUNCH, Act("phone anna", AT + HOUR / 4))
    assert [replace(each, id=0) for each in replaced.former] == [ROW]
    lunch, *others = sorted(await subject.absences(), key=lambda each: each.id)
    assert (lunch.reason, lunch.start, lunch.until, lunch.open) == (
        AbsenceReason.LUNCH, AT + HOUR / 4, AT + HOUR, True,
    )  # fmt: skip
    assert others == [CALENDAR, COMING]


async def test_undone_all_is_as_before_and_twice_is_harmless(subject: Subject) -> None:
    await subject.book.replace(MEETING, BY_PHONE)
    before = await subject.absences()
    replaced = await subject.book.replace(LUNCH, BY_PHONE)
    await subject.book.undo(replaced, BY_PHONE)
    await subject.book.undo(replaced, BY_PHONE)
    assert sorted(await subject.absences(), key=lambda each: each.id) == sorted(before, key=lambda each: each.id)


async def test_lifted_is_all_that_is_in_force_and_nothing_that_comes(subject: Subject) -> None:
    await subject.book.replace(MEETING, BY_PHONE)
    lifted = await subject.book.lift(ANNA, BY_PHONE)
    assert {each.reason for each in lifted} == {AbsenceReason.MEETING, AbsenceReason.COURSE}
    assert await subject.absences() == [COMING]
    assert list(await subject.book.lift(ANNA, BY_PHONE)) == []
    assert list(await subject.book.lift(ERIK, BY_PHONE)) == []


async def test_who_did_what_is_audited(subject: Subject) -> None:
    await subject.book.replace(MEETING, BY_PHONE)
    replaced = await subject.book.replace(LUNCH, Act("phone op1", AT))
    await subject.book.undo(replaced, Act("phone op1", AT))
    assert list(await subject.acts()) == [
        ("absence.set", "phone anna"),
        ("absence.clear", "phone op1"),
        ("absence.set", "phone op1"),
        ("absence.undo", "phone op1"),
        ("absence.set", "phone op1"),
    ]
