"""A committed change made by plain SQL holds for the next call, on every table and however it was made."""

import asyncio
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import text

from switchboard.db.directory_store import DirectoryStore
from switchboard.db.engine import Database
from switchboard.domain.directory import AbsenceReason, Destination, DestinationKind, Distribution, OpeningPeriod
from switchboard.domain.directory_index import DirectoryIndex
from tests.db.rows import ALL, AUTHORITY, sql

KEPT = datetime(2026, 8, 3, 6, 0, tzinfo=UTC)


CHANGES = [
    # table, a row, a change of it, what the change must show, in that order; each row has id 1
    ("authority", None, "UPDATE authority SET name = 'Nya Norrby' WHERE id = 1", ("name", "Nya Norrby")),
    (
        "policy",
        "INSERT INTO policy (id, authority_id, valid_from, callback_working_days) VALUES (1, 1, '2026-01-01', 1)",
        "UPDATE policy SET callback_working_days = 2 WHERE id = 1",
        ("callback_working_days", 2),
    ),
    (
        "authority_day_off",
        "INSERT INTO authority_day_off (id, authority_id, rule) VALUES (1, 1, 'christmas_eve')",
        "UPDATE authority_day_off SET rule = 'new_years_eve' WHERE id = 1",
        ("rule", "new_years_eve"),
    ),
    ("unit", None, "UPDATE unit SET name = 'Miljö' WHERE id = 1", ("name", "Miljö")),
    ("person", None, "UPDATE person SET name = 'Anna Berg' WHERE id = 1", ("name", "Anna Berg")),
    (
        "extension",
        "INSERT INTO extension (id, authority_id, digits, destination_kind, destination_key) "
        "VALUES (1, 1, '210', 'person', '1')",
        "UPDATE extension SET destination_kind = 'operators', destination_key = NULL WHERE id = 1",
        ("destination", Destination(DestinationKind.OPERATORS)),
    ),
    (
        "phone_number",
        "INSERT INTO phone_number (id, authority_id, e164, destination_kind, destination_key) "
        "VALUES (1, 1, '+46980319210', 'person', '1')",
        "UPDATE phone_number SET destination_key = '2' WHERE id = 1",
        ("destination", Destination(DestinationKind.PERSON, "2")),
    ),
    (
        "device",
        "INSERT INTO device (id, person_id, account, password) VALUES (1, 1, 'anna', 'x')",
        "UPDATE device SET enabled = false WHERE id = 1",
        ("enabled", False),
    ),
    ("function_group", None, "UPDATE function_group SET minimum_staffing = 1 WHERE id = 1", ("minimum_staffing", 1)),
    (
        "function_member",
        "INSERT INTO function_member (id, group_id, person_id) VALUES (1, 1, 1)",
        "UPDATE function_member SET position = 3 WHERE id = 1",
        ("position", 3),
    ),
    ("schedule", None, "UPDATE schedule SET closed_on_holidays = false WHERE id = 1", ("closed_on_holidays", False)),
    (
        "absence",
        "INSERT INTO absence (id, person_id, reason, start) VALUES (1, 1, 'sick', '2026-08-03 08:00')",
        "UPDATE absence SET until = '2026-08-04 08:00+02:00' WHERE id = 1",
        ("until", KEPT + timedelta(days=1)),
    ),
    (
        "absence_reason_code",
        "INSERT INTO absence_reason_code (id, authority_id, digit, reason) VALUES (1, 1, '1', 'lunch')",
        "UPDATE absence_reason_code SET default_length = '0:45' WHERE id = 1",
        ("length", timedelta(minutes=45)),
    ),
    (
        "greeting",
        "INSERT INTO greeting (id, owner_kind, owner_id, kind, sha256) "
        "VALUES (1, 'person', 1, 'personal', 'd3486ae9136e7856bc42212385ea797094475802d3486ae9136e7856bc422123')",
        "UPDATE greeting SET reason = 'vacation' WHERE id = 1",
        ("reason", AbsenceReason.VACATION),
    ),
    (
        "routing_rule",
        "INSERT INTO routing_rule (id, authority_id, called_pattern, action) VALUES (1, 1, '+4698031929X', 'refuse')",
        "UPDATE routing_rule SET priority = 1 WHERE id = 1",
        ("priority", 1),
    ),
    (
        "operator_session",
        "INSERT INTO operator_session (id, person_id, group_id) VALUES (1, 1, 1)",
        "UPDATE operator_session SET paused = true WHERE id = 1",
        ("paused", True),
    ),
    (
        "operator_queue",
        "INSERT INTO operator_queue (id, group_id) VALUES (1, 1)",
        "UPDATE operator_queue SET distribution = 'fixed_order' WHERE id = 1",
        ("distribution", Distribution.FIXED_ORDER),
    ),
    (
        "overflow_rule",
        "INSERT INTO overflow_rule (id, group_id, situation, action) VALUES (1, 1, 'max_wait', 'message')",
        "UPDATE overflow_rule SET threshold = 300 WHERE id = 1",
        ("threshold", 300),
    ),
    (
        "call_class",
        "INSERT INTO call_class (id, authority_id, name) VALUES (1, 1, 'Personal')",
        "UPDATE call_class SET name = 'Chefer' WHERE id = 1",
        ("name", "Chefer"),
    ),
]


