"""The journal on both databases: batches, order, and what it does when the database does not want to."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db import journal as journal_module
from switchboard.db.engine import Database
from switchboard.db.journal import DatabaseJournal
from switchboard.db.journal_entries import Entry, Event, answer, arrival, ending, event, routing, write_entries
from switchboard.db.spool import Spool
from switchboard.db.spool.draining import drain
from switchboard.db.spool.items import from_text, to_text
from switchboard.domain.call import CallEvent, CallOutcome, EventKind, IncomingCall, Outcome
from tests.db.rows import fetch
from tests.fakes.world import FakeLog

AT = datetime(2026, 8, 3, 8, 0, tzinfo=UTC)


def incoming(call_id: str = "c1", **changed: str | None) -> IncomingCall:
    values = {"called": "0980319211", "caller": "+46701234567", "caller_name": None, "account": None, **changed}
    return IncomingCall(id=call_id, source="trunk", arrived_at=AT, **values)  # type: ignore[arg-type]


@pytest.fixture
async def journal(database: Database, log: FakeLog) -> AsyncIterator[DatabaseJournal]:
    opened = DatabaseJournal(database, log, patience_s=0.3)
    opened.start()
    yield opened
    await opened.close()


class Unwilling:
    """Stands between the journal and the database: the first `times` commits raise."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, error: Exception, times: int) -> None:
        self._error, self._times = error, times
        self.batches: list[int] = []
        monkeypatch.setattr(journal_module, "write_entries", self.write)

    async def write(self, tx: AsyncConnection, entries: Sequence[Entry]) -> None:
        self.batches.append(len(entries))
        if len(self.batches) <= self._times:
            raise self._error
        await write_entries(tx, entries)


async def _whole_call(journal: DatabaseJournal, call_id: str) -> None:
    await journal.arrived(incoming(call_id), None)
    for step in range(10):
        await journal.note(CallEvent(call_id, AT + timedelta(seconds=step), EventKind.PLAYED, {"step": step}))
    await journal.ended(call_id, AT + timedelta(seconds=10), CallOutcome(Outcome.INFORMED, "caller hung up in menu"))


async def test_calls_at_once_keep_the_order_of_each(database: Database, journal: DatabaseJournal) -> None:
    await asyncio.gather(*(_whole_call(journal, f"c{number}") for number in range(100)))
    await journal.flush()
    assert await fetch(database, "SELECT count(*) FROM call WHERE outcome = 'informed'") == [(100,)]
    steps: dict[object, list[object]] = {}
    for call_id, at in await fetch(database, "SELECT call_id, at FROM call_event ORDER BY id"):
        steps.setdefault(call_id, []).append(str(at))
    assert len(steps) == 100
    assert all(len(each) == 10 and each == sorted(each) for each in steps.values())  # type: ignore[type-var]


async def test_many_entries_share_a_commit(journal: DatabaseJournal, monkeypatch: pytest.MonkeyPatch) -> None:
    willing = Unwilling(monkeypatch, OSError(), times=0)
    await asyncio.gather(*(_whole_call(journal, f"c{number}") for number in range(100)))
    await journal.flush()
    assert sum(willing.batches) == 1200
    assert len(willing.batches) <= 4


