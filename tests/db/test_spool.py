"""What waits beside the database while it is away: on disk at once, written once each and in order when it is back."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from switchboard.db import journal_entries
from switchboard.db.desk_tasks import DatabaseTasks
from switchboard.db.engine import Database, DatabaseAway
from switchboard.db.messages import DatabaseMessages
from switchboard.db.spool import Item, Spool, beside, drain, store
from switchboard.db.spool.beside import SpooledMessages, SpooledTasks
from switchboard.db.spool.items import Began, Discarded, Opened, from_text, to_text
from switchboard.db.spool.store import SpoolFull
from switchboard.domain.call import CallEvent, CallOutcome, EventKind, Outcome
from switchboard.domain.callback import PendingRecording
from tests.contracts.test_messages import AT, message, opened, pending, task
from tests.db.rows import fetch
from tests.db.test_journal import incoming
from tests.fakes.world import FakeLog

ROOT = Path(__file__).parents[2]
DIES = """
import asyncio, sys
from pathlib import Path
from switchboard.db.spool import Spool
from switchboard.db.spool.items import Discarded

async def work():
    spool = Spool(Path(sys.argv[1]))
    for n in range(100_000):
        await spool.put([Discarded(f"message-{n}")])
        print(n, flush=True)

asyncio.run(work())
"""


def noted(n: int) -> journal_entries.Entry:
    return journal_entries.event(CallEvent("c1", AT, EventKind.PLAYED, {"step": n, "what": 'å"\n'}))


ENDED = journal_entries.ending("c1", AT, CallOutcome(Outcome.INFORMED, "caller hung up"))
EVERYTHING: list[Item] = [
    journal_entries.arrival(incoming("c1"), None),
    noted(1),
    journal_entries.answer("c1", AT),
    journal_entries.routing("c1", 1, "rule 3"),
    journal_entries.Tally("c1", {"waited_s": 2.5}),
    ENDED,
    Began(pending("a")),
    Discarded("b"),
    Opened(opened(), "efter tre", "phone op1"),
]


async def count(database: Database, table: str) -> int:
    ((found,),) = await fetch(database, f"SELECT count(*) FROM {table}")  # noqa: S608
    assert isinstance(found, int)
    return found


@pytest.mark.parametrize("item", EVERYTHING, ids=lambda item: type(item).__name__)
def test_what_is_read_is_what_was_written(item: Item) -> None:
    kind, text = to_text(item)
    assert from_text(kind, text) == item
    assert type(from_text(kind, text)) is type(item)


async def test_it_keeps_the_order_over_a_restart(spool: Spool, tmp_path: Path) -> None:
    await spool.put(EVERYTHING[:3])
    await spool.put(EVERYTHING[3:])
    await spool.close()
    again = Spool(tmp_path / "folder" / "spool.sqlite3")
    await again.open()
    assert (len(again), again.id) == (len(EVERYTHING), spool.id)
    numbers, items = zip(*await again.first(100), strict=True)
    assert list(items) == EVERYTHING
    await again.remove_to(numbers[3])
    assert [item for _, item in await again.first(2)] == EVERYTHING[4:6]
    assert again.comes_first
    await again.close()
    assert (tmp_path / "folder" / "spool.sqlite3").stat().st_mode & 0o077 == 0


async def test_numbers_are_never_given_twice(spool: Spool) -> None:
    """The database remembers how far it has got by them."""
    await spool.put([noted(1)])
    ((first, _),) = await spool.first(1)
    await spool.remove_to(first)
    await spool.put([noted(2)])
    ((second, _),) = await spool.first(1)
    assert second > first


@pytest.mark.parametrize("kills", [5])
async def test_what_was_put_outlives_a_kill(tmp_path: Path, kills: int) -> None:
    file = tmp_path / "spool.sqlite3"
    told = -1
    for _ in range(kills):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", DIES, str(file), cwd=ROOT, env=dict(os.environ), stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        async with asyncio.timeout(30):
            for _line in range(20):
                told = int(await process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        await process.wait()
        spool = Spool(file)
        await spool.open()
        names = {item.name for _, item in await spool.first(100_000) if isinstance(item, Discarded)}
        assert {f"message-{n}" for n in range(told + 1)} <= names
        await spool.close()


async def test_two_services_with_one_file_write_it_once(spool: Spool, database: Database, log: FakeLog) -> None:
    await spool.put([journal_entries.arrival(incoming("c1"), None), *(noted(n) for n in range(50))])
    await asyncio.gather(*(drain(spool, database, log) for _ in range(4)))
    assert await count(database, "call_event") == 50


async def test_a_full_spool_is_told_and_counted(
    spool: Spool, database: Database, log: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MOST_ITEMS", 2)
    assert await spool.takes()
    await spool.put([noted(1), noted(2)])
    assert not await spool.takes()
    with pytest.raises(SpoolFull):
        await spool.put([noted(3)])


async def test_a_disk_that_takes_nothing_is_seen(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    assert not await Spool(tmp_path / "file" / "spool.sqlite3").takes()


@pytest.mark.requirement("R16")
async def test_a_recording_and_a_task_are_kept_while_the_database_is_away(
    spool: Spool, database: Database, log: FakeLog
) -> None:
    messages, tasks = SpooledMessages(DatabaseMessages(database), spool), SpooledTasks(DatabaseTasks(database), spool)
    spool.told_away = True
    await messages.begin(pending("a"))
    await messages.begin(pending("b"))
    await messages.discard("b")
    assert await tasks.open(opened(), "", "phone op1")
    with pytest.raises(DatabaseAway):
        await messages.keep("a", message("a"), task("a"))
    assert await count(database, "pending_recording") == 0
    spool.told_away = False
    await drain(spool, database, log)
    assert [each.name for each in await messages.pending()] == ["a"]
    assert await messages.pending() == [pending("a")]
    assert await count(database, "callback_task") == 1
    await messages.begin(pending("c"))
    assert len(spool) == 0, "it went straight to the database"


async def test_a_database_that_goes_away_just_now_loses_nothing(
    spool: Spool, database: Database, log: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = DatabaseMessages(database)

    async def broken(_: object) -> None:
        raise ConnectionError("gone")

    monkeypatch.setattr(inner, "begin", broken)
    await SpooledMessages(inner, spool).begin(pending("a"))
    assert [item for _, item in await spool.first(5)] == [Began(pending("a"))]


@pytest.mark.requirement("R16")
async def test_a_database_that_takes_its_time_costs_nobody_the_number(
    spool: Spool, database: Database, log: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who speaks while it is locked is on disk before the beep, and begins once however often it is written."""
    monkeypatch.setattr(beside, "SOON_S", 0.05)
    inner = DatabaseMessages(database)
    messages, begin, unlocked = SpooledMessages(inner, spool), inner.begin, asyncio.Event()

    async def late(told: PendingRecording) -> None:
        await unlocked.wait()
        await begin(told)

    monkeypatch.setattr(inner, "begin", late)
    await messages.begin(pending("a"))
    assert [item for _, item in await spool.first(5)] == [Began(pending("a"))]
    await drain(spool, database, log)
    unlocked.set()
    await asyncio.gather(*(each for each in asyncio.all_tasks() if each.get_name() == "begin a"))
    assert await messages.pending() == [pending("a")]
