"""Jobs and letters: due in order, held by one service at a time, begun again after a crash, counted once.

On SQLite and PostgreSQL, with two services on one database.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from switchboard.calls.duties import MOST_TRIES, JobWorker, pause_after
from switchboard.calls.ports.duties import Job
from switchboard.db.engine import Database
from switchboard.db.jobs import DatabaseJobs, LeaseLost, put_job, remove_job, reschedule
from switchboard.db.jobs.outbox import DatabaseOutbox, Draft, write_draft
from switchboard.db.tables import audit_log, job, outbox
from tests.demo_house import rows_of
from tests.duties.house import SetClock
from tests.fakes.world import FakeLog

pytestmark = pytest.mark.real_time

AT = datetime(2026, 8, 12, 8, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=10)


async def put(database: Database, *keys: str, due: datetime = AT) -> None:
    async with database.write() as tx:
        for key in keys:
            await put_job(tx, "test", key, due, {"key": key})


async def done(database: Database, held: Job, due: datetime | None = None) -> None:
    async with database.write() as tx:
        await reschedule(tx, held, due)


async def test_what_is_due_comes_in_order_and_what_is_not_does_not(database: Database) -> None:
    jobs = DatabaseJobs(database, "one")
    assert await jobs.take(AT) is None
    await put(database, "late", due=AT)
    await put(database, "early", due=AT - timedelta(days=3))
    await put(database, "not yet", due=AT + timedelta(seconds=1))
    first = await jobs.take(AT)
    second = await jobs.take(AT)
    assert [first and first.key, second and second.key] == ["early", "late"]
    assert first is not None
    assert (first.arguments, first.tries) == ({"key": "early"}, 1)
    assert await jobs.take(AT) is None
    await done(database, first)
    assert sorted(row.key for row in await rows_of(database, job)) == ["late", "not yet"]


async def test_two_services_never_hold_the_same(database: Database, database_url: str) -> None:
    other = Database(database_url)
    workers = [DatabaseJobs(database, "one"), DatabaseJobs(other, "two")]
    await put(database, *map(str, range(40)))

    async def drain(jobs: DatabaseJobs, mine: list[str]) -> None:
        while (held := await jobs.take(AT)) is not None:
            mine.append(held.key)
            await done(database, held)

    took: list[list[str]] = [[], []]
    await asyncio.gather(*(drain(jobs, mine) for jobs, mine in zip(workers, took, strict=True)))
    assert sorted(took[0] + took[1], key=int) == [str(number) for number in range(40)]
    await other.close()


async def test_a_service_that_died_between_take_and_finish(database: Database) -> None:
    dead, alive = DatabaseJobs(database, "dead"), DatabaseJobs(database, "alive")
    await put(database, "a")
    lost = await dead.take(AT)
    assert await alive.take(AT + timedelta(minutes=4)) is None
    found = await alive.take(LATER)
    assert lost is not None
    assert found is not None
    assert (found.key, found.tries) == ("a", 2)
    # It was not dead, only slow: what it did is taken back with the transaction.
    with pytest.raises(LeaseLost):
        await _with_effect(database, lost)
    assert await rows_of(database, audit_log) == []
    await done(database, found, LATER)
    again = await dead.take(LATER)
    assert again is not None
    assert again.tries == 1


async def test_a_job_put_again_while_it_is_done_is_done_again(database: Database) -> None:
    jobs = DatabaseJobs(database, "one")
    await put(database, "a")
    held = await jobs.take(AT)
    await put(database, "a", due=LATER)
    assert held is not None
    with pytest.raises(LeaseLost):
        await done(database, held)
    async with database.write() as tx:
        await remove_job(tx, "test", "a")
        await remove_job(tx, "test", "a")
    assert await jobs.take(LATER) is None


async def test_a_job_that_fails_is_tried_later_holds_up_nobody_and_is_given_up_at_last(database: Database) -> None:
    clock, log, ran = SetClock(AT), FakeLog(), list[str]()

    async def handle(held: Job) -> None:
        ran.append(held.key)
        if held.key == "bad":
            raise RuntimeError("070-174 06 05 is personal")
        await done(database, held)

    worker = JobWorker(DatabaseJobs(database, "one"), {"test": handle}, clock, log)
    await put(database, "bad", due=AT - timedelta(hours=1))
    await put(database, "good")
    assert await worker.do_what_is_due() == 2
    assert ran == ["bad", "good"]
    for tries in range(1, MOST_TRIES):
        clock.at += pause_after(tries)
        assert await worker.do_what_is_due() == 1
    (row,) = await rows_of(database, job)
    assert (row.state, row.tries, row.error) == ("failed", MOST_TRIES, "RuntimeError")
    clock.at += timedelta(days=1)
    assert await worker.do_what_is_due() == 0


async def test_a_job_that_somebody_else_has_meanwhile_is_no_fault(database: Database) -> None:
    log = FakeLog()

    async def handle(held: Job) -> None:
        await put(database, "a", due=LATER)
        await done(database, held)

    await put(database, "a")
    await JobWorker(DatabaseJobs(database, "one"), {"test": handle}, SetClock(AT), log).do_what_is_due()
    assert log.events("exception") == []
    assert log.events("info") == ["job_not_ours_any_more"]
    assert [row.due for row in await rows_of(database, job)] == [LATER]


async def test_a_kind_that_nobody_knows_is_a_fault_of_that_job_alone(database: Database) -> None:
    log = FakeLog()
    await put(database, "a")
    await JobWorker(DatabaseJobs(database, "one"), {}, SetClock(AT), log).do_what_is_due()
    assert log.events("exception") == ["job_failed"]


async def _with_effect(database: Database, held: Job) -> None:
    async with database.write() as tx:
        await tx.execute(audit_log.insert().values(at=AT, actor="x", action="x", detail={}))
        await reschedule(tx, held, None)


async def _write_and_fail(database: Database) -> None:
    async with database.write() as tx:
        await write_draft(tx, Draft("erik@norrby.example", "Ämne", "Text"), AT)
        raise ZeroDivisionError


async def test_letters_are_taken_once_and_marked(database: Database, database_url: str) -> None:
    other = Database(database_url)
    one, two = DatabaseOutbox(database, "one"), DatabaseOutbox(other, "two")
    async with database.write() as tx:
        for number in range(20):
            await write_draft(tx, Draft(f"{number}@norrby.example", "Ämne", "Text"), AT)

    async def send(mine: DatabaseOutbox, took: list[str]) -> None:
        while (letter := await mine.take(AT)) is not None:
            took.append(letter.recipient)
            await mine.sent(letter, AT)

    took: list[str] = []
    await asyncio.gather(send(one, took), send(two, took))
    assert len(took) == len(set(took)) == 20
    rows = await rows_of(database, outbox)
    assert {(row.state, row.tries, row.sent_at) for row in rows} == {("sent", 1, AT)}
    assert len({row.message_id for row in rows}) == 20
    await other.close()


async def test_a_letter_keeps_its_name_through_every_try(database: Database) -> None:
    letters = DatabaseOutbox(database, "one")
    async with database.write() as tx:
        await write_draft(tx, Draft("erik@norrby.example", "Ämne", "Text"), AT)
    first = await letters.take(AT)
    assert first is not None
    await letters.put_off(first, LATER, "451")
    assert await letters.take(LATER - timedelta(seconds=1)) is None
    second = await letters.take(LATER)
    assert second is not None
    assert (second.message_id, second.tries) == (first.message_id, 2)
    assert await letters.counts() == {"waiting": 1, "refused": 0, "expired": 0}
    await letters.refused(second, "550")
    assert await letters.counts() == {"waiting": 0, "refused": 1, "expired": 0}


async def test_a_letter_and_what_it_tells_are_there_together_or_not_at_all(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await _write_and_fail(database)
    async with database.read() as tx:
        assert (await tx.execute(select(outbox))).all() == []


def test_pauses_grow_to_an_hour() -> None:
    grown: Callable[[int], float] = lambda tries: pause_after(tries).total_seconds()  # noqa: E731
    assert [grown(tries) for tries in (0, 1, 2, 3, 8, 500)] == [30, 30, 60, 120, 3600, 3600]
