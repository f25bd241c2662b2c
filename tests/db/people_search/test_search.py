"""The search follows the database, and goes on when that does not answer."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from switchboard.db.engine import Database, DatabaseAway
from switchboard.db.people_search import PeopleSearch, reading
from tests.db.rows import ALL, sql
from tests.fakes.world import FakeLog

PLENTY_S = 30.0
TITLE = "UPDATE person SET title = 'handläggare', unit_id = 1, duties = 'marklov', keywords = 'tomt' WHERE id = 1"


def leading(id: int, digits: str, person_id: int) -> str:
    columns = "id, authority_id, digits, destination_kind, destination_key"
    return f"INSERT INTO extension ({columns}) VALUES ({id}, 1, '{digits}', 'person', '{person_id}')"  # noqa: S608


def employed(id: int) -> str:
    return f"INSERT INTO person (id, authority_id, name, unit_id) VALUES ({id}, 1, 'Bo Ek {id}', 1)"  # noqa: S608


@pytest.fixture
async def search(database: Database, log: FakeLog) -> AsyncIterator[PeopleSearch]:
    opened = PeopleSearch(database, log, PLENTY_S)
    yield opened
    await opened.close()


@pytest.mark.requirement("R32")
async def test_every_column_is_searched(database: Database, search: PeopleSearch) -> None:
    await sql(database, *ALL, TITLE, leading(1, "210", 1))
    for text in ("anna", "handlaggare", "bygglov", "marklov", "tomt", "210", "andresson"):
        assert list(await search.find(text, None, 10)) == [1]
    assert list(await search.find("anna", 1, 10)) == [1]
    assert list(await search.find("anna", 2, 10)) == []


async def test_a_change_is_seen_by_the_next_search(database: Database, search: PeopleSearch) -> None:
    await sql(database, *ALL, TITLE, leading(1, "210", 1))
    assert list(await search.find("bygglov", None, 10)) == [1]
    await sql(database, "UPDATE unit SET name = 'Miljö' WHERE id = 1")
    assert list(await search.find("bygglov", None, 10)) == []
    assert list(await search.find("miljo", None, 10)) == [1]
    await sql(database, "UPDATE extension SET destination_key = '2' WHERE id = 1")
    assert list(await search.find("210", None, 10)) == [2]
    await sql(database, "DELETE FROM extension WHERE id = 1")
    assert list(await search.find("210", None, 10)) == []
    await sql(database, "DELETE FROM person WHERE id = 2")
    assert list(await search.find("erik", None, 10)) == []
    await sql(database, "DELETE FROM unit WHERE id = 1")
    assert list(await search.find("miljo", None, 10)) == []
    assert list(await search.find("anna", None, 10)) == [1]


async def test_what_leads_nowhere_does_no_harm(database: Database, search: PeopleSearch) -> None:
    await sql(database, *ALL)
    assert list(await search.find("anna", None, 10)) == [1]
    await sql(database, leading(1, "210", 99), "UPDATE extension SET destination_key = 'x' WHERE id = 1")
    assert list(await search.find("210", None, 10)) == []
    await sql(database, "UPDATE extension SET destination_key = NULL WHERE id = 1")
    assert list(await search.find("anna", None, 10)) == [1]


async def test_more_people_than_a_page(
    database: Database, search: PeopleSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 2)
    await sql(database, *ALL, *map(employed, range(3, 9)), *(leading(id, f"3{id}", id) for id in range(3, 9)))
    assert list(await search.find("bo", None, 10)) == [3, 4, 5, 6, 7, 8]
    assert list(await search.find("38", None, 10)) == [8]
    await sql(database, "UPDATE unit SET name = 'Miljö' WHERE id = 1")
    assert list(await search.find("miljö", None, 10)) == [3, 4, 5, 6, 7, 8]


async def test_too_many_changes_and_changes_no_longer_listed_read_everything(
    database: Database, search: PeopleSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sql(database, *ALL)
    assert list(await search.find("anna", None, 10)) == [1]
    monkeypatch.setattr(reading, "MOST_CHANGES", 1)
    await sql(database, *["UPDATE person SET title = title || 'chef'"] * 2)
    assert list(await search.find("chefchef", None, 10)) == [1, 2]
    await sql(
        database,
        "UPDATE person SET title = 'rektor' WHERE id = 2",
        "UPDATE change_counter SET pruned = seq",
        "DELETE FROM change_log",
    )
    assert list(await search.find("rektor", None, 10)) == [2]


async def test_searches_at_once_share_a_reading(database: Database, search: PeopleSearch) -> None:
    await sql(database, *ALL)
    found = await asyncio.gather(*(search.find("erik", None, 10) for _ in range(50)))
    assert {tuple(each) for each in found} == {(2,)}


async def test_a_database_that_goes_away_leaves_the_last_cards(
    database: Database, search: PeopleSearch, log: FakeLog
) -> None:
    await sql(database, *ALL)
    assert list(await search.find("anna", None, 10)) == [1]
    await sql(database, "ALTER TABLE change_counter RENAME TO gone", "UPDATE gone SET seq = seq + 1")
    assert list(await search.find("anna", None, 10)) == [1]
    assert log.events("warning") == ["people_search_not_refreshed"]
    await sql(database, "ALTER TABLE gone RENAME TO change_counter")
    assert list(await search.find("anna", None, 10)) == [1]
    assert log.events("info") == ["people_search_refreshed_again"]


async def test_a_directory_that_was_never_read(database: Database, log: FakeLog) -> None:
    await sql(database, "ALTER TABLE change_counter RENAME TO gone")
    search = PeopleSearch(database, log, PLENTY_S)
    search.start()
    with pytest.raises(DatabaseAway):
        await search.find("anna", None, 10)
    await search.close()
    await search.close()
