"""What mailboxes answer, counted for the metrics whatever becomes of the jobs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import cast

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.app.duties import AutoreplyDuties
from switchboard.calls.ports import Ports
from switchboard.db.autoreply.rows import write_kept
from tests.autoreplies.house import House
from tests.fakes.world import FakeLog

ONE_SILENT = {"ours": 0, "own": 0, "silent": 1, "failed": 0}


@asynccontextmanager
async def away() -> AsyncIterator[AsyncConnection]:
    raise ConnectionError
    yield


async def test_they_are_true_or_missing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    database, log = house.service.database, FakeLog()
    ports = cast("Ports", SimpleNamespace(directory=house.service.directory, clock=house.clock))
    counting = AutoreplyDuties(database, ports, None, log).counting
    async with database.write() as tx:
        await write_kept(tx, house.erik, {"seen": "silent"})
    await counting.look()
    assert counting.counts == ONE_SILENT, "no job was done"
    with monkeypatch.context() as patch:
        patch.setattr(database, "read", away)
        await counting.look()
        await counting.look()
    assert counting.counts == {}
    await counting.look()
    assert counting.counts == ONE_SILENT
    assert [(level, event) for level, event, _ in log.lines] == [
        ("exception", "mailboxes_not_counted"),
        ("info", "mailboxes_counted_again"),
    ]
