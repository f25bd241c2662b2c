"""What calendars gave is replaced source by source (R1, R2)."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest

from switchboard.changes import Act
from switchboard.db.calendar_book import DatabaseCalendarBook, NewSource
from switchboard.db.engine import Database
from switchboard.domain.calendar import CalendarAbsence, CalendarSource, SourceKind
from switchboard.domain.directory import AbsenceReason
from tests.databases import BOTH
from tests.db.rows import AUTHORITY, OTHER_PERSON, PERSON, fetch, sql

pytestmark = pytest.mark.real_time

AT = datetime(2026, 8, 3, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
ACT = Act("test", AT)
DEPUTY = (
    "INSERT INTO extension (authority_id, digits, destination_kind, destination_key) VALUES (1, '212', 'person', '2')"
)
MEETING = CalendarAbsence(AbsenceReason.MEETING, AT, AT + HOUR)
LUNCH = CalendarAbsence(AbsenceReason.LUNCH, AT + HOUR, AT + 2 * HOUR, True, "212")
ROWS = "SELECT reason, deputy_id, source FROM absence ORDER BY reason"


@pytest.fixture(params=BOTH)
async def database(request: pytest.FixtureRequest, new_database_url: Callable[[str], str]) -> AsyncIterator[Database]:
    database = Database(new_database_url(request.param))
    await sql(database, AUTHORITY, PERSON, OTHER_PERSON, DEPUTY)
    yield database
    await database.close()


async def source(book: DatabaseCalendarBook) -> CalendarSource:
    return await book.source(await book.add(NewSource("#1", SourceKind.ICALENDAR, "https://a.example/x"), ACT))


async def test_a_source_replaces_its_own_alone_and_keeps_what_has_not_changed(database: Database) -> None:
    book = DatabaseCalendarBook(database)
    one, two = await source(book), await source(book)
    by_hand = "INSERT INTO absence (person_id, reason, start) VALUES (1, 'sick', '2026-08-03T06:00:00+00:00')"
    await sql(database, by_hand)
    await book.replace(one, [MEETING, LUNCH], AT)
    await book.replace(two, [MEETING], AT)
    ids = await fetch(database, "SELECT id FROM absence WHERE reason = 'lunch'")
    await book.replace(one, [LUNCH], AT)
    assert await fetch(database, ROWS) == [
        ("lunch", 2, "calendar:1"),
        ("meeting", None, "calendar:2"),
        ("sick", None, "admin"),
    ]
    assert await fetch(database, "SELECT id FROM absence WHERE reason = 'lunch'") == ids
    await book.remove(1, ACT)
    assert [row[0] for row in await fetch(database, ROWS)] == ["meeting", "sick"]


async def test_a_failure_is_told_with_its_age_and_erases_nothing(database: Database) -> None:
    book = DatabaseCalendarBook(database)
    its = await source(book)
    await book.replace(its, [MEETING], AT)
    await book.failed(its, "the server answers 500", AT + HOUR)
    (view,) = await book.listed()
    assert (view.succeeded_at, view.failed_at, view.failure) == (AT, AT + HOUR, "the server answers 500")
    assert "2026-08-03 10:00" in view.state_in_words()
    assert len(await fetch(database, ROWS)) == 1
    await book.succeeded(its, AT + 2 * HOUR)
    assert [each.failure for each in await book.listed()] == [None]


async def test_a_source_that_was_removed_meanwhile_gives_nothing(database: Database) -> None:
    book = DatabaseCalendarBook(database)
    its = await source(book)
    await book.remove(its.id, ACT)
    await book.replace(its, [MEETING], AT)
    assert await fetch(database, ROWS) == []
