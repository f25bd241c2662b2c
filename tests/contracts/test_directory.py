"""The port DirectorySource: the fake and the database keep the same promises."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, insert, update

from switchboard.calls.ports import DirectorySource
from switchboard.db.directory_store import DirectoryStore
from switchboard.db.engine import Database
from switchboard.db.tables import authority as authority_table
from switchboard.db.tables import person as person_table
from switchboard.domain.directory import Authority, Person
from switchboard.domain.directory_index import DirectoryIndex
from tests.databases import BOTH
from tests.fakes.world import FakeDirectorySource, FakeLog

pytestmark = pytest.mark.real_time

NORRBY = Authority(1, "Norrby kommun", "+46980319200", ("sv", "en"), None, "46", "980")
ANNA = Person(1, 1, "Anna Andersson")


@dataclass(frozen=True)
class Subject:
    """`add`, `change` and `remove` commit what an administrator does to a person."""

    source: DirectorySource
    add: Callable[[Person], Awaitable[None]]
    change: Callable[[Person], Awaitable[None]]
    remove: Callable[[int], Awaitable[None]]


def _fake() -> Subject:
    index = DirectoryIndex([NORRBY])

    async def put(person: Person) -> None:
        index.put(person)

    async def remove(id: int) -> None:
        index.remove("person", id)

    return Subject(FakeDirectorySource(index), put, put, remove)


async def _real(database: Database, store: DirectoryStore) -> Subject:
    async with database.write() as tx:
        row = {"id": 1, "name": NORRBY.name, "main_number": NORRBY.main_number, "area_code": "980"}
        await tx.execute(insert(authority_table).values(row))

    async def add(person: Person) -> None:
        async with database.write() as tx:
            await tx.execute(
                insert(person_table).values(id=person.id, authority_id=person.authority_id, name=person.name)
            )

    async def change(person: Person) -> None:
        async with database.write() as tx:
            await tx.execute(update(person_table).where(person_table.c.id == person.id).values(name=person.name))

    async def remove(id: int) -> None:
        async with database.write() as tx:
            await tx.execute(delete(person_table).where(person_table.c.id == id))

    return Subject(store, add, change, remove)


@pytest.fixture(params=["fake", *BOTH])
async def subject(request: pytest.FixtureRequest, new_database_url: Callable[[str], str]) -> AsyncIterator[Subject]:
    if request.param == "fake":
        yield _fake()
        return
    database = Database(new_database_url(request.param))
    store = DirectoryStore(database, lambda: datetime(2026, 8, 3, tzinfo=UTC), FakeLog())
    yield await _real(database, store)
    await store.close()
    await database.close()


async def test_it_holds_what_is_committed(subject: Subject) -> None:
    assert list((await subject.source.current()).authorities()) == [NORRBY]


async def test_a_change_holds_for_the_next_question(subject: Subject) -> None:
    assert (await subject.source.current()).person(1) is None
    await subject.add(ANNA)
    assert (await subject.source.current()).person(1) == ANNA
    await subject.change(replace(ANNA, name="Anna Berg"))
    assert (await subject.source.current()).person(1) == replace(ANNA, name="Anna Berg")
    await subject.remove(1)
    assert (await subject.source.current()).person(1) is None


async def test_a_crowd_gets_the_same(subject: Subject) -> None:
    await subject.add(ANNA)
    directories = await asyncio.gather(*(subject.source.current() for _ in range(100)))
    assert all(directory.person(1) == ANNA for directory in directories)
