"""Very many who are absent: they are looked at one after the other, and the calls have time left."""

from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update

from switchboard.db.autoreply.finding import SETTLES
from switchboard.db.autoreply.rows import APART, AT_ONCE, KEEP
from switchboard.db.tables import absence, job, person, unit
from tests.autoreplies.house import House

MANY = AT_ONCE + 100
FIRST_ID = 5000
LAST = APART * 99


async def all_go_away(house: House) -> None:
    async with house.service.database.write() as tx:
        home = await tx.scalar(select(func.min(unit.c.id)).where(unit.c.authority_id == 1))
        people = [{"id": FIRST_ID + each, "authority_id": 1, "unit_id": home, "name": "P"} for each in range(MANY)]
        await tx.execute(insert(person), people)
        times = {"start": house.clock.at, "until": house.clock.at + timedelta(days=20)}
        away = [{"person_id": each["id"], "reason": "vacation", "source": "phone", **times} for each in people]
        await tx.execute(insert(absence), away)


async def dues(house: House) -> dict[int, datetime]:
    async with house.service.database.read() as tx:
        rows = await tx.execute(select(job.c.key, job.c.due).where(job.c.kind == KEEP))
        return {int(row.key): row.due for row in rows}


async def test_what_is_found_at_once_is_done_one_after_the_other(house: House) -> None:
    await all_go_away(house)
    await house.service.works()
    found = sorted((await dues(house)).values())
    assert len(found) == MANY
    assert found.count(found[0]) == AT_ONCE + 1
    assert found[0] == house.clock.at + SETTLES
    assert found[-1] == found[0] + LAST
    await house.passes(SETTLES + LAST)
    assert set((await dues(house)).values()) == {house.clock.at - SETTLES - LAST + timedelta(days=20)}


async def test_a_start_looks_at_everybody_and_leaves_time_for_calls(house: House) -> None:
    await all_go_away(house)
    await house.service.works()
    await house.passes(SETTLES + LAST)
    soon = FIRST_ID + MANY - 1
    async with house.service.database.write() as tx:
        overdue = house.clock.at - timedelta(minutes=1)
        await tx.execute(update(job).where(job.c.kind == KEEP, job.c.key == str(soon)).values(due=overdue))
    await house.service.start()
    put = await dues(house)
    assert put.pop(soon) == overdue, "what was due already is not put off"
    in_order = sorted(put.values())
    assert in_order[0] == in_order[AT_ONCE] == house.clock.at
    assert in_order[-1] == house.clock.at + LAST - APART