def _row(index: DirectoryIndex, table: str) -> object | None:
    return index._tables[table].get(1)


@pytest.mark.parametrize(("table", "row", "change", "shows"), CHANGES, ids=[change[0] for change in CHANGES])
async def test_every_table_is_followed(
    database: Database, directory: DirectoryStore, table: str, row: str | None, change: str, shows: tuple[str, object]
) -> None:
    assert _row(await directory.current(), table) is None
    await sql(database, *ALL, *([row] if row else []))
    before = _row(await directory.current(), table)
    assert before is not None
    assert getattr(before, shows[0]) != shows[1]
    await sql(database, change)
    assert getattr(_row(await directory.current(), table), shows[0]) == shows[1]
    assert (await directory.current()).faults() == {}
    if table != "authority":
        await sql(database, f"DELETE FROM {table} WHERE id = 1")  # noqa: S608 - a table's name
        assert _row(await directory.current(), table) is None


async def test_a_rule_of_a_call_class_is_followed(database: Database, directory: DirectoryStore) -> None:
    await sql(
        database,
        *ALL,
        "INSERT INTO call_class (id, authority_id, name) VALUES (1, 1, 'Personal')",
        "INSERT INTO outgoing_rule (id, class_id, pattern, allow) VALUES (1, 1, '+46.', true)",
    )
    assert [rule.allow for rule in (await directory.current()).outgoing_rules(1)] == [True]
    await sql(database, "UPDATE outgoing_rule SET allow = false")
    assert [rule.allow for rule in (await directory.current()).outgoing_rules(1)] == [False]
    await sql(database, "DELETE FROM call_class")
    assert not (await directory.current()).outgoing_rules(1)


async def test_a_child_brings_its_schedule(database: Database, directory: DirectoryStore) -> None:
    await sql(database, *ALL)
    await directory.current()
    await sql(
        database,
        "INSERT INTO opening_period (id, schedule_id, weekday, opens, closes) VALUES (1, 1, 0, '08:00', '16:30')",
        "INSERT INTO schedule_exception (id, schedule_id, first_date, last_date) "
        "VALUES (1, 1, '2026-08-03', '2026-08-03')",
    )
    schedule = (await directory.current()).schedule(1)
    assert schedule is not None
    assert schedule.periods == (OpeningPeriod(1, 1, 0, time(8), time(16, 30)),)
    assert [each.last.isoformat() for each in schedule.exceptions] == ["2026-08-03"]
    await sql(database, "UPDATE opening_period SET closes = '24:00'", "DELETE FROM schedule_exception")
    schedule = (await directory.current()).schedule(1)
    assert schedule is not None
    assert schedule.periods[0].closes == time(0)
    assert schedule.exceptions == ()


