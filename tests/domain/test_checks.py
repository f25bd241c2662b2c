"""Checks: each kind of broken row is named with table, key and column, and a sound directory has none."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.domain.call import IncomingCall
from switchboard.domain.checks import Fault, Severity, check_rows
from switchboard.domain.checks.loops import leading_into_loops
from switchboard.domain.directory import (
    AbsenceReason,
    DayOff,
    Destination,
    DestinationKind,
    Device,
    Extension,
    FunctionGroup,
    FunctionMember,
    Language,
    OpeningPeriod,
    OperatorSession,
    Person,
    PhoneNumber,
    Policy,
    RoutingRule,
    RuleAction,
    Schedule,
    ScheduleException,
    Unit,
)
from switchboard.domain.directory_index import TABLES, DirectoryIndex
from switchboard.domain.routing import explain_route
from switchboard.domain.working_days import WorkingCalendar, build_calendar
from tests.builders import (
    ANNA,
    BYGGLOV,
    BYGGLOV_GROUP,
    BYGGLOV_HOURS,
    DRIFT,
    ERIK,
    JOHAN,
    MARIA,
    NORRBY,
    NOW,
    OPERATORS,
    absence,
    calendar_of,
    norrby,
    to_extension,
    to_person,
    to_unit,
)
from tests.domain.calendars import CALENDAR
from tests.domain.strategies import calls, directories

PROMPTS = {"water-leak"}
FINNISH = cast("Language", "fi")
NEW_YEAR = date(2027, 1, 1)
Change = Callable[[DirectoryIndex], None]


def check(directory: DirectoryIndex, severity: Severity) -> set[tuple[str, str, str | None]]:
    faults = check_rows(directory, calendar_of, NOW, PROMPTS)
    return {(fault.table, fault.key, fault.column) for fault in faults if fault.severity is severity}


def test_the_demo_has_no_error() -> None:
    assert check(norrby(), Severity.ERROR) == set()


@pytest.mark.requirement("R12")
def test_the_warnings_of_the_demo_are_missing_greetings() -> None:
    warnings = check_rows(norrby(), calendar_of, NOW, PROMPTS)
    assert {fault.problem for fault in warnings} == {"has recorded no personal greeting (R12)"}
    assert {fault.key for fault in warnings} == {"1", "2", "12", "13", "14", "20", "21"}


def put(*records: object) -> Change:
    def change(directory: DirectoryIndex) -> None:
        for record in records:
            directory.put(record)  # type: ignore[arg-type]

    return change


def remove(table: str, id: int) -> Change:
    return lambda directory: directory.remove(table, id)


def number(kind: DestinationKind, key: str | None) -> Change:
    return put(PhoneNumber(300, 1, "+46980319300", Destination(kind, key)))


def rule(id: int = 7, **fields: object) -> RoutingRule:
    row = RoutingRule(id, 1, 1, "+46980319300", None, None, "always", RuleAction.REFUSE, None)
    return replace(row, **fields)  # type: ignore[arg-type]


def hours(*rows: OpeningPeriod | ScheduleException) -> Change:
    weekly = tuple(row for row in rows if isinstance(row, OpeningPeriod))
    return put(Schedule(90, 1, "", True, weekly, tuple(row for row in rows if isinstance(row, ScheduleException))))


def away(id: int, person: Person, deputy: Person | None, first: int = 0, last: int = 5) -> Change:
    start, until = NOW + timedelta(hours=first), NOW + timedelta(hours=last)
    return put(absence(id, person, AbsenceReason.LUNCH, start, until, deputy))


def both(*changes: Change) -> Change:
    def change(directory: DirectoryIndex) -> None:
        for each in changes:
            each(directory)

    return change


KIND = DestinationKind
MONDAY_MORNING = OpeningPeriod(4, 90, 0, time(8), time(12))
ERRORS: list[tuple[Change, set[tuple[str, str, str | None]]]] = [
    (put(Policy(9, 99, date(2024, 1, 1), 1)), {("policy", "9", "authority_id")}),
    (remove("person", JOHAN.id), {
        ("absence", "3", "person_id"), ("device", "13", "person_id"), ("extension", "213", "destination_key"),
        ("phone_number", "213", "destination_key"), ("greeting", "6", "owner_id"),
    }),
    (put(Unit(9, 1, "", parent_id=99, schedule_id=99, answering_point=OPERATORS)), {
        ("unit", "9", "parent_id"), ("unit", "9", "schedule_id"),
    }),
    (put(replace(BYGGLOV, parent_id=9), Unit(9, 1, "", BYGGLOV.id, answering_point=OPERATORS)), {
        ("unit", "1", "parent_id"), ("unit", "9", "parent_id"),
    }),
    (put(FunctionMember(9, 99, ANNA.id), FunctionMember(10, 2, 99)), {
        ("function_member", "9", "group_id"), ("function_member", "10", "person_id"),
    }),
    (put(OperatorSession(9, 99, 98)), {
        ("operator_session", "9", "person_id"), ("operator_session", "9", "group_id"),
    }),
    (put(Device(99, 99, "ghost")), {("device", "99", "person_id")}),
    (number(KIND.PERSON, "999"), {("phone_number", "300", "destination_key")}),
    (number(KIND.PERSON, None), {("phone_number", "300", "destination_key")}),
    (number(KIND.FUNCTION_GROUP, "x"), {("phone_number", "300", "destination_key")}),
    (number(KIND.UNIT, "9" * 5000), {("phone_number", "300", "destination_key")}),
    (number(KIND.EXTENSION, "999"), {("phone_number", "300", "destination_key")}),
    (number(KIND.ANNOUNCEMENT, "no-such"), {("phone_number", "300", "destination_key")}),
    (put(PhoneNumber(300, 1, "0980-319300", OPERATORS)), {("phone_number", "300", "e164")}),
    (put(Extension(300, 1, "3 00", OPERATORS)), {("extension", "300", "digits")}),
    (put(Extension(300, 1, "300", to_extension("301")), Extension(301, 1, "301", to_extension("300"))), {
        ("extension", "300", "destination_key"), ("extension", "301", "destination_key"),
    }),
    (put(Extension(300, 1, "300", to_unit(BYGGLOV)), replace(BYGGLOV, answering_point=to_extension("300"))), {
        ("extension", "300", "destination_key"), ("unit", "1", "answering_key"),
    }),
    (put(rule(called_pattern="[", caller_pattern="")), {
        ("routing_rule", "7", "called_pattern"), ("routing_rule", "7", "caller_pattern"),
    }),
    (put(rule(action=RuleAction.ROUTE)), {("routing_rule", "7", "destination_kind")}),
    (put(rule(action="explode", when="sometimes")), {
        ("routing_rule", "7", "action"), ("routing_rule", "7", "schedule_state"),
    }),
    (put(rule(when="open")), {("routing_rule", "7", "schedule_id")}),
    (put(rule(when="open", schedule_id=99)), {("routing_rule", "7", "schedule_id")}),
    (put(rule(action=RuleAction.ROUTE, destination=to_person(replace(ANNA, id=99)))), {
        ("routing_rule", "7", "destination_key"),
    }),
    (away(9, ANNA, None, 5, 5), {("absence", "9", "until")}),
    (away(9, ANNA, ANNA), {("absence", "9", "deputy_id")}),
    (both(away(2, MARIA, JOHAN)), {("absence", "2", "deputy_id"), ("absence", "3", "deputy_id")}),
    (put(replace(NORRBY, operators_group_id=None)), {("authority", "1", "operators_group_id")}),
    (put(replace(NORRBY, operators_group_id=99)), {("authority", "1", "operators_group_id")}),
    (put(replace(NORRBY, languages=())), {("authority", "1", "languages")}),
    (put(replace(NORRBY, languages=(*NORRBY.languages, FINNISH))), {("authority", "1", "languages")}),
    (put(replace(NORRBY, main_number="0980-319200")), {("authority", "1", "main_number")}),
    (put(replace(ANNA, language=FINNISH)), {("person", "10", "language")}),
    (remove("policy", 1), {("authority", "1", None)}),
    (put(Policy(1, 1, date(2024, 1, 1), 0)), {("policy", "1", "callback_working_days")}),
    (put(Policy(1, 1, date(2024, 1, 1), 1, message_max_seconds=0, ring_seconds=-1)), {
        ("policy", "1", "message_max_seconds"), ("policy", "1", "ring_seconds"),
    }),
    (both(remove("function_member", 3), remove("function_member", 4)), {("function_group", "2", None)}),
    (put(replace(BYGGLOV_GROUP, ring_seconds=0)), {("function_group", "2", "ring_seconds")}),
    (put(DayOff(9, 1, "date")), {("authority_day_off", "9", "on_date")}),
    (hours(MONDAY_MORNING, replace(MONDAY_MORNING, id=5, weekday=7), replace(MONDAY_MORNING, id=6, closes=time(7))), {
        ("opening_period", "5", "weekday"), ("opening_period", "6", "closes"),
    }),
    (hours(MONDAY_MORNING, ScheduleException(5, 90, NEW_YEAR, NEW_YEAR, time(8))), {
        ("schedule_exception", "5", "closes"),
    }),
    (lambda d: d.record_fault("person", "99", "title: too long"), {("person", "99", "title")}),
    (lambda d: d.record_fault("schedule", "1", "opening_period 3, closes: x"), {("schedule", "1", None)}),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), ERRORS)
def test_errors(change: Change, expected: set[tuple[str, str, str | None]]) -> None:
    directory = norrby()
    change(directory)
    assert check(directory, Severity.ERROR) == expected


WARNINGS: list[tuple[Change, tuple[str, str, str | None], str]] = [
    (put(replace(DRIFT, answering_point=None)), ("unit", "5", "answering_kind"), "R22"),
    (remove("extension", 211), ("person", "11", None), "has no extension"),
    (remove("device", ERIK.id), ("person", "11", None), "no enabled phone"),
    (put(Device(ERIK.id, ERIK.id, "erik", False)), ("person", "11", None), "no enabled phone"),
    (put(replace(ERIK, mailbox=False)), ("person", "11", "mailbox"), "R13"),
    (
        put(Policy(1, 1, date(2024, 1, 1), 1, mailbox_without_greeting=False)),
        ("person", "12", None),
        "by the policy the mailbox is withheld",
    ),
    (put(Policy(1, 1, date(2027, 1, 1), 1)), ("policy", "1", "valid_from"), "no earlier version"),
    (put(rule(), rule(8)), ("routing_rule", "8", "priority"), "never counts"),
    (put(rule(called_pattern=None)), ("routing_rule", "7", None), "counts for every call"),
    (put(replace(BYGGLOV_GROUP, minimum_staffing=3)), ("function_group", "2", "minimum_staffing"), "R21"),
    (
        put(replace(BYGGLOV, schedule_id=BYGGLOV_HOURS), replace(BYGGLOV_GROUP, schedule_id=None)),
        ("function_group", "2", "schedule_id"),
        "R24",
    ),
    (put(replace(NORRBY, operators_group_id=2)), ("authority", "1", "operators_group_id"), "no operators' group"),
    (remove("phone_number", 1), ("authority", "1", "main_number"), "leads nowhere"),
    (hours(), ("schedule", "90", None), "does not open"),
    (
        hours(
            MONDAY_MORNING,
            ScheduleException(5, 90, NEW_YEAR, NEW_YEAR),
            ScheduleException(6, 90, NEW_YEAR, NEW_YEAR, time(8), time(9)),
        ),
        ("schedule_exception", "5", "opens"),
        "another exception opens",
    ),
    (put(DayOff(2, 1, "christmas_eve", NEW_YEAR)), ("authority_day_off", "2", "on_date"), "in addition"),
]


@pytest.mark.parametrize(("change", "row", "problem"), WARNINGS)
def test_warnings(change: Change, row: tuple[str, str, str | None], problem: str) -> None:
    directory = norrby()
    change(directory)
    before = set(check_rows(norrby(), calendar_of, NOW, PROMPTS))
    found = [fault for fault in check_rows(directory, calendar_of, NOW, PROMPTS) if fault not in before]
    fitting = [fault for fault in found if (fault.table, fault.key, fault.column) == row and problem in fault.problem]
    assert [fault.severity for fault in fitting] == [Severity.WARNING]


def test_no_loop_where_the_absences_do_not_meet() -> None:
    directory = norrby()
    away(2, MARIA, JOHAN, 48, 50)(directory)
    assert check(directory, Severity.ERROR) == set()


def test_a_loop_that_is_over_is_no_matter() -> None:
    directory = norrby()
    away(9, ANNA, ANNA, -9, -5)(directory)
    assert check(directory, Severity.ERROR) == set()


def test_a_loop_to_come_is_told_in_advance() -> None:
    directory = norrby()
    away(9, ANNA, MARIA, 100, 120)(directory)
    away(10, MARIA, ANNA, 110, 130)(directory)
    assert ("absence", "10", "deputy_id") in check(directory, Severity.ERROR)


def test_prompts_are_checked_where_they_are_known() -> None:
    directory = norrby()
    number(KIND.ANNOUNCEMENT, "water-leak")(directory)
    assert check(directory, Severity.ERROR) == set()
    number(KIND.ANNOUNCEMENT, "no-such")(directory)
    unknown = check_rows(directory, calendar_of, NOW)
    assert all(fault.severity is Severity.WARNING for fault in unknown)


def no_calendar(authority_id: int) -> WorkingCalendar:
    raise KeyError(authority_id)


@pytest.mark.parametrize("calendar", [no_calendar, lambda _: build_calendar(range(2024, 2026), {}, [])])
def test_a_calendar_that_does_not_reach_is_an_error(calendar: Callable[[int], WorkingCalendar]) -> None:
    faults = check_rows(norrby(), calendar, NOW, PROMPTS)
    errors = {(fault.table, fault.key) for fault in faults if fault.severity is Severity.ERROR}
    assert errors == {("authority", "1"), ("authority", "2")}


def test_errors_come_first_then_by_table_and_row() -> None:
    directory = norrby()
    for id in (100, 99):
        put(Device(id, 999, f"ghost{id}"))(directory)
    faults = check_rows(directory, calendar_of, NOW, PROMPTS)
    assert [fault.key for fault in faults[:2]] == ["99", "100"]
    assert faults[0] == Fault("device", "99", "person_id", "person 999 does not exist", Severity.ERROR)


@given(directories(), st.booleans())
def test_it_never_raises_and_names_rows_that_exist(directory: DirectoryIndex, known: bool) -> None:
    tables = {*TABLES.values(), "opening_period", "schedule_exception"}
    for fault in check_rows(directory, calendar_of, NOW, PROMPTS if known else None):
        assert fault.table in tables
        assert fault.problem or (fault.table, fault.key) in directory.faults()


@settings(max_examples=300)
@given(directories(), calls())
def test_whatever_costs_a_call_its_way_is_in_the_check(directory: DirectoryIndex, call: IncomingCall) -> None:
    """A fault met by a call is one that the check names; unknown numbers and accounts are no rows."""
    reason = explain_route(call, directory, lambda _: CALENDAR, call.arrived_at).route.reason
    if not reason.fault or reason.key is None:
        return
    named = {(fault.table, fault.key) for fault in check_rows(directory, lambda _: CALENDAR, NOW, {"211"})}
    assert (reason.table, reason.key) in named, reason


@given(st.dictionaries(st.integers(0, 9), st.integers(0, 9)))
def test_loops_are_those_from_which_walking_never_ends(onward: dict[int, int]) -> None:
    def ends(node: int) -> bool:
        for _ in range(20):
            if node not in onward:
                return True
            node = onward[node]
        return False

    assert leading_into_loops(onward) == {node for node in onward if not ends(node)}


def test_a_hundred_thousand_extensions_in_a_row_are_checked_once_each() -> None:
    onward = {number: number + 1 for number in range(100_000)}
    assert leading_into_loops(onward) == frozenset()
    assert len(leading_into_loops({**onward, 100_000: 0})) == 100_001


def test_the_clock_of_the_check_is_the_one_given() -> None:
    late = datetime.combine(date(2030, 12, 1), time(12), NOW.tzinfo)
    problems = {fault.problem for fault in check_rows(norrby(), calendar_of, late, PROMPTS)}
    assert "holidays are known only from 2025-01-01 to 2030-12-31" in problems


def test_groups_without_members_but_with_operators_signed_in_are_no_error() -> None:
    directory = norrby()
    for id in (1, 2):
        directory.remove("function_member", id)
    assert check(directory, Severity.ERROR) == set()
    directory.put(FunctionGroup(3, 1, "Empty"))
    assert check(directory, Severity.ERROR) == {("function_group", "3", None)}
