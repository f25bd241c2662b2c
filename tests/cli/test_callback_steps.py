"""`switchboard callbacks take …`, and what `switchboard check` says of mail that reached nobody."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from switchboard.db.engine import Database
from switchboard.db.jobs.outbox import Draft, write_draft
from switchboard.db.tables import job, notice, outbox
from tests.cli.conftest import Command
from tests.demo_house import leave_messages

AT = datetime(2026, 8, 12, 8, 0, tzinfo=UTC)


@pytest.fixture
def task(switchboard: Command, environment: Path) -> str:
    del switchboard

    async def work() -> None:
        database = Database(f"sqlite:///{environment / 'cli.sqlite3'}")
        await leave_messages(database, 1)
        await database.close()

    asyncio.run(work())
    return "task-1"


@pytest.mark.requirement("R17")
def test_a_task_from_open_to_done(switchboard: Command, task: str) -> None:
    assert switchboard("callbacks", "take", task, "--person", "211").out.startswith("task-1  taken")
    assert switchboard("callbacks", "attempt", task, "--note", "svarade inte").status == 0
    promised = switchboard("callbacks", "promise", task, "--until", "2026-08-14T09:00", "--how", "call", "--json")
    assert (promised.document["status"], promised.document["attempts"]) == ("promised", 1)
    assert promised.document["taken_by"] == "Erik Lund"
    refused = switchboard("callbacks", "done", task)
    assert refused.status != 0
    assert "the journal shows no call back" in refused.err
    done = switchboard("callbacks", "done", task, "--person", "211", "--reason", "kom förbi")
    assert done.out.startswith("task-1  done")
    assert "is done: take is not possible" in switchboard("callbacks", "take", task).err
    shown = switchboard("callbacks", "show", task).out
    assert [line.split()[2] for line in shown.splitlines() if line.startswith("  ")] == [
        "opened",
        "taken",
        "attempted",
        "promised",
        "done",
    ]


def test_a_task_handed_over_and_closed(switchboard: Command, task: str) -> None:
    handed = switchboard("callbacks", "hand-over", task, "--person", "210", "--why", "marklov", "--json")
    assert (handed.document["person"], handed.document["status"]) == ("Anna Andersson", "open")
    assert switchboard("callbacks", "hand-over", task, "--why", "marklov").status != 0
    assert switchboard("callbacks", "take", task).status == 0
    assert switchboard("callbacks", "release", task).out.startswith("task-1  open")
    assert switchboard("callbacks", "close", task, "--reason", "ringde igen").out.startswith("task-1  closed")


def test_check_lists_what_nobody_was_told(switchboard: Command, task: str, environment: Path) -> None:
    async def work() -> None:
        database = Database(f"sqlite:///{environment / 'cli.sqlite3'}")
        async with database.write() as tx:
            await write_draft(tx, Draft("x@norrby.example", "Ämne", "Text"), AT)
            await tx.execute(outbox.update().values(state="refused", error="the mail server answered 550"))
            await write_draft(tx, Draft("y@norrby.example", "Ämne", "Text"), AT - timedelta(hours=2))
            row = {"created_at": AT, "task_id": task, "kind": "task_opened", "state": "nobody", "authority_id": 1}
            await tx.execute(notice.insert().values(row))
            failed = {
                "kind": "watch_task",
                "key": "x",
                "due": AT,
                "arguments": {},
                "state": "failed",
                "error": "KeyError",
            }
            await tx.execute(job.insert().values(failed))
        await database.close()

    asyncio.run(work())
    said = switchboard("check", "--json")
    found = {(each["table"], each["severity"]): each["problem"] for each in said.document["items"]}
    letters = [each["problem"] for each in said.document["items"] if each["table"] == "outbox"]
    assert [problem.partition(" have")[0].partition(" (")[0] for problem in letters] == [
        "1 letters",
        "the mail server refused this letter",
    ]
    assert "no e-mail address" in found["notice", "warning"]
    assert "KeyError" in found["job", "error"]
