"""Whatever the inventory calls personal is gone after its time and after a request (R44): every table is searched."""

import json
from collections.abc import Mapping
from datetime import date, time, timedelta

import pytest
from sqlalchemy import JSON, Boolean, Column, Float, Integer, Table

from switchboard.changes import Act
from switchboard.db.jobs import put_job
from switchboard.db.retention.inventory import PERSONAL
from switchboard.db.retention.keeping import RETENTION, Retention
from switchboard.db.tables import (
    call,
    erasure_log,
    greeting,
    greeting_version,
    metadata,
    queue_place,
    voicemail_message,
)
from switchboard.db.tables.columns import Instant, LocalDate, LocalTime
from switchboard.domain.keeping.retention import Kind
from tests.demo_house import CITIZEN, NOW, rows_of
from tests.duties.house import House
from tests.duties.test_retention import close_task, keep_for

MARK = "findmeagain"
DAY = timedelta(days=1)
ENDED: Mapping[str, Mapping[str, object]] = {
    "call": {"source": "phone", "id": "c-x"},
    "call_event": {"call_id": "c-x"},
    "queue_place": {"call_id": "c-x", "left_at": NOW},
    "callback_task": {"id": "t-x", "status": "closed"},
    "callback_event": {"task_id": "t-x", "kind": "closed"},
    "outbox": {"state": "sent"},
    "greeting_version": {"owner_kind": "unit"},
    "absence": {"until": NOW},
}
"""What must be so that a row is over."""


async def everything(house: House, but: tuple[str, ...] = ()) -> str:
    found = {table.name: await rows_of(house.service.database, table) for table in metadata.sorted_tables}
    return json.dumps(
        [[name, [list(row) for row in rows]] for name, rows in found.items() if name not in but], default=str
    )


def filled(column: Column[object], personal: bool) -> object:
    """A value that the column takes; a personal one is found again."""
    match column.type:
        case JSON():
            return {"pii_x": MARK, "who": MARK} if personal else {}
        case Instant():
            return NOW
        case LocalDate():
            return date(2026, 8, 12)
        case LocalTime():
            return time(8)
        case Boolean():
            return False
        case Integer() | Float():
            return 1
        case _:
            return MARK if personal else "x"


def row_of(table: Table, house: House) -> dict[str, object]:
    personal = PERSONAL[table.name].columns
    values = {
        column.name: filled(column, column.name in personal)
        for column in table.columns
        if column.name in personal or (not column.nullable and column.name != "id" and column.server_default is None)
    }
    ids = {name: house.erik for name in values if name.endswith("person_id")} | (
        {"deputy_id": None} if "deputy_id" in values else {}
    )
    return {**values, **ids, **ENDED.get(table.name, {})} | (
        {"authority_id": house.norrby} if "authority_id" in table.c else {}
    )


@pytest.mark.requirement("R44")
async def test_whatever_the_inventory_limits_is_gone_after_its_time(house: House) -> None:
    limited = [name for name, personal in PERSONAL.items() if isinstance(personal.how, Kind)]
    ordered = [table for table in metadata.sorted_tables if table.name in limited]
    for table in ordered:
        row = row_of(table, house)
        if table.name == "absence":
            row["reason"] = MARK
        if "id" in table.c and "id" not in row and table.c.id.type.python_type is str:
            row["id"] = f"{table.name}-x"
        await house.put(table, **row)
    before = await everything(house)
    assert before.count(MARK) > len(limited)
    await keep_for(house, 30)
    await Retention(house.service.database, house.service.directory).go(Act("service", NOW + 60 * DAY))
    names_of_recordings_to_delete = ("job",)
    after = await everything(house, but=names_of_recordings_to_delete)
    assert [after[at - 300 : at + 50] for at in range(len(after)) if after.startswith(MARK, at)] == []
    assert {row.kind for row in await rows_of(house.service.database, erasure_log)} == {kind.value for kind in Kind}


@pytest.mark.requirement("R44")
async def test_greetings_of_who_is_gone_go_in_the_night(house: House) -> None:
    sha256 = await house.service.audio.put(b"RIFFgone")
    await house.put(
        greeting, owner_kind="person", owner_id=999, kind="personal", language="sv", sha256=sha256, situation="always"
    )
    retention = Retention(house.service.database, house.service.directory)
    assert (await retention.go(Act("service", NOW), dry_run=True)).counts() == {"greetings": 1}
    assert (await retention.go(Act("service", NOW))).counts() == {"greetings": 1}
    assert (await retention.go(Act("service", NOW))).counts() == {}
    assert [row for row in await rows_of(house.service.database, greeting) if row.owner_id == 999] == []


@pytest.mark.requirement("R44")
async def test_a_greeting_that_can_be_put_in_force_again_stays_for_its_time(house: House) -> None:
    await keep_for(house, 30)
    place = {
        "owner_kind": "person",
        "owner_id": house.erik,
        "kind": "personal",
        "language": "sv",
        "situation": "always",
    }
    for sha256, days in (("old", 400), ("new", 10)):
        await house.put(greeting_version, **place, sha256=sha256, actor="phone erik", at=NOW - days * DAY)
    await house.put(greeting, **place, sha256="new")
    retention = Retention(house.service.database, house.service.directory)
    await retention.go(Act("service", NOW))
    assert await versions(house) == ["old", "new"]
    await retention.go(Act("service", NOW + 25 * DAY))
    assert await versions(house) == ["new"], "what callers hear stays"


async def versions(house: House) -> list[str]:
    rows = sorted(await rows_of(house.service.database, greeting_version), key=lambda row: row.id)
    return [row.sha256 for row in rows if row.owner_id == house.erik]


@pytest.mark.requirement("R44")
async def test_a_recording_that_never_had_a_row_goes_after_a_month(house: House) -> None:
    sha256 = await house.service.audio.put(b"RIFForphan")
    named = await house.service.audio.put(b"RIFF1")
    await house.service.leave_message("1", house.erik_s)
    async with house.service.database.write() as tx:
        await put_job(tx, RETENTION, "", NOW)
    await house.service.until(NOW + 29 * DAY)
    assert sha256 in house.service.audio.stored
    await house.service.until(NOW + 32 * DAY)
    assert sha256 not in house.service.audio.stored
    assert named in house.service.audio.stored
    (row,) = await rows_of(house.service.database, erasure_log)
    assert (row.kind, row.count, row.row_keys) == ("audio", 1, [])


@pytest.mark.requirement("R16")
async def test_a_place_in_line_holds_its_call(house: House) -> None:
    await keep_for(house, 1)
    row = {"authority_id": house.norrby, "called": "0980319200", "source": "trunk", "arrived_at": NOW}
    await house.put(call, id="c-1", caller=CITIZEN, **row)
    place = {
        "group_id": 1,
        "authority_id": house.norrby,
        "kind": "callback",
        "priority": 20,
        "since": NOW,
        "language": "sv",
    }
    await house.put(queue_place, call_id="c-1", called="0980319200", number=CITIZEN, **place)
    await Retention(house.service.database, house.service.directory).go(Act("service", NOW + 9 * DAY))
    assert (await rows_of(house.service.database, queue_place))[0].number == CITIZEN


@pytest.mark.requirement("R11")
async def test_an_erased_message_is_in_no_mailbox_any_more(house: House) -> None:
    await keep_for(house, 30)
    await house.service.leave_message("1", house.erik_s)
    await close_task(house, "t-1")
    await Retention(house.service.database, house.service.directory).go(Act("service", NOW + 60 * DAY))
    (row,) = await rows_of(house.service.database, voicemail_message)
    assert row.deleted_at == NOW + 60 * DAY
