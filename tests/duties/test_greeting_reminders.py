"""Who lacks a greeting of their own is reminded by e-mail, at the authority's interval and never twice (R12)."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from switchboard.db.reminders import greetings
from switchboard.db.reminders.greetings import REMIND
from switchboard.db.tables import greeting, greeting_reminder, job
from switchboard.db.tasks.sweeping import sweep
from switchboard.domain.deadline.working_hours import reminded_before
from switchboard.domain.directory import Policy
from tests.demo_house import NOW, rows_of
from tests.domain.calendars import CALENDAR
from tests.duties.house import House, Service

SUBJECTS = {"Tala in din hälsning", "Please record your greeting"}


async def reminded(house: House) -> Counter[str]:
    return Counter(row.recipient for row in await house.service.letters() if row.subject in SUBJECTS)


async def until(house: House, end: datetime) -> None:
    await sweep(house.service.database, house.clock.at)
    while house.clock.at < end:
        house.clock.at = min(end, house.clock.at + timedelta(hours=3))
        await house.service.works()


async def lacking(house: House) -> set[str]:
    """Those whom the list names, by their addresses."""
    await until(house, NOW + timedelta(hours=3))
    return set(await reminded(house))


@pytest.mark.requirement("R12")
async def test_they_are_reminded_at_the_interval_until_they_have_one(house: House) -> None:
    await house.sql("UPDATE policy SET greeting_reminder_days = 7")
    first = await lacking(house)
    assert "maria.berg@norrby.example" in first
    assert set((await reminded(house)).values()) == {1}
    await until(house, NOW + timedelta(days=6))
    assert set((await reminded(house)).values()) == {1}
    values = {"owner_kind": "person", "owner_id": house.maria, "kind": "personal", "sha256": "0" * 64}
    for language in ("sv", "en"):
        await house.put(greeting, language=language, situation="always", **values)
    await until(house, NOW + timedelta(days=10))
    counts = await reminded(house)
    assert counts.pop("maria.berg@norrby.example") == 1
    assert set(counts.values()) == {2}


async def test_without_an_interval_nobody_is(house: House) -> None:
    await house.sql("UPDATE policy SET greeting_reminder_days = 0")
    await until(house, NOW + timedelta(days=40))
    assert await reminded(house) == Counter()


async def test_several_are_reminded_in_parts_and_two_services_remind_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(greetings, "AT_ONCE", 1)
    other = Service(house.service.database, house.clock, "two")
    await sweep(house.service.database, NOW)
    house.clock.at = NOW + timedelta(minutes=1)
    taken = await house.service.jobs.take(house.clock.at)
    assert taken is not None
    await house.service.jobs.put_off(taken, house.clock.at, "again")
    for _ in range(3):
        await other.works()
        await house.service.works()
    counts = await reminded(house)
    assert len(counts) > 1
    assert set(counts.values()) == {1}
    async with house.service.database.read() as tx:
        due = await tx.scalar(select(job.c.due).where(job.c.kind == REMIND))
    assert due is not None
    assert due > house.clock.at
    await other.close()


async def test_who_has_no_address_is_looked_at_no_more_often(house: House) -> None:
    await house.sql("UPDATE person SET email = '' WHERE id = :id", id=house.maria)
    await until(house, NOW + timedelta(hours=3))
    rows = await rows_of(house.service.database, greeting_reminder)
    assert house.maria in {row.person_id for row in rows}
    assert "maria.berg@norrby.example" not in await reminded(house)


@given(st.integers(0, 400), st.integers(0, 60 * 24 * 14))
def test_the_interval_is_the_authority_s(days: int, minutes: int) -> None:
    now = NOW + timedelta(minutes=minutes)
    rule = Policy(1, 1, NOW.date(), 1, greeting_reminder_days=days)
    before = reminded_before(rule, CALENDAR, now)
    assert before is None or before == now - timedelta(days=days) < now
    assert reminded_before(None, CALENDAR, now) is None
