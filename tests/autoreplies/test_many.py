"""Very many who are absent: they are looked at one after the other, and the calls have time left."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, update

from switchboard.db.autoreply.finding import SETTLES, AbsenceFinder
from switchboard.db.autoreply.rows import FIND_ABSENCES, KEEP
from switchboard.db.autoreply.spreading import APART, AT_ONCE
from switchboard.db.jobs import DatabaseJobs, LeaseLost, put_job
from switchboard.db.tables import absence, autoreply, job, person, unit
from tests.autoreplies.house import House

MANY = AT_ONCE + 100
FIRST_ID = 5000
LAST_ID = FIRST_ID + MANY - 1
LAST = APART * 100


async def all_go_away(house: House) -> None:
    async with house.service.database.write() as tx:
        home = await tx.scalar(select(func.min(unit.c.id)).where(unit.c.authority_id == 1))
        people = [{"id": FIRST_ID + each, "authority_id": 1, "unit_id": home, "name": "P"} for each in range(MANY)]
        await tx.execute(insert(person), people)
        times = {"start": house.clock.at, "until": house.clock.at + timedelta(days=20)}
        away = [{"person_id": each["id"], "reason": "vacation", "source": "phone", **times} for each in people]
        await tx.execute(insert(absence), away)


async def begins(house: House, person_id: int, start: datetime) -> None:
    async with house.service.database.write() as tx:
        await tx.execute(update(absence).where(absence.c.person_id == person_id).values(start=start))


async def dues(house: House) -> dict[int, datetime]:
    async with house.service.database.read() as tx:
        rows = await tx.execute(select(job.c.key, job.c.due).where(job.c.kind == KEEP))
        return {int(row.key): row.due for row in rows}


async def test_what_is_found_at_once_is_done_one_after_the_other(house: House) -> None:
    await all_go_away(house)
    await house.service.works()
    found = sorted((await dues(house)).values())
    assert len(found) == MANY
    assert found.count(found[0]) == AT_ONCE
    assert found[0] == house.clock.at + SETTLES
    assert found[-1] == found[0] + LAST
    await house.passes(SETTLES + LAST)
    assert set((await dues(house)).values()) == {house.clock.at - SETTLES - LAST + timedelta(days=20)}


async def test_a_start_looks_at_everybody_and_leaves_time_for_calls(house: House) -> None:
    await all_go_away(house)
    await house.service.works()
    await house.passes(SETTLES + LAST)
    async with house.service.database.write() as tx:
        overdue = house.clock.at - timedelta(minutes=1)
        await tx.execute(update(job).where(job.c.kind == KEEP, job.c.key == str(LAST_ID)).values(due=overdue))
    await house.service.start()
    put = await dues(house)
    assert put.pop(LAST_ID) == house.clock.at, "what was due already is not put off"
    in_order = sorted(put.values())
    assert in_order[0] == in_order[AT_ONCE - 1] == house.clock.at
    assert in_order[AT_ONCE] == house.clock.at + APART
    assert in_order[-1] == house.clock.at + LAST - APART


async def test_who_is_looked_at_sooner_already_is_not_put_off(house: House) -> None:
    await all_go_away(house)
    sooner, at_once = house.clock.at + SETTLES + APART, house.clock.at + APART
    async with house.service.database.write() as tx:
        await put_job(tx, KEEP, str(LAST_ID), sooner)
        await put_job(tx, KEEP, str(LAST_ID - 1), at_once)
    await house.service.works()
    found = await dues(house)
    assert found[LAST_ID] == sooner
    assert found[LAST_ID - 1] == house.clock.at + SETTLES, "they may still take back what they have keyed"
    assert found[LAST_ID - 2] == house.clock.at + SETTLES + LAST - 2 * APART


async def test_who_has_just_gone_comes_before_those_who_went_long_ago(house: House) -> None:
    await all_go_away(house)
    for each in range(FIRST_ID, LAST_ID):
        await begins(house, each, house.clock.at - timedelta(hours=1))
    await house.service.works()
    found = await dues(house)
    assert found[LAST_ID] == house.clock.at + SETTLES
    assert found[LAST_ID - 1] == house.clock.at + SETTLES + LAST


async def test_an_absence_that_begins_meanwhile_does_not_wait(house: House) -> None:
    await all_go_away(house)
    start = house.clock.at + SETTLES + 3 * APART
    await begins(house, LAST_ID, start)
    await house.service.works()
    found = await dues(house)
    assert found[LAST_ID] == start
    assert found[LAST_ID - 1] == house.clock.at + SETTLES + LAST - APART


async def test_a_look_that_another_service_has_taken_over_writes_nothing(house: House) -> None:
    await all_go_away(house)
    database = house.service.database
    held = await DatabaseJobs(database, "slow", [FIND_ABSENCES]).take(house.clock.at)
    assert held is not None
    async with database.write() as tx:
        await tx.execute(update(job).where(job.c.id == held.id).values(locked_by="other"))
    with pytest.raises(LeaseLost):
        await AbsenceFinder(database, house.service.directory, house.clock.now).run(held)
    assert await dues(house) == {}
    async with database.read() as tx:
        assert await tx.scalar(select(func.count()).where(autoreply.c.absences != "")) == 0
