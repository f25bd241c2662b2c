"""What is to be written of the queues while the database is away has an end."""

import asyncio
from functools import partial

import pytest

from switchboard.calls.queue import keeping
from switchboard.calls.queue.keeping import TRY_AGAIN_S, Keeper
from tests.fakes.world import FakeLog


class Book:
    def __init__(self) -> None:
        self.away = True
        self.written: list[str] = []

    async def write(self, what: str) -> None:
        if self.away:
            raise ConnectionError("the database is away")
        self.written.append(what)


async def test_what_comes_when_enough_waits_is_given_up_and_the_rest_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keeping, "MOST_DUE", 3)
    keeper, book, log = Keeper(), Book(), FakeLog()
    for number in range(5):
        await keeper.write(f"place-{number}", partial(book.write, str(number)), log)
    keeper.begin("place-0", partial(book.write, "the end of 0"), log)
    await asyncio.sleep(TRY_AGAIN_S * 3)
    assert keeper.given_up == 2
    assert log.events("warning").count("queue_writes_given_up") == 1
    book.away = False
    await keeper.settle()
    assert sorted(book.written) == ["0", "1", "2", "the end of 0"]
    await keeper.write("place-5", lambda: book.write("5"), log)
    await keeper.settle()
    assert book.written[-1] == "5"
    assert keeper.given_up == 2
