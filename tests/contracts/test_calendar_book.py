"""What calendars gave is replaced source by source; what was lifted stays lifted; what is gone gives nothing (R1)."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from switchboard.calendars.looking import Found
from switchboard.changes import Act, CalendarChange, NewCalendar
from switchboard.db.absence_book import DatabaseAbsenceBook
from switchboard.db.calendars import CalendarSources, DatabaseCalendarBook, Liftings
from switchboard.db.engine import Database
from switchboard.db.queries.absences import Absences
from switchboard.domain.calendar import CalendarAbsence, CalendarSource, SourceState
from switchboard.domain.directory import AbsenceReason
from switchboard.errors import BadValue, NotFound
from tests.databases import BOTH
from tests.db.rows import AUTHORITY, OTHER_PERSON, PERSON, fetch, sql

pytestmark = [pytest.mark.real_time, pytest.mark.requirement("R1")]

AT = datetime(2026, 8, 3, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
ACT = Act("phone anna", AT)
DEPUTY = (
    "INSERT INTO extension (authority_id, digits, destination_kind, destination_key) VALUES (1, '212', 'person', '2')"
)
MEETING = CalendarAbsence(AbsenceReason.MEETING, AT, AT + HOUR, series="m")
LUNCH = CalendarAbsence(AbsenceReason.LUNCH, AT + HOUR, AT + 2 * HOUR, True, "212", "l")
ROWS = "SELECT reason, deputy_id, source FROM absence ORDER BY reason"
NEW = NewCalendar("#1", "icalendar", "https://a.example/x", ("anna", "app-pass-7731"))


@pytest.fixture(params=BOTH)
async def database(request: pytest.FixtureRequest, new_database_url: Callable[[str], str]) -> AsyncIterator[Database]:
    database = Database(new_database_url(request.param))
    await sql(database, AUTHORITY, PERSON, OTHER_PERSON, DEPUTY)
    yield database
    await database.close()


async def new_source(database: Database) -> CalendarSource:
    its = CalendarSources(database)
    return await its.source((await its.add(NEW, ACT)).id)


async def reasons(database: Database) -> Sequence[object]:
    return [row[0] for row in await fetch(database, ROWS)]


async def test_a_source_replaces_its_own_alone_and_keeps_what_has_not_changed(database: Database) -> None:
    book, one, two = DatabaseCalendarBook(database), await new_source(database), await new_source(database)
    await sql(
        database, "INSERT INTO absence (person_id, reason, start) VALUES (1, 'sick', '2026-08-03T06:00:00+00:00')"
    )
    await book.keep(one, Found([MEETING, LUNCH]), AT)
    await book.keep(two, Found([MEETING]), AT)
    ids = await fetch(database, "SELECT id FROM absence WHERE reason = 'lunch'")
    await book.keep(one, Found([LUNCH]), AT)
    assert await fetch(database, ROWS) == [
        ("lunch", 2, "calendar:1"),
        ("meeting", None, "calendar:2"),
        ("sick", None, "admin"),
    ]
    assert await fetch(database, "SELECT id FROM absence WHERE reason = 'lunch'") == ids
    await CalendarSources(database).remove(1, ACT)
    assert await reasons(database) == ["meeting", "sick"]


async def test_lifted_by_keypad_it_stays_lifted_until_the_calendar_says_something_else(database: Database) -> None:
    book, its = DatabaseCalendarBook(database), await new_source(database)
    await book.keep(its, Found([MEETING, LUNCH]), AT)
    lifted = await DatabaseAbsenceBook(database).lift(1, ACT)
    assert [each.reason for each in lifted] == [AbsenceReason.MEETING]
    for minutes in (1, 2):
        await book.keep(its, Found([MEETING, LUNCH]), AT + timedelta(minutes=minutes))
    assert await reasons(database) == ["lunch"]
    longer = CalendarAbsence(AbsenceReason.MEETING, AT, AT + 3 * HOUR, series="m")
    await book.keep(its, Found([longer, LUNCH]), AT)
    assert await reasons(database) == ["lunch", "meeting"]
    await book.keep(its, Found([LUNCH]), AT + 2 * HOUR - timedelta(minutes=1))
    assert await fetch(database, "SELECT reason FROM calendar_lifting") == []


@pytest.mark.parametrize("how", ["id", "person"])
async def test_cleared_by_command_or_api_too_and_taken_back(database: Database, how: str) -> None:
    book, its, liftings = DatabaseCalendarBook(database), await new_source(database), Liftings(database)
    await book.keep(its, Found([MEETING, LUNCH]), AT)
    before = await fetch(database, "SELECT reason, start, until, calendar_series, source FROM absence ORDER BY reason")
    if how == "id":
        ((id,),) = await fetch(database, "SELECT id FROM absence WHERE reason = 'meeting'")
        await Absences(database).clear(int(str(id)), ACT)
    else:
        await Absences(database).clear_of("#1", ACT)
    await book.keep(its, Found([MEETING, LUNCH]), AT)
    assert await reasons(database) == ["lunch"]
    (view,) = await liftings.all(AT, its.id)
    assert (view.person, view.reason, view.start, view.until, view.lifted_by) == (
        "Anna Andersson", "meeting", AT, AT + HOUR, "phone anna",
    )  # fmt: skip
    assert list(await liftings.all(AT + HOUR)) == []
    await liftings.restore(view.id, ACT)
    after = await fetch(database, "SELECT reason, start, until, calendar_series, source FROM absence ORDER BY reason")
    assert after == before
    await book.keep(its, Found([MEETING, LUNCH]), AT)
    assert len(await fetch(database, ROWS)) == 2
    with pytest.raises(NotFound):
        await liftings.restore(view.id, ACT)


async def test_a_series_that_cannot_be_worked_out_keeps_what_was_known_of_it(database: Database) -> None:
    book, its = DatabaseCalendarBook(database), await new_source(database)
    await book.keep(its, Found([MEETING, LUNCH]), AT)
    await book.keep(its, Found([], frozenset({"m"})), AT)
    assert await reasons(database) == ["meeting"]


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM calendar_source",
        "UPDATE calendar_source SET enabled = false",
        "UPDATE calendar_source SET person_id = 2",
        "DELETE FROM person WHERE id = 1",
    ],
)
async def test_one_that_goes_by_sql_takes_its_absences_with_it_at_once(database: Database, change: str) -> None:
    book, its = DatabaseCalendarBook(database), await new_source(database)
    await book.keep(its, Found([MEETING, LUNCH]), AT)
    seq = await fetch(database, "SELECT max(seq) FROM change_log WHERE table_name = 'absence'")
    await sql(database, change)
    assert await reasons(database) == []
    assert await fetch(database, "SELECT max(seq) FROM change_log WHERE table_name = 'absence'") > seq
    await book.keep(its, Found([MEETING]), AT)
    assert await reasons(database) == []


async def test_how_it_goes_changes_no_absence(database: Database) -> None:
    book, its = DatabaseCalendarBook(database), await new_source(database)
    await book.keep(its, Found([MEETING]), AT)
    await book.note({its.id: SourceState(AT, AT + HOUR, "the server answers 500"), 99: SourceState(AT)})
    (view,) = await CalendarSources(database).all()
    assert (view.read_at, view.failing_since, view.failure) == (AT, AT + HOUR, "the server answers 500")
    assert (view.host, view.has_login, view.absences) == ("a.example", True, 1)
    assert await book.followed() == [(its, SourceState(AT, AT + HOUR, "the server answers 500"))]
    assert await reasons(database) == ["meeting"]


async def test_orphans_of_a_row_that_was_replaced_are_forgotten(database: Database) -> None:
    book, its = DatabaseCalendarBook(database), await new_source(database)
    await book.keep(its, Found([MEETING]), AT)
    orphan = "INSERT INTO absence (person_id, reason, start, source) VALUES (1, 'course', '2026-08-03T06:00Z', '{}')"
    await sql(database, orphan.format("calendar:77"), orphan.format("calendar"))
    assert (await book.forget_orphans(), await book.forget_orphans()) == (1, 0)
    assert await fetch(database, "SELECT source FROM absence ORDER BY source") == [("calendar",), ("calendar:1",)]


async def test_an_address_at_another_server_forgets_the_login(database: Database) -> None:
    its = CalendarSources(database)
    source = await new_source(database)
    await its.change(source.id, CalendarChange(url="https://a.example/other", interval_s=60), ACT)
    assert (await its.source(source.id)).login == ("anna", "app-pass-7731")
    await its.change(source.id, CalendarChange(url="https://b.example/x"), ACT)
    moved = await its.source(source.id)
    assert (moved.login, moved.credentials, moved.url, moved.interval_s) == (None, None, "https://b.example/x", 60)
    await its.change(source.id, CalendarChange(login=("anna", "new"), usual_interval=True), ACT)
    again = await its.source(source.id)
    assert (again.login, again.interval_s) == (("anna", "new"), None)
    assert "new" not in repr(again)
    details = await fetch(database, "SELECT detail FROM audit_log WHERE action = 'calendar.change'")
    assert len(details) == 3
    assert not any(secret in str(details) for secret in ("app-pass-7731", "b.example"))
    with pytest.raises(NotFound):
        await its.change(99, CalendarChange(enabled=False), ACT)


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewCalendar("#9", "icalendar", "https://a.example/"), "person"),
        (NewCalendar("#1", "icalendar", "file:///etc/passwd"), "url"),
        (NewCalendar("#1", "icalendar", "https://anna:pw@a.example/"), "url"),
        (NewCalendar("#1", "icalendar", "https://a.example/", ("an:na", "x")), "user"),
        (NewCalendar("#1", "icalendar", "https://a.example/", ("anna", "x" * 201)), "password"),
        (NewCalendar("#1", "icalendar", "https://a.example/", ("anna", "x"), "file"), "credentials"),
        (NewCalendar("#1", "icalendar", "https://a.example/", interval_s=9), "interval_s"),
    ],
)
async def test_what_cannot_be_accepted_is_refused_by_field(database: Database, new: NewCalendar, field: str) -> None:
    with pytest.raises(BadValue) as caught:
        await CalendarSources(database).add(new, ACT)
    assert caught.value.field == field
    assert list(await CalendarSources(database).all()) == []


async def test_a_row_of_an_unknown_kind_is_told_and_not_followed(database: Database) -> None:
    await sql(
        database, "INSERT INTO calendar_source (person_id, kind, url) VALUES (1, 'exchange', 'https://a.example/')"
    )
    assert list(await DatabaseCalendarBook(database).followed()) == []
    (view,) = await CalendarSources(database).all()
    assert view.failure == "has a kind that is neither icalendar nor caldav"
    with pytest.raises(NotFound):
        await CalendarSources(database).source(view.id)
