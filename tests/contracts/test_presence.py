"""The port Presence: calls that ring out are counted and asked about once, until somebody is there again (R1)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from switchboard.calls.ports import DirectorySource, Presence
from switchboard.changes import Act
from switchboard.db.directory_store import DirectoryStore
from switchboard.db.engine import Database
from switchboard.db.public_holidays import SwedishCalendars
from switchboard.db.reminders.unanswered import DatabasePresence
from switchboard.db.tables import outbox, person
from switchboard.domain.directory import UnansweredCalls
from tests.builders import MARIA, calendar_of
from tests.databases import BOTH
from tests.demo_house import NOW, furnish, id_of, rows_of
from tests.fakes.presence import FakePresence
from tests.fakes.world import FakeDirectorySource, FakeLog, at_work

pytestmark = [pytest.mark.real_time, pytest.mark.requirement("R1")]
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Subject:
    presence: Presence
    directory: DirectorySource
    maria: int
    asked: Callable[[], Awaitable[Sequence[str]]]

    async def row(self) -> tuple[int, datetime | None] | None:
        found: UnansweredCalls | None = (await self.directory.current()).unanswered(self.maria)
        return (found.calls, found.asked_at) if found is not None else None


def _fake() -> Subject:
    source = FakeDirectorySource(at_work())
    presence = FakePresence(source, calendar_of)

    async def asked() -> Sequence[str]:
        return ["maria.berg@norrby.example" for _ in presence.asked]

    return Subject(presence, source, MARIA.id, asked)


async def _real(database: Database) -> Subject:
    await furnish(database)
    async with database.write() as tx:
        await tx.execute(text("DELETE FROM absence"))
    store = DirectoryStore(database, lambda: NOW, FakeLog())
    calendars = SwedishCalendars(lambda: store.latest, lambda: NOW)

    async def asked() -> Sequence[str]:
        return [row.recipient for row in await rows_of(database, outbox)]

    await store.current()
    presence = DatabasePresence(database, store, calendars, FakeLog())
    return Subject(presence, store, await id_of(database, person, "Maria Berg"), asked)


@pytest.fixture(params=["fake", *BOTH])
async def subject(request: pytest.FixtureRequest, new_database_url: Callable[[str], str]) -> AsyncIterator[Subject]:
    if request.param == "fake":
        yield _fake()
        return
    database = Database(new_database_url(request.param))
    built = await _real(database)
    yield built
    assert isinstance(built.directory, DirectoryStore)
    await built.directory.close()
    await database.close()


async def test_the_third_call_asks_and_no_other_does(subject: Subject) -> None:
    for number in range(1, 5):
        await subject.presence.rang_out(subject.maria, NOW + number * MINUTE)
        asked_at = NOW + 3 * MINUTE if number >= 3 else None
        assert await subject.row() == (number, asked_at)
    assert await subject.asked() == ["maria.berg@norrby.example"]


async def test_who_is_there_again_begins_anew(subject: Subject) -> None:
    for number in range(3):
        await subject.presence.rang_out(subject.maria, NOW + number * MINUTE)
    for _ in range(2):
        await subject.presence.touched(subject.maria, Act("phone maria", NOW + 4 * MINUTE))
        assert await subject.row() is None
    for number in range(5, 8):
        await subject.presence.rang_out(subject.maria, NOW + number * MINUTE)
    assert await subject.row() == (3, NOW + 7 * MINUTE)
    assert len(await subject.asked()) == 2


async def test_outside_working_hours_nothing_is_counted(subject: Subject) -> None:
    for at in (NOW.replace(hour=7), NOW.replace(hour=17), NOW + timedelta(days=3)):
        await subject.presence.rang_out(subject.maria, at)
    assert await subject.row() is None
    await subject.presence.rang_out(999, NOW)


async def test_calls_at_the_same_moment_are_all_counted(subject: Subject) -> None:
    await asyncio.gather(*(subject.presence.rang_out(subject.maria, NOW + each * MINUTE) for each in range(6)))
    row = await subject.row()
    assert row is not None
    assert row[0] == 6
    assert len(await subject.asked()) == 1
