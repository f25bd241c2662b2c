"""A row that cannot be honoured is reported with table, key and column, and hurts nobody else."""

from datetime import UTC, datetime, time, timedelta

import pytest

from switchboard.db.directory_store import DirectoryStore
from switchboard.db.engine import Database
from switchboard.domain.absence import absences_in_force, return_time
from switchboard.domain.directory import OperatorQueue
from tests.db.conftest import NOW
from tests.db.rows import ALL, sql
from tests.fakes.world import FakeLog

BROKEN = [
    (
        "INSERT INTO absence (id, person_id, reason, start, until) VALUES (9, 1, 'tired', '2026-08-03 08:00', NULL)",
        ("absence", "9"),
        "reason: 'tired' is none of meeting",
    ),
    (
        "INSERT INTO phone_number (id, authority_id, e164, destination_kind) VALUES (9, 1, '+46980319299', 'persn')",
        ("phone_number", "9"),
        "destination_kind: 'persn' is none of person",
    ),
    (
        "INSERT INTO phone_number (id, authority_id, e164, destination_kind) VALUES (9, 1, '0980-319299', 'operators')",
        ("phone_number", "9"),
        "e164: '0980-319299' is no number in E.164",
    ),
    (
        "INSERT INTO extension (id, authority_id, digits, destination_kind) VALUES (9, 1, '299', 'person')",
        ("extension", "9"),
        "destination_key: is empty, and a person needs one",
    ),
    (
        "INSERT INTO absence_reason_code (id, authority_id, digit, reason) VALUES (9, 1, '12', 'lunch')",
        ("absence_reason_code", "9"),
        "digit: '12' is no key from 0 to 9",
    ),
    (
        "INSERT INTO absence_reason_code (id, authority_id, digit, reason) VALUES (9, 1, '1', 'fika')",
        ("absence_reason_code", "9"),
        "reason: 'fika' is none of meeting",
    ),
    (
        "INSERT INTO absence_reason_code (id, authority_id, digit, reason, default_length) "
        "VALUES (9, 1, '1', 'lunch', '45 min')",
        ("absence_reason_code", "9"),
        "default_length: '45 min' is none of ask, next_working_day",
    ),
    (
        "INSERT INTO absence_reason_code (id, authority_id, digit, reason, four_digits) "
        "VALUES (9, 1, '1', 'lunch', 'hours')",
        ("absence_reason_code", "9"),
        "four_digits: 'hours' is no meaning (time or date)",
    ),
    (
        "INSERT INTO policy (id, authority_id, valid_from, callback_working_days) VALUES (9, 1, '2026-01-01', 0)",
        ("policy", "9"),
        "callback_working_days: 0 is not between 1 and 250",
    ),
    (
        "INSERT INTO opening_period (id, schedule_id, weekday, opens, closes) VALUES (9, 1, 7, '08:00', '16:30')",
        ("schedule", "1"),
        "opening_period 9, weekday: 7 is not between 0 and 6",
    ),
    (
        "INSERT INTO schedule_exception (id, schedule_id, first_date, last_date, opens) "
        "VALUES (9, 1, '2026-08-03', '2026-08-03', '08:00')",
        ("schedule", "1"),
        "schedule_exception 9, closes: is empty",
    ),
    (
        "INSERT INTO greeting (id, owner_kind, owner_id, kind, sha256) VALUES (9, 'person', 1, 'personal', '../x')",
        ("greeting", "9"),
        "sha256: '../x' is no sha256",
    ),
    (
        "INSERT INTO routing_rule (id, authority_id, action, schedule_state) VALUES (9, 1, 'refuse', 'sometimes')",
        ("routing_rule", "9"),
        "schedule_state: 'sometimes' is no",
    ),
    ("UPDATE authority SET languages = 'sv,fi' WHERE id = 1", ("authority", "1"), "languages: 'sv,fi' is no list"),
    ("UPDATE authority SET private_prefix = 'nine' WHERE id = 1", ("authority", "1"), "private_prefix: 'nine' is no"),
    ("UPDATE authority SET caller_id = 'none' WHERE id = 1", ("authority", "1"), "caller_id: 'none' is no caller id"),
    (
        "UPDATE authority SET overload_answer = 'no' WHERE id = 1",
        ("authority", "1"),
        "overload_answer: 'no' is no answer",
    ),
    (
        "INSERT INTO policy (id, authority_id, valid_from, abandoned_after_seconds) VALUES (9, 1, '2026-01-01', -1)",
        ("policy", "9"),
        "abandoned_after_seconds: -1 is not between 0 and 3600",
    ),
    (
        "INSERT INTO operator_queue (id, group_id, announce_seconds) VALUES (9, 1, 0)",
        ("operator_queue", "9"),
        "announce_seconds: 0 is not between 5 and 3600",
    ),
    (
        "INSERT INTO overflow_rule (id, group_id, situation, action) VALUES (9, 1, 'full_moon', 'message')",
        ("overflow_rule", "9"),
        "situation: 'full_moon' is none of nobody_signed_in",
    ),
    (
        "INSERT INTO overflow_rule (id, group_id, situation, action, action_key) "
        "VALUES (9, 1, 'closing', 'group', 'Kvällen')",
        ("overflow_rule", "9"),
        "action_key: 'Kvällen' is no id of a function group",
    ),
    (
        "INSERT INTO operator_session (id, person_id, group_id, pause_reason) VALUES (9, 1, 1, 'tea')",
        ("operator_session", "9"),
        "pause_reason: 'tea' is none of break",
    ),
]


