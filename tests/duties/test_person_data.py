"""What is kept about one person, handed out and erased on request (R44)."""

import json
from datetime import timedelta
from typing import Any

import pytest

from switchboard.db.retention.person_data import PersonData
from switchboard.db.tables import (
    absence,
    audit_log,
    call,
    call_event,
    greeting,
    greeting_version,
    pin_lock,
    queue_place,
    voicemail_message,
)
from switchboard.domain.tasks.life import Attempt, Release, Take
from tests.demo_house import CITIZEN, NOW, rows_of
from tests.duties.house import House, by_hand
from tests.duties.test_nothing_left import everything
from tests.duties.test_retention import close_task

DAY = timedelta(days=1)
SPELLINGS = (CITIZEN, "46701740605", "0046701740605", "0701740605", "070-174 06 05")


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
    assert {**planned, "dry_run": False} == done | {name: planned[name] for name in ("left", "to_look_at")}
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


@pytest.mark.requirement("R44")
async def test_names_and_numbers_in_what_others_wrote_are_listed_and_not_changed(house: House) -> None:
    """Somebody else's task tells of her; who is called nearly the same is not listed."""
    await house.service.leave_message("1", house.erik_s, "+46701740611")
    notes = (
        "Grannen Åsa Öhman ringde för dem, 070-174 06 05.",
        "Gäller ÅSA ÖHMANS bygglov.",
        "Åsa Öhmansson är någon annan.",
        "Ring om 070-174 06 059.",
    )
    for note in notes:
        await house.service.steps.make("t-1", Take(house.erik), by_hand(NOW))
        await house.service.steps.make("t-1", Attempt(note), by_hand(NOW))
        await house.service.steps.make("t-1", Release(), by_hand(NOW))
    before = await everything(house, but=("audit_log", "erasure_log"))
    data = PersonData(house.service.database, house.service.audio)
    found: Any = await data.export(CITIZEN, by_hand(NOW), ["Åsa  Öhman"])
    done: Any = await data.erase(CITIZEN, by_hand(NOW), ["Åsa  Öhman"])
    assert found["to_look_at"] == done["to_look_at"]
    listed = [(each["table"], each["column"], each["text"]) for each in done["to_look_at"]]
    assert [(table, column) for table, column, _ in listed] == [("callback_event", "detail")] * len(listed)
    assert "Grannen Åsa Öhman ringde" in listed[0][2]
    assert not any("Öhmansson" in text or "06 059" in text for _, _, text in listed)
    assert await everything(house, but=("audit_log", "erasure_log")) == before
    without: Any = await data.erase(CITIZEN, by_hand(NOW))
    assert len(without["to_look_at"]) == 1, "the number alone"


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
