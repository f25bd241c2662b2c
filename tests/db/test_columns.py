"""Instants, dates and times mean the same on both databases, also those that an administrator typed."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from switchboard.db.engine import Database
from switchboard.db.tables import absence, call, opening_period, policy
from switchboard.db.tables.columns import (
    Unreadable,
    read_date,
    read_instant,
    read_time,
    write_instant,
)
from switchboard.domain.working_days import STOCKHOLM
from tests.db.rows import ALL, sql

INSTANTS = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


@given(INSTANTS)
def test_an_instant_comes_back_in_local_time(moment: datetime) -> None:
    back = read_instant(write_instant(moment))
    assert back == moment
    assert back.tzinfo is STOCKHOLM


@given(INSTANTS, INSTANTS)
def test_stored_texts_sort_as_the_instants_do(one: datetime, other: datetime) -> None:
    assert (write_instant(one) < write_instant(other)) == (one < other)


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("2026-08-03 08:00", datetime(2026, 8, 3, 6, tzinfo=UTC)),
        ("2026-12-03 08:00", datetime(2026, 12, 3, 7, tzinfo=UTC)),
        (" 2026-08-03T08:00:00Z ", datetime(2026, 8, 3, 8, tzinfo=UTC)),
        ("2026-08-03 08:00:00+02", datetime(2026, 8, 3, 6, tzinfo=UTC)),
        ("2026-08-03", datetime(2026, 8, 2, 22, tzinfo=UTC)),
    ],
)
def test_what_administrators_type_is_local_time(typed: str, utc: datetime) -> None:
    assert read_instant(typed) == utc


@pytest.mark.parametrize("typed", ["", "soon", "2026-13-01 08:00", "infinity", "08:00", "9999-12-31 23:59:59-14:00"])
def test_rubbish_is_unreadable(typed: str) -> None:
    with pytest.raises(Unreadable, match="no date and time"):
        read_instant(typed)


def test_times_and_dates_are_read_kindly() -> None:
    assert [read_time(text) for text in ("8:00", "08:00:00", "24:00", "00:00")] == [
        time(8),
        time(8),
        time(0),
        time(0),
    ]
    assert read_date("2026-08-03 ") == date(2026, 8, 3)
    for reader, text in ((read_time, "25:00"), (read_time, "åtta"), (read_date, "2026-02-30")):
        with pytest.raises(Unreadable):
            reader(text)


def test_a_moment_without_zone_is_never_written() -> None:
    with pytest.raises(ValueError, match="time zone"):
        write_instant(datetime(2026, 8, 3, 8))  # noqa: DTZ001


async def test_both_databases_give_back_what_was_written(database: Database) -> None:
    await sql(database, *ALL)
    moment = datetime(2026, 3, 29, 1, 30, 0, 123, tzinfo=UTC)
    async with database.write() as tx:
        await tx.execute(insert(call).values(id="c", called="1", source="trunk", arrived_at=moment))
        await tx.execute(insert(policy).values(authority_id=1, valid_from=date(2026, 1, 1)))
        await tx.execute(insert(opening_period).values(schedule_id=1, weekday=0, opens=time(8), closes=time(16, 30)))
    async with database.read() as tx:
        (arrived,) = (await tx.execute(select(call.c.arrived_at))).one()
        assert arrived == moment
        assert arrived.utcoffset() == timedelta(hours=2)
        assert (await tx.execute(select(policy.c.valid_from))).scalar_one() == date(2026, 1, 1)
        hours = (await tx.execute(select(opening_period.c.opens, opening_period.c.closes))).one()
        assert tuple(hours) == (time(8), time(16, 30))
        later = select(call.c.id).where(call.c.arrived_at > moment - timedelta(microseconds=1))
        assert (await tx.execute(later)).scalar_one() == "c"


async def test_local_time_typed_in_sql(database: Database) -> None:
    await sql(
        database,
        *ALL,
        "INSERT INTO absence (person_id, reason, start, until) "
        "VALUES (1, 'sick', '2026-08-03 08:00', '2026-12-03 08:00')",
    )
    async with database.read() as tx:
        start, until = (await tx.execute(select(absence.c.start, absence.c.until))).one()
    assert start == datetime(2026, 8, 3, 6, tzinfo=UTC)
    assert until == datetime(2026, 12, 3, 7, tzinfo=UTC)
