"""Marks, retention, export and erasure on a database (R16, R44-R47)."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from switchboard.changes import Act, Marking
from switchboard.db.jobs import put_job
from switchboard.db.retention.erasing import ERASE_AUDIO
from switchboard.db.retention.keeping import RETENTION, Retention, next_night
from switchboard.db.retention.marks import DatabaseMarks
from switchboard.db.retention.person_data import PersonData
from switchboard.db.tables import (
    audit_log,
    call,
    call_event,
    callback_event,
    callback_task,
    erasure_log,
    job,
    policy,
    voicemail_message,
)
from switchboard.domain.keeping.marks import Mark
from switchboard.domain.keeping.retention import BY_POLICY
from switchboard.domain.tasks.life import Close
from switchboard.domain.working_days import STOCKHOLM
from switchboard.errors import BadValue, Conflict, NotFound
from tests.demo_house import CITIZEN, NOW, rows_of
from tests.duties.house import LINK, House, by_hand

OTHER = "+46701740606"
DAY = timedelta(days=1)


async def keep_for(house: House, days: int) -> None:
    kept = {f"keep_{kind.value}_days": days for kind in BY_POLICY}
    async with house.service.database.write() as tx:
        await tx.execute(update(policy).values(kept))


async def call_of(house: House, id: str, at: datetime, caller: str = CITIZEN) -> None:
    """The journal of a call with a message, which `leave_message` names."""
    row = {"id": f"c-{id}", "authority_id": house.norrby, "called": "0980319211", "caller": caller, "source": "trunk"}
    await house.put(call, **row, caller_name="Kalle", arrived_at=at, ended_at=at)
    detail = {"pii_caller": caller, "to": "erik", "group": 3}
    await house.put(call_event, call_id=f"c-{id}", at=at, kind="arrived", detail=detail)


def marks_of(house: House) -> DatabaseMarks:
    return DatabaseMarks(house.service.database, house.service.directory, LINK)


async def mark(house: House, id: str, mark: Mark, reason: str = "hotar", *, on: bool = True) -> bool:
    return await marks_of(house).change(id, Marking(mark, on, reason), Act("person 4", house.clock.now()))


def retention_of(house: House) -> Retention:
    return Retention(house.service.database, house.service.directory)


async def one_of(house: House, table: object, id: str) -> object:
    return next(row for row in await rows_of(house.service.database, table) if row.id == id)  # type: ignore[arg-type]


@pytest.mark.requirement("R45")
@pytest.mark.requirement("R46")
async def test_a_secrecy_mark_has_who_when_and_why_and_keeps_the_recording_here(house: House) -> None:
    async with house.service.database.write() as tx:
        await tx.execute(update(policy).values(mail_audio=True))
    await house.service.leave_message("1", house.erik_s)
    await house.service.worker.do_what_is_due()
    assert (await house.service.letters())[0].attachment_sha256 is not None
    act = Act("token 3 (växeln)", NOW)
    assert await marks_of(house).change("m-1", Marking(Mark.SECRET, True, "uppgifter om hälsa"), act)
    assert not await marks_of(house).change("m-1", Marking(Mark.SECRET, True, "uppgifter om hälsa"), act)
    message = (await rows_of(house.service.database, voicemail_message))[0]
    assert (message.secret, message.secret_by, message.secret_at) == (True, "token 3 (växeln)", NOW)
    noted = [(row.action, row.detail) for row in await rows_of(house.service.database, audit_log)]
    assert noted[-1] == ("voicemail_message.secret", {"on": True, "pii_reason": "uppgifter om hälsa"})
    await house.service.works()
    assert house.service.mailer.audio == [None]
    (letter,) = house.service.mailer.took
    assert "0701" not in letter.body.replace("-", "").replace(" ", "")


@pytest.mark.requirement("R47")
async def test_a_threat_is_told_the_manager_without_number_or_recording(house: House) -> None:
    await house.service.leave_message("1", house.erik_s)
    await house.service.works()
    before = len(await house.service.letters())
    assert await mark(house, "m-1", Mark.THREAT, "hotar handläggaren")
    await house.service.works()
    letter = (await house.service.letters())[before]
    assert letter.recipient.startswith("anna.andersson@")
    assert letter.subject == "Ett meddelande har markerats som hot"
    assert f"{LINK}/api/v1/voicemail-messages/m-1" in letter.body
    assert "0701" not in letter.body.replace("-", "").replace(" ", "")
    assert letter.attachment_sha256 is None


async def test_a_mark_needs_a_reason_and_a_message(house: House) -> None:
    with pytest.raises(BadValue, match="reason"):
        await mark(house, "m-1", Mark.SECRET, " ")
    with pytest.raises(NotFound):
        await mark(house, "m-1", Mark.SECRET, "hälsa")


@pytest.mark.requirement("R44")
async def test_without_a_limit_nothing_is_erased(house: House) -> None:
    await house.service.leave_message("1", house.erik_s)
    await close_task(house, "t-1")
    assert (await retention_of(house).go(by_hand(NOW + 9000 * DAY))).erasures == []


async def close_task(house: House, id: str, at: datetime = NOW) -> None:
    await house.service.steps.make(id, Close("återkallad"), by_hand(at))


@pytest.mark.requirement("R44")
@pytest.mark.requirement("R16")
@pytest.mark.requirement("R47")
async def test_what_is_old_is_erased_but_what_is_held_stays(house: House) -> None:
    await keep_for(house, 30)
    for id, caller in (("done", CITIZEN), ("open", "+46701740611"), ("threat", "+46701740612")):
        await call_of(house, id, NOW, caller)
        await house.service.leave_message(id, house.erik_s, caller)
        await house.service.works()
    await close_task(house, "t-done")
    await close_task(house, "t-threat")
    await mark(house, "m-threat", Mark.THREAT, "hotar")
    await house.service.works()
    later = NOW + 31 * DAY
    planned = await retention_of(house).go(by_hand(later), dry_run=True)
    assert await rows_of(house.service.database, erasure_log) == []
    done = await retention_of(house).go(by_hand(later))
    assert done.counts() == planned.counts()
    ran = (await rows_of(house.service.database, audit_log))[-1]
    assert (ran.action, ran.actor, ran.detail) == ("retention.run", "Karin Holm", done.counts())
    messages = {row.id: row for row in await rows_of(house.service.database, voicemail_message)}
    assert {id: (row.caller is None, bool(row.sha256)) for id, row in messages.items()} == {
        "m-done": (True, False),
        "m-open": (False, True),
        "m-threat": (False, True),
    }
    callers = {row.id: row.caller for row in await rows_of(house.service.database, callback_task)}
    assert [id for id, caller in callers.items() if caller is None] == ["t-done"]
    calls = {row.id: (row.caller, row.caller_name) for row in await rows_of(house.service.database, call)}
    assert [id for id, names in calls.items() if names == (None, None)] == ["c-done"]
    details = {row.call_id: row.detail for row in await rows_of(house.service.database, call_event)}
    assert details["c-done"] == {"group": 3}
    assert "pii_caller" in details["c-open"]
    events = {row.task_id: row.detail for row in await rows_of(house.service.database, callback_event)}
    assert events["t-done"] == {"erased": True}
    assert events["t-threat"] != {"erased": True}
    log = await rows_of(house.service.database, erasure_log)
    assert {(row.kind, row.count) for row in log} >= {("audio", 1), ("calls", 1), ("tasks", 1)}
    assert CITIZEN not in json.dumps([[row.rule, row.row_keys] for row in log])
    assert (await retention_of(house).go(by_hand(later))).erasures == []


@pytest.mark.requirement("R44")
async def test_a_recording_goes_when_no_row_names_it_any_more(house: House) -> None:
    await keep_for(house, 30)
    await house.service.leave_message("1", house.erik_s)
    await close_task(house, "t-1")
    shared = await house.service.audio.put(b"RIFFshared")
    await house.put(
        voicemail_message,
        id="m-2",
        recording_name="r-2",
        call_id="c-2",
        authority_id=house.norrby,
        caller=OTHER,
        received_at=NOW,
        duration_s=1.0,
        sha256=shared,
    )
    await house.put(
        voicemail_message,
        id="m-3",
        recording_name="r-3",
        call_id="c-3",
        authority_id=house.norrby,
        received_at=NOW + 20 * DAY,
        duration_s=1.0,
        sha256=shared,
    )
    own = (await rows_of(house.service.database, voicemail_message))[0].sha256
    house.service.audio.put_at[own] = NOW + 40 * DAY
    async with house.service.database.write() as tx:
        await put_job(tx, RETENTION, "", NOW + 40 * DAY)
    house.clock.at = NOW + 40 * DAY
    await house.service.works()
    assert set(house.service.audio.stored) >= {own, shared}
    assert [row.key for row in await rows_of(house.service.database, job) if row.kind == ERASE_AUDIO] == [own]
    await house.service.until(NOW + 41 * DAY)
    assert own not in house.service.audio.stored
    assert shared in house.service.audio.stored
    await house.service.until(NOW + 60 * DAY)
    assert shared not in house.service.audio.stored


@pytest.mark.requirement("R44")
async def test_two_years_of_rows_day_by_day(house: House) -> None:
    """Nothing personal is older than its limit on any morning, but for what is held; nothing goes before."""
    await keep_for(house, 90)
    start = NOW
    for week in range(104):
        id, at = str(week), start + week * 7 * DAY
        house.clock.at = at
        await call_of(house, id, at, f"+4670174{week:04}")
        await house.service.leave_message(id, house.erik_s, f"+4670174{week:04}", at)
        if week % 13:
            await close_task(house, f"t-{id}", at)
        if week % 10 == 5:
            await mark(house, f"m-{id}", Mark.THREAT, "hotar")
        await retention_of(house).go(Act("service", at))
    end = house.clock.at
    for row in await rows_of(house.service.database, voicemail_message):
        week = int(row.id[2:])
        held = week % 13 == 0 or week % 10 == 5
        age = (end.astimezone(STOCKHOLM).date() - row.received_at.date()).days
        assert (row.erased_at is None) is (held or age <= 90), row.id
        assert (row.caller is None) is (row.erased_at is not None)


@pytest.mark.requirement("R44")
async def test_the_log_and_the_history_of_a_task_are_not_changed(house: House) -> None:
    await house.service.leave_message("1", house.erik_s)
    await house.put(erasure_log, at=NOW, kind="audio", rule="r", count=0, row_keys=[], authority_id=None)
    for statement in (
        "DELETE FROM erasure_log",
        "UPDATE erasure_log SET count = 7",
        "DELETE FROM callback_event",
        "UPDATE callback_event SET kind = 'done', actor = '', detail = '{\"erased\": true}'",
        "UPDATE callback_event SET detail = '{}'",
    ):
        with pytest.raises(DBAPIError, match="only ever added"):
            await house.sql(statement)


@pytest.mark.requirement("R44")
async def test_a_caller_s_data_are_handed_out_and_erased_on_request(house: House) -> None:
    for id, caller in (("1", CITIZEN), ("2", OTHER)):
        await call_of(house, id, NOW, caller)
        await house.service.leave_message(id, house.erik_s, caller)
        await house.service.works()
    data = PersonData(house.service.database, house.service.audio)
    found = await data.export(CITIZEN, by_hand(NOW))
    assert [row["id"] for row in found["voicemail_message"]] == ["m-1"]  # type: ignore[union-attr,index]
    assert OTHER not in json.dumps(found)
    assert len(found["recordings"]) == 1  # type: ignore[arg-type]
    done = await data.erase(CITIZEN, by_hand(NOW))
    assert done["kept"]["audio"] == 1  # type: ignore[index]
    await close_task(house, "t-1")
    done = await data.erase(CITIZEN, by_hand(NOW))
    assert done["erased"]["audio"] == done["erased"]["calls"] == 1  # type: ignore[index]
    for table in (voicemail_message, callback_task, call):
        assert {row.caller for row in await rows_of(house.service.database, table)} == {None, OTHER}
    assert {row.rule for row in await rows_of(house.service.database, erasure_log)} == {"on request of the person"}
    with pytest.raises(Conflict):
        await mark(house, "m-1", Mark.THREAT, "hotar")


async def test_who_nobody_is_is_refused(house: House) -> None:
    data = PersonData(house.service.database, house.service.audio)
    with pytest.raises(BadValue):
        await data.export("Nils Holgersson", by_hand(NOW))
    assert [row["name"] for row in (await data.export("211", by_hand(NOW)))["person"]] == ["Erik Lund"]  # type: ignore[union-attr,index]


def test_the_night_is_the_next_one() -> None:
    assert next_night(NOW) == datetime(2026, 8, 13, 3, tzinfo=STOCKHOLM)
    assert next_night(datetime(2026, 8, 12, 2, 59, tzinfo=STOCKHOLM)) == datetime(2026, 8, 12, 3, tzinfo=STOCKHOLM)
    assert RETENTION == "retention"