async def test_a_short_absence_of_the_database_loses_nothing(
    database: Database, journal: DatabaseJournal, log: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    Unwilling(monkeypatch, ConnectionError(), times=2)
    await _whole_call(journal, "c1")
    await journal.flush()
    assert await fetch(database, "SELECT count(*) FROM call_event") == [(10,)]
    assert journal.lost == 0
    assert log.lines == []


async def test_a_long_absence_is_given_up_counted_and_survived(
    database: Database, journal: DatabaseJournal, log: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away() -> bool:
        return False

    with monkeypatch.context() as patch:
        patch.setattr(database, "writable", away)
        Unwilling(patch, ConnectionError(), times=1000)
        await _whole_call(journal, "c1")
        await journal.flush()
    assert journal.lost == 12
    assert log.events("exception") == ["journal_entries_lost"]
    await _whole_call(journal, "c2")
    await journal.flush()
    assert await fetch(database, "SELECT id FROM call") == [("c2",)]


async def test_one_bad_entry_does_not_take_the_others_along(
    database: Database, journal: DatabaseJournal, log: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def write(tx: AsyncConnection, entries: Sequence[Entry]) -> None:
        if any(entry.call_id == "bad" for entry in entries):
            raise IntegrityError("INSERT", {}, Exception("refused"))
        await write_entries(tx, entries)

    monkeypatch.setattr(journal_module, "write_entries", write)
    await journal.arrived(incoming("good"), None)
    await journal.arrived(incoming("bad"), None)
    await journal.arrived(incoming("better"), None)
    await journal.flush()
    assert await fetch(database, "SELECT id FROM call ORDER BY id") == [("better",), ("good",)]
    assert journal.lost == 1
    assert log.events("exception") == ["journal_entries_lost"]


async def test_a_full_queue_holds_calls_up_for_a_moment_only(
    database: Database, log: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "QUEUE_LENGTH", 3)
    monkeypatch.setattr(journal_module, "ROOM_SECONDS", 0.05)
    journal = DatabaseJournal(database, log)
    async with asyncio.timeout(5):
        for number in range(50):
            await journal.arrived(incoming(f"c{number}"), None)
    assert journal.lost == 47
    assert log.events("warning") == ["journal_queue_full"]
    journal.start()
    await journal.flush()
    await journal.arrived(incoming("later"), None)
    await journal.close()
    assert await fetch(database, "SELECT count(*) FROM call") == [(4,)]


async def test_closing_writes_what_is_queued(database: Database, log: FakeLog) -> None:
    journal = DatabaseJournal(database, log)
    journal.start()
    await _whole_call(journal, "c1")
    await journal.close()
    await journal.close()
    assert await fetch(database, "SELECT outcome, outcome_reason FROM call") == [("informed", "caller hung up in menu")]


async def test_strings_that_databases_refuse(database: Database, journal: DatabaseJournal) -> None:
    """From the wire comes anything: too long, NUL, bytes that are no UTF-8."""
    await journal.arrived(incoming(called="x" * 5000, caller="a\0b", caller_name="\udcff<script>"), None)
    await journal.note(CallEvent("c1", AT, EventKind.PLAYED, {"pii_text": "\0\ud800", "seconds": 1.5, "ok": True}))
    await journal.flush()
    assert await fetch(database, "SELECT length(called), caller, caller_name FROM call") == [
        (255, "a\ufffdb", "?<script>")
    ]
    assert await fetch(database, "SELECT count(*) FROM call_event") == [(1,)]
    assert journal.lost == 0


def _told(call_id: str, authority_id: int | None) -> list[Entry]:
    """Everything twice, so that first and last differ."""
    later = AT + timedelta(seconds=9)
    return [
        arrival(incoming(call_id), authority_id),
        event(CallEvent(call_id, AT, EventKind.ARRIVED, {})),
        routing(call_id, 7, "first"),
        answer(call_id, AT),
        routing(call_id, 8, "second"),
        answer(call_id, later),
        ending(call_id, later, CallOutcome(Outcome.INFORMED, "first")),
        ending(call_id, later + timedelta(hours=1), CallOutcome(Outcome.INTERRUPTED, "second")),
        arrival(incoming(call_id, called="0980000000"), 9),
    ]


@pytest.mark.parametrize("size", range(1, 10))
async def test_where_a_batch_is_cut_makes_no_difference(database: Database, size: int) -> None:
    """Nor that it is written again, as after a commit whose answer was lost."""
    entries = _told("c1", 3)
    for start in range(0, len(entries), size):
        for _ in range(2):
            async with database.write() as tx:
                await write_entries(tx, entries[start : start + size])
    rows = await fetch(
        database,
        "SELECT id, called, authority_id, route_reason, outcome, outcome_reason,"
        " substr(CAST(answered_at AS text), 18, 2), substr(CAST(ended_at AS text), 18, 2) FROM call",
    )
    assert rows == [("c1", "0980319211", 8, "second", "informed", "first", "00", "09")]


class AnswerLost:
    """The first commits are made, and the connection dies before anybody learns of it."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
        self._write, self.left = database.write, times
        monkeypatch.setattr(database, "write", self.write)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        async with self._write() as tx:
            yield tx
        if self.left:
            self.left -= 1
            raise ConnectionError


async def _transferred_call(journal: DatabaseJournal) -> None:
    await journal.arrived(incoming(), None)
    await journal.flush()
    for step in range(3):
        await journal.note(CallEvent("c1", AT, EventKind.PLAYED, {"step": 0}))
        await journal.note(CallEvent("c1", AT, EventKind.TRANSFERRED, {"step": step}))
    await journal.flush()


async def _is_there_once(database: Database) -> None:
    assert await fetch(database, "SELECT transfers FROM call") == [(3,)]
    assert await fetch(database, "SELECT kind, count(*) FROM call_event GROUP BY kind ORDER BY kind") == [
        ("played", 3),
        ("transferred", 3),
    ]


async def test_a_commit_whose_answer_is_lost_writes_nothing_twice(
    database: Database, journal: DatabaseJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = AnswerLost(database, monkeypatch, times=3)
    await _transferred_call(journal)
    await _is_there_once(database)
    assert (lost.left, journal.lost) == (0, 0)


async def test_nor_does_what_waited_in_the_spool_after_it(
    database: Database, log: FakeLog, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    await spool.open()
    journal = DatabaseJournal(database, log, patience_s=0.0, spool=spool)
    journal.start()
    AnswerLost(database, monkeypatch, times=1)
    await _transferred_call(journal)
    await journal.close()
    assert len(spool) > 0
    AnswerLost(database, monkeypatch, times=1)
    with pytest.raises(ConnectionError):
        await drain(spool, database, log)
    await drain(spool, database, log)
    assert len(spool) == 0
    await _is_there_once(database)


async def test_an_event_that_an_older_version_put_aside_is_written(database: Database) -> None:
    old = from_text(
        "Event", to_text(Event("c1", {"call_id": "c1", "at": AT, "kind": "played", "detail": {}, "account": None}))[1]
    )
    assert isinstance(old, Event)
    async with database.write() as tx:
        await write_entries(tx, [old])
    assert await fetch(database, "SELECT kind FROM call_event") == [("played",)]


async def test_a_call_keeps_the_authority_it_came_with_until_it_is_routed(database: Database) -> None:
    told = [arrival(incoming("known"), 3), answer("known", AT), arrival(incoming("open"), None)]
    told += [arrival(incoming("moved"), 3), routing("moved", 4, "diverted")]
    async with database.write() as tx:
        await write_entries(tx, told)
    async with database.write() as tx:
        await write_entries(tx, [routing("open", 5, "menu"), answer("nobody", AT)])
    assert await fetch(database, "SELECT id, authority_id, route_reason FROM call ORDER BY id") == [
        ("known", 3, None),
        ("moved", 4, "diverted"),
        ("open", 5, "menu"),
    ]


async def test_a_flush_does_not_wait_for_more(journal: DatabaseJournal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "GATHER_SECONDS", 20)
    async with asyncio.timeout(5):
        for number in range(3):
            await journal.arrived(incoming(f"c{number}"), None)
            await asyncio.sleep(0)
            await journal.flush()
    assert journal.lost == 0