@pytest.mark.parametrize(("statement", "key", "problem"), BROKEN, ids=[each[2][:25] for each in BROKEN])
async def test_a_broken_row_is_reported_and_hurts_nobody(
    database: Database, directory: DirectoryStore, statement: str, key: tuple[str, str], problem: str
) -> None:
    await sql(database, *ALL)
    await directory.current()
    await sql(database, statement)
    index = await directory.current()
    assert [*index.faults()] == [key]
    assert problem in index.faults()[key]
    assert index.person(1) is not None
    fresh = DirectoryStore(database, lambda: NOW, FakeLog())
    assert (await fresh.current()).faults() == index.faults()
    await fresh.close()


async def test_a_repaired_row_is_no_fault_any_more(database: Database, directory: DirectoryStore) -> None:
    await sql(database, *ALL, BROKEN[1][0])
    assert (await directory.current()).faults()
    await sql(database, "UPDATE phone_number SET destination_kind = 'operators' WHERE id = 9")
    assert not (await directory.current()).faults()
    await sql(database, "UPDATE phone_number SET destination_kind = 'x' WHERE id = 9")
    assert (await directory.current()).faults()
    await sql(database, "DELETE FROM phone_number WHERE id = 9")
    assert not (await directory.current()).faults()


async def test_rubbish_that_only_sqlite_takes(database: Database, directory: DirectoryStore) -> None:
    if database.dialect == "postgresql":
        return
    await sql(
        database,
        *ALL,
        "INSERT INTO absence (id, person_id, reason, start, until) VALUES (1, 1, 'sick', '2026-08-03 08:00', 'soon')",
        "INSERT INTO absence (id, person_id, reason, start) VALUES (2, 1, 'sick', 'yesterday')",
        "UPDATE person SET ring_seconds = 'long', mailbox = 'maybe' WHERE id = 2",
        "INSERT INTO opening_period (id, schedule_id, weekday, opens, closes) VALUES (1, 1, 'x', 'eight', '16:30')",
    )
    index = await directory.current()
    assert index.faults()["absence", "1"] == "until: 'soon' is no date and time such as 2026-08-03 08:00"
    assert [(each.id, each.until) for each in index.absences(1)] == [(1, None), (2, None)]
    assert index.faults()["absence", "2"].startswith("start: 'yesterday'")
    assert index.faults()["person", "2"].count(";") == 1
    assert "opens: 'eight' is no time of day" in index.faults()["schedule", "1"]


