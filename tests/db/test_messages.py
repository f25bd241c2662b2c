"""Message and callback task are written together or not at all, also when the service dies in between (R14, R16)."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from switchboard.db.engine import Database
from switchboard.db.messages import DatabaseMessages
from switchboard.db.tasks import joining
from tests.contracts.test_messages import message, pending, task
from tests.db.rows import fetch

ROOT = Path(__file__).parents[2]
DIES = """
import asyncio, sys, time
from switchboard.db import messages
from switchboard.db.engine import Database
from switchboard.db.tasks import joining
from tests.contracts.test_messages import message, task

class StopsHere:
    def __init__(self):
        print("the message is written, the task is not", flush=True)
        time.sleep(60)

joining.task_row = lambda task: StopsHere()
asyncio.run(messages.DatabaseMessages(Database(sys.argv[1])).keep("a", message("a"), task("a")))
"""


async def _counts(database: Database) -> list[tuple[object, ...]]:
    names = ("pending_recording", "voicemail_message", "callback_task", "callback_event")
    return await fetch(database, "SELECT " + ", ".join(f"(SELECT count(*) FROM {name})" for name in names))  # noqa: S608


@pytest.mark.requirement("R16")
async def test_a_service_killed_while_it_keeps_a_message(database: Database, database_url: str) -> None:
    messages = DatabaseMessages(database)
    await messages.begin(pending("a"))
    service = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DIES, database_url, cwd=ROOT, env=dict(os.environ), stdout=asyncio.subprocess.PIPE
    )
    assert service.stdout is not None
    async with asyncio.timeout(30):
        assert b"the task is not" in await service.stdout.readline()
    service.send_signal(signal.SIGKILL)
    await service.wait()
    assert await _counts(database) == [(1, 0, 0, 0)]
    assert await messages.keep("a", message("a"), task("a")) is True
    assert await _counts(database) == [(0, 1, 1, 1)]


@pytest.mark.parametrize("step", ["task_row", "opened_row"])
async def test_a_fault_between_the_rows_leaves_none(
    database: Database, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    messages = DatabaseMessages(database)
    await messages.begin(pending("a"))

    def fail(*_: object) -> dict[str, object]:
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as patch:
        patch.setattr(joining, step, fail)
        with pytest.raises(RuntimeError, match="a fault of ours"):
            await messages.keep("a", message("a"), task("a"))
    assert await _counts(database) == [(1, 0, 0, 0)]
    assert await messages.keep("a", message("a"), task("a")) is True


@pytest.mark.requirement("R16")
async def test_two_services_that_keep_the_same_recording(database: Database, database_url: str) -> None:
    other = Database(database_url)
    keepers = [DatabaseMessages(database), DatabaseMessages(other)] * 5
    kept = await asyncio.gather(*(each.keep("a", message("a"), task("a")) for each in keepers))
    assert sorted(kept) == [False] * 9 + [True]
    assert await _counts(database) == [(0, 1, 1, 1)]
    await other.close()


@pytest.mark.requirement("R14")
async def test_the_task_says_why_and_until_when(database: Database) -> None:
    await DatabaseMessages(database).keep("a", message("a"), task("a"))
    row = await fetch(
        database, "SELECT deadline_date, rule, status, voicemail_message_id, person_id FROM callback_task"
    )
    assert [str(value) for value in row[0]] == ["2026-08-04", "next working day", "open", "message-a", "211"]
    assert await fetch(database, "SELECT kind, actor FROM callback_event") == [("opened", "service")]
