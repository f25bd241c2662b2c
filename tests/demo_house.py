"""The demo's directory in a database, and rows that calls would have written, for tests of what is listed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert, select

from switchboard.db.demo_data import ACCOUNTS, load_demo
from switchboard.db.demo_data.loading import DemoSources
from switchboard.db.engine import Database
from switchboard.db.tables import authority, call, call_event, callback_event, callback_task, person, voicemail_message
from switchboard.domain.working_days import STOCKHOLM
from tests.fakes.audio import FakeAudioStore

NOW = datetime(2026, 8, 12, 10, 0, tzinfo=STOCKHOLM)
"""A Wednesday in a week without holidays."""
PASSWORDS = dict.fromkeys(ACCOUNTS, "pw-7731-abcdef-0042")
CITIZEN = "+46701740605"


async def furnish(database: Database, now: datetime = NOW) -> None:
    """Both authorities, without recordings."""
    await load_demo(database, DemoSources(PASSWORDS, Path("no-such-folder"), FakeAudioStore()), now)


async def put(database: Database, table: Table, *rows: dict[str, Any]) -> None:
    async with database.write() as tx:
        await tx.execute(insert(table), list(rows))


async def id_of(database: Database, table: Table, name: str) -> int:
    async with database.read() as tx:
        return int((await tx.execute(select(table.c.id).where(table.c.name == name))).scalar_one())


async def rows_of(database: Database, table: Table) -> Sequence[Any]:
    async with database.read() as tx:
        return (await tx.execute(select(table))).all()


async def leave_messages(database: Database, count: int = 1, now: datetime = NOW) -> None:
    """Calls to Erik, a minute apart, each with a message and its task; ids `…-1` is the oldest."""
    norrby = await id_of(database, authority, "Norrby kommun")
    erik = await id_of(database, person, "Erik Lund")
    for number in range(1, count + 1):
        at = now + timedelta(minutes=number)
        await put(database, call, _call(number, norrby, at))
        await put(database, call_event, *_events(number, at))
        mailbox = {"authority_id": norrby, "person_id": erik, "caller": CITIZEN, "received_at": at}
        await put(database, voicemail_message, _message(number, mailbox))
        await put(database, callback_task, _task(number, mailbox))
        opened = {"task_id": f"task-{number}", "at": at, "kind": "opened", "actor": "service", "detail": {}}
        await put(database, callback_event, opened)


def _call(number: int, authority_id: int, at: datetime) -> dict[str, Any]:
    return {
        "id": f"call-{number}",
        "authority_id": authority_id,
        "called": "0980319211",
        "caller": "0701740605",
        "source": "trunk",
        "arrived_at": at,
        "answered_at": at + timedelta(seconds=1),
        "ended_at": at + timedelta(seconds=31.5),
        "outcome": "message",
        "route_reason": "phone_number 5: to person 4",
    }


def _events(number: int, at: datetime) -> list[dict[str, Any]]:
    kinds = (("arrived", {"pii_caller": CITIZEN}), ("routed", {"to": "person"}), ("ended", {"outcome": "message"}))
    return [
        {"call_id": f"call-{number}", "at": at + timedelta(seconds=place), "kind": kind, "detail": detail}
        for place, (kind, detail) in enumerate(kinds)
    ]


def _message(number: int, mailbox: dict[str, Any]) -> dict[str, Any]:
    names = {"id": f"message-{number}", "recording_name": f"recording-{number}", "call_id": f"call-{number}"}
    return {**names, **mailbox, "duration_s": 12.5, "sha256": f"{number:064x}"}


def _task(number: int, mailbox: dict[str, Any]) -> dict[str, Any]:
    day = datetime(2026, 8, 13, tzinfo=STOCKHOLM)
    counted = {"deadline_date": day.date(), "deadline": day.replace(hour=23, minute=59, second=59), "policy_id": 1}
    names = {"id": f"task-{number}", "call_id": f"call-{number}", "voicemail_message_id": f"message-{number}"}
    return {**names, **mailbox, **counted, "source": "voicemail", "rule": "1 working day after Wed 2026-08-12"}