@pytest.mark.requirement("R1")
async def test_an_absence_whose_start_cannot_be_read_is_in_force(database: Database, directory: DirectoryStore) -> None:
    if database.dialect == "postgresql":
        return
    sick = "INSERT INTO absence (id, person_id, reason, start, until) VALUES"
    await sql(
        database,
        *ALL,
        f"{sick} (1, 1, 'sick', '2026-8-1 08:00', '2026-08-03T12:00:00+02:00')",
        f"{sick} (2, 1, 'meeting', '2026-08-03T09:30:00+02:00', '2026-08-03T10:30:00+02:00')",
        f"{sick} (3, 2, 'sick', '2026-8-1 08:00', '2026-08-02T08:00:00+02:00')",
    )
    index = await directory.current()
    assert index.faults()["absence", "1"].startswith("start: '2026-8-1 08:00' is no date and time")
    assert [each.id for each in absences_in_force(index.absences(1), NOW)] == [2, 1]
    assert return_time(index.absences(1), NOW) == datetime(2026, 8, 3, 10, 0, tzinfo=UTC)
    assert not absences_in_force(index.absences(2), NOW)


async def test_values_that_python_has_no_object_for(database: Database, directory: DirectoryStore) -> None:
    if database.dialect == "sqlite":
        return
    await sql(
        database,
        *ALL,
        "INSERT INTO absence (id, person_id, reason, start, until) VALUES (1, 1, 'sick', '2026-08-03', 'infinity')",
        "INSERT INTO policy (id, authority_id, valid_from) VALUES (1, 1, '20000-01-01')",
    )
    index = await directory.current()
    assert index.faults()["absence", "1"].startswith("until: 'infinity'")
    assert index.faults()["policy", "1"].startswith("valid_from: '20000-01-01'")


async def test_a_queue_with_broken_values_works_by_its_defaults(database: Database, directory: DirectoryStore) -> None:
    await sql(
        database,
        *ALL,
        "INSERT INTO operator_queue (id, group_id, distribution, announce_seconds, hold_seconds, wrap_up_seconds) "
        "VALUES (9, 1, 'at random', 0, 100000, 30)",
    )
    index = await directory.current()
    assert index.operator_queue(1) == OperatorQueue(9, 1, wrap_up_seconds=30)
    problems = index.faults()["operator_queue", "9"]
    assert [each.split(":")[0] for each in problems.split("; ")] == ["distribution", "announce_seconds", "hold_seconds"]


async def test_an_outgoing_rule_that_cannot_be_read_allows_nothing(
    database: Database, directory: DirectoryStore
) -> None:
    if database.dialect == "postgresql":
        return
    await sql(
        database,
        *ALL,
        "INSERT INTO call_class (id, authority_id, name) VALUES (1, 1, 'Personal')",
        "INSERT INTO outgoing_rule (id, class_id, priority, pattern, allow) VALUES (1, 1, 'first', '+46.', true)",
        "INSERT INTO outgoing_rule (id, class_id, priority, pattern, allow) VALUES (2, 1, 20, '+47.', 'maybe')",
        "INSERT INTO outgoing_rule (id, class_id, priority, pattern, allow) VALUES (3, 1, 30, '+45.', true)",
    )
    index = await directory.current()
    assert [(rule.id, rule.allow) for rule in index.outgoing_rules(1)] == [(1, False), (2, False), (3, True)]
    assert index.faults()["outgoing_rule", "1"].startswith("priority: 'first' is no whole number")
    assert index.faults()["outgoing_rule", "2"].startswith("allow: 'maybe' is neither")


@pytest.mark.parametrize(
    ("typed", "length", "begins"),
    [
        ("ask", None, time(8)),
        ("0:30", timedelta(minutes=30), time(8)),
        (" 12:00 ", timedelta(hours=12), time(8)),
        ("next_working_day", "next_working_day", time(8)),
        ("next_working_day 06:45", "next_working_day", time(6, 45)),
        ("0:00", None, time(8)),
        ("next_working_day 24:00", None, time(8)),
        ("1:75", None, time(8)),
        ("", None, time(8)),
    ],
)
async def test_a_length_that_cannot_be_read_is_asked_for(
    database: Database, directory: DirectoryStore, typed: str, length: object, begins: time
) -> None:
    await sql(
        database,
        *ALL,
        "INSERT INTO absence_reason_code (id, authority_id, digit, reason, default_length) "  # noqa: S608
        f"VALUES (9, 1, '1', 'lunch', '{typed}')",
    )
    (code,) = (await directory.current()).absence_codes(1)
    assert (code.length, code.day_begins) == (length, begins)
