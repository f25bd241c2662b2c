"""Whatever the inventory calls personal is gone after its time and after a request (R44): every table is searched."""

import json
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Float, Integer, Table

from switchboard.changes import Act
from switchboard.db.jobs import put_job
from switchboard.db.retention.inventory import PERSONAL
from switchboard.db.retention.keeping import RETENTION, Retention
from switchboard.db.retention.person_data import PersonData
from switchboard.db.tables import (
    absence,
    audit_log,
    call,
    call_event,
    callback_event,
    callback_task,
    erasure_log,
    greeting,
    greeting_version,
    metadata,
    outbox,
    pin_lock,
    policy,
    queue_place,
    voicemail_message,
)
from switchboard.db.tables.columns import Instant, LocalDate, LocalTime
from switchboard.domain.keeping.retention import BY_POLICY, Kind
from tests.demo_house import CITIZEN, NOW, rows_of
from tests.duties.house import House, by_hand
from tests.duties.test_retention import close_task, keep_for

MARK = "findmeagain"
DAY = timedelta(days=1)
SPELLINGS = (CITIZEN, "46701740605", "0046701740605", "0701740605", "070-174 06 05")
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


async def stand_everywhere(house: House) -> None:
    """The citizen, however written, in each table that a call leaves traces in."""
    await house.service.leave_message("1", house.erik_s)
    await house.service.works()
    call_row = {"authority_id": house.norrby, "called": "0980319211", "source": "trunk", "arrived_at": NOW}
    for number, caller in enumerate(SPELLINGS[:4]):
        await house.put(call, id=f"c-{number}", caller=caller, caller_name="Kalle", **call_row)
    await house.put(
        call, id="out", caller="erik", account="erik", **{**call_row, "called": "0701740605", "source": "phone"}
    )
    await house.put(call, id="other", caller="+46701740611", **call_row)
    for id in ("c-0", "out", "other"):
        for detail in ({"pii_number": CITIZEN, "order": "CallBack"}, {"pii_target": SPELLINGS[4], "count": 1}):
            await house.put(call_event, call_id=id, at=NOW, kind="desk", detail=detail)
    place = {
        "group_id": 1,
        "authority_id": house.norrby,
        "kind": "caller",
        "priority": 20,
        "since": NOW,
        "language": "sv",
    }
    await house.put(queue_place, call_id="c-0", called="0980319200", number=CITIZEN, left_at=NOW, **place)
    await house.put(pin_lock, kind="caller", subject=CITIZEN, failures=3, latest_at=NOW)
    act = {"at": NOW, "actor": "service", "action": "pin.wrong", "table_name": "person", "row_key": "4"}
    await house.put(audit_log, detail={"pii_caller": CITIZEN}, **act)


@pytest.mark.requirement("R44")
async def test_a_caller_is_found_and_erased_everywhere_however_the_number_was_written(house: House) -> None:
    await stand_everywhere(house)
    await close_task(house, "t-1")
    await house.service.works()
    data = PersonData(house.service.database, house.service.audio)
    handed_out: Any = await data.export("070-174 06 05", by_hand(NOW))
    for name in ("call", "call_event", "queue_place", "voicemail_message", "callback_task", "outbox", "pin_lock"):
        assert handed_out[name], name
    assert "+46701740611" not in json.dumps(handed_out)
    before = await everything(house, but=("audit_log", "erasure_log"))
    planned: Any = await data.erase("0701740605", by_hand(NOW), dry_run=True)
    assert await everything(house, but=("audit_log", "erasure_log")) == before
    done: Any = await data.erase("+46 70 174 06 05", by_hand(NOW))
    assert {**planned, "dry_run": False} == done | {"left": planned["left"]}
    after = await everything(house)
    assert [each for each in SPELLINGS if each in after] == []
    assert "Kalle" not in after
    kept = {row.id: row.detail for row in await rows_of(house.service.database, call_event) if row.call_id == "other"}
    assert list(kept.values()) == [{"order": "CallBack"}, {"count": 1}]
    assert "+46701740611" in after, "another caller is not touched"


@pytest.mark.requirement("R44")
async def test_a_longer_number_is_another_one_s(house: House) -> None:
    row = {"authority_id": house.norrby, "called": "0980319211", "source": "trunk", "arrived_at": NOW}
    await house.put(call, id="other", caller="+467017406059", **row)
    await house.put(call_event, call_id="other", at=NOW, kind="desk", detail={"pii_number": "+467017406059"})
    data = PersonData(house.service.database, house.service.audio)
    found: Any = await data.export(CITIZEN, by_hand(NOW))
    assert found["call_event"] == []
    await data.erase(CITIZEN, by_hand(NOW))
    assert (await rows_of(house.service.database, call_event))[0].detail == {"pii_number": "+467017406059"}


@pytest.mark.requirement("R41")
async def test_a_lock_in_force_is_not_lifted_by_a_request(house: House) -> None:
    await house.put(
        pin_lock, kind="caller", subject=CITIZEN, failures=10, latest_at=NOW, locked_until=NOW + timedelta(hours=1)
    )
    data = PersonData(house.service.database, house.service.audio)
    done: Any = await data.erase(CITIZEN, by_hand(NOW))
    assert done["left"] == {"pin_lock": 1}
    assert len(await rows_of(house.service.database, pin_lock)) == 1


@pytest.mark.requirement("R44")
async def test_of_a_colleague_calls_letters_greetings_and_past_absences_go(house: House) -> None:
    row = {"authority_id": house.norrby, "called": "*26", "source": "phone", "arrived_at": NOW}
    await house.put(call, id="own", caller="erik", account="erik", **row)
    sha256 = await house.service.audio.put(b"RIFFmine")
    place = {"owner_kind": "person", "owner_id": house.erik, "kind": "personal", "language": "sv", "sha256": sha256}
    await house.put(greeting, **place, situation="always")
    await house.put(greeting_version, **place, situation="always", actor="phone erik", at=NOW)
    for until in (NOW - DAY, NOW + DAY):
        await house.put(absence, person_id=house.erik, reason="sick", start=NOW - 2 * DAY, until=until)
    await house.service.leave_message("1", house.erik_s)
    await house.service.works()
    data = PersonData(house.service.database, house.service.audio)
    found: Any = await data.export(f"#{house.erik}", by_hand(NOW))
    assert sha256 in found["recordings"]
    assert found["voicemail_message"] == [], "what callers left is the callers'"
    done: Any = await data.erase("211", by_hand(NOW))
    counts = {kind: done["erased"][kind] for kind in ("calls", "greetings", "absences")}
    assert counts == {"calls": 1, "greetings": 2, "absences": 1}
    assert done["left"]["person"] == 1
    mine = [row for row in await rows_of(house.service.database, greeting) if row.owner_id == house.erik]
    assert mine == []
    assert (await rows_of(house.service.database, voicemail_message))[0].caller == CITIZEN
    await house.service.until(NOW + DAY)
    assert sha256 not in house.service.audio.stored


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


def test_every_kind_with_a_policy_has_a_limit_for_it() -> None:
    assert {f"keep_{kind.value}_days" for kind in BY_POLICY} <= set(policy.c.keys())
    assert {callback_event.name, callback_task.name, outbox.name} <= set(PERSONAL)