async def test_a_moved_child_changes_both_schedules(database: Database, directory: DirectoryStore) -> None:
    await sql(
        database,
        *ALL,
        "INSERT INTO schedule (id, authority_id, name) VALUES (2, 1, 'Bygglovs telefontid')",
        "INSERT INTO opening_period (id, schedule_id, weekday, opens, closes) VALUES (1, 1, 0, '08:00', '16:30')",
    )
    await directory.current()
    await sql(database, "UPDATE opening_period SET schedule_id = 2")
    index = await directory.current()
    assert [len(index.schedule(id).periods) for id in (1, 2)] == [0, 1]  # type: ignore[union-attr]


async def test_deletions_that_follow_from_others(database: Database, directory: DirectoryStore) -> None:
    await sql(database, *ALL, "INSERT INTO device (id, person_id, account, password) VALUES (1, 1, 'anna', 'x')")
    assert len((await directory.current()).devices(1)) == 1
    await sql(database, "DELETE FROM person WHERE id = 1")
    index = await directory.current()
    assert index.person(1) is None
    assert not index.devices(1)


async def test_a_changed_id_is_two_changes(database: Database, directory: DirectoryStore) -> None:
    await sql(database, *ALL)
    await directory.current()
    await sql(database, "UPDATE person SET id = 77 WHERE id = 2")
    index = await directory.current()
    assert index.person(2) is None
    assert index.person(77) is not None


async def test_rows_removed_without_their_own_deletion(database: Database, directory: DirectoryStore) -> None:
    """SQLite's REPLACE removes rows silently, PostgreSQL's TRUNCATE removes all of them."""
    await sql(database, *ALL, "INSERT INTO device (id, person_id, account, password) VALUES (1, 1, 'anna', 'x')")
    await directory.current()
    if database.dialect == "sqlite":
        await sql(
            database, "INSERT OR REPLACE INTO device (id, person_id, account, password) VALUES (5, 2, 'anna', 'x')"
        )
        index = await directory.current()
        assert [device.id for device in index.devices(2)] == [5]
    else:
        await sql(database, "TRUNCATE device")
        index = await directory.current()
    assert not index.devices(1)


async def test_what_is_not_committed_is_not_seen(database: Database, directory: DirectoryStore) -> None:
    await directory.current()
    async with database.write() as tx:
        await tx.execute(text(AUTHORITY))
        assert (await directory.current()).authority(1) is None
    assert (await directory.current()).authority(1) is not None


async def test_numbers_grow_in_the_order_of_commits(database: Database, directory: DirectoryStore) -> None:
    """The later transaction commits first: nothing of the earlier one is missed."""
    await sql(database, *ALL)
    await directory.current()
    if database.dialect == "sqlite":
        return
    async with database.write() as early:
        await early.execute(text("UPDATE person SET name = 'Early' WHERE id = 1"))
        late = asyncio.create_task(sql(database, "UPDATE person SET name = 'Late' WHERE id = 2"))
        await asyncio.wait({late}, timeout=0.1)
        await directory.current()
    await late
    index = await directory.current()
    assert [index.person(id).name for id in (1, 2)] == ["Early", "Late"]  # type: ignore[union-attr]


async def test_a_step_back_inside_a_transaction(database: Database, directory: DirectoryStore) -> None:
    """A savepoint that is rolled back takes its number along; what comes after is listed all the same."""
    await sql(database, *ALL)
    await directory.current()
    async with database.write() as tx:
        step = await tx.begin_nested()
        await tx.execute(text("UPDATE person SET name = 'Never' WHERE id = 1"))
        await step.rollback()
        await tx.execute(text("UPDATE person SET name = 'Anna Berg' WHERE id = 1"))
        await tx.execute(text("UPDATE person SET title = 'chef' WHERE id = 1"))
    person = (await directory.current()).person(1)
    assert person is not None
    assert (person.name, person.title) == ("Anna Berg", "chef")
