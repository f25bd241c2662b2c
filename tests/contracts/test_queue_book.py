"""The port QueueBook: the fake and the database keep the same places in the same order."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from switchboard.calls.ports import PlaceEnd, QueueBook, QueuePlace
from switchboard.db.engine import Database
from switchboard.db.queue_book import DatabaseQueueBook
from tests.databases import BOTH
from tests.fakes.desk import FakeQueueBook

pytestmark = pytest.mark.real_time

AT = datetime(2026, 8, 3, 8, 0, tzinfo=UTC)


def later(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def place(id: str, priority: int = 20, seconds: float = 0, group_id: int = 1) -> QueuePlace:
    return QueuePlace(id, group_id, 2, "caller", priority, later(seconds), "+46980319200", "+46701234567")


@pytest.fixture(params=["fake", *BOTH])
async def book(request: pytest.FixtureRequest, new_database_url: Callable[[str], str]) -> AsyncIterator[QueueBook]:
    if request.param == "fake":
        yield FakeQueueBook()
        return
    database = Database(new_database_url(request.param))
    yield DatabaseQueueBook(database)
    await database.close()


async def _ids(book: QueueBook) -> list[str]:
    return [each.id for each in await book.waiting()]


@pytest.mark.requirement("R4")
async def test_in_line_by_priority_then_arrival_then_id(book: QueueBook) -> None:
    for each in (place("d", 20, 3), place("c", 20, 1), place("b", 20, 1), place("a", 10, 9), place("e", 30, 0)):
        await book.put(each)
    assert await _ids(book) == ["a", "b", "c", "d", "e"]


async def test_everything_about_a_place_is_kept(book: QueueBook) -> None:
    whole = replace(
        place("a"),
        kind="callback",
        language="en",
        why="Åter: upptaget",
        tries=2,
        not_before=later(600),
        entered_at=later(30),
    )
    await book.put(whole)
    anonymous = replace(place("b", seconds=1), number=None)
    await book.put(anonymous)
    assert list(await book.waiting()) == [whole, anonymous]


async def test_a_changed_place_is_one_place(book: QueueBook) -> None:
    await book.put(place("a"))
    booked = replace(place("a"), kind="callback", number="+46709999999")
    await book.put(booked)
    assert list(await book.waiting()) == [booked]


@pytest.mark.parametrize("how", ["answered", "abandoned", "booked", "overflowed", "closed", "failed"])
async def test_who_has_left_waits_no_more(book: QueueBook, how: PlaceEnd) -> None:
    await book.put(place("a"))
    await book.put(place("b", seconds=1))
    await book.leave("a", later(30), how)
    await book.leave("a", later(40), "failed")
    await book.leave("nobody", later(40), how)
    assert await _ids(book) == ["b"]


async def test_who_comes_back_has_a_new_place(book: QueueBook) -> None:
    await book.put(place("a", 20, 0))
    await book.leave("a", later(10), "answered")
    returned = replace(place("a", 10, 0), why="Åter: svarar inte")
    await book.put(returned)
    assert list(await book.waiting()) == [returned]
    await book.leave("a", later(50), "answered")
    assert list(await book.recent_answers(1, AT)) == [later(10), later(50)]


async def test_recent_answers_of_a_group_oldest_first(book: QueueBook) -> None:
    for id, group_id, seconds, how in (
        ("too-long-ago", 1, 5, "answered"),
        ("second", 1, 20, "answered"),
        ("first", 1, 10, "answered"),
        ("gave-up", 1, 15, "abandoned"),
        ("elsewhere", 2, 15, "answered"),
    ):
        await book.put(place(id, group_id=group_id))
        await book.leave(id, later(seconds), how)  # type: ignore[arg-type]
    await book.put(place("waits"))
    assert list(await book.recent_answers(1, later(10))) == [later(10), later(20)]
    assert list(await book.recent_answers(3, AT)) == []
