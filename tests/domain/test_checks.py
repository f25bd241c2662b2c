"""Checks: each kind of broken row is named with table, key and column, and a sound directory has none."""

from collections.abc import Callable
from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.domain.call import IncomingCall
from switchboard.domain.checks import Fault, Severity, check_rows
from switchboard.domain.checks.loops import leading_into_loops
from switchboard.domain.directory import (
    Device,
    FunctionGroup,
)
from switchboard.domain.directory_index import TABLES, DirectoryIndex
from switchboard.domain.routing import explain_route
from switchboard.domain.working_days import WorkingCalendar, build_calendar
from tests.builders import (
    ANNA,
    JOHAN,
    MARIA,
    NOW,
    calendar_of,
    norrby,
)
from tests.domain.broken_rows import (
    KIND,
    PROMPTS,
    away,
    check,
    number,
    put,
)
from tests.domain.calendars import CALENDAR
from tests.domain.strategies import calls, directories


def test_the_demo_has_no_error() -> None:
    assert check(norrby(), Severity.ERROR) == set()


@pytest.mark.requirement("R12")
def test_the_warnings_of_the_demo_are_missing_greetings() -> None:
    found = check_rows(norrby(), calendar_of, NOW, PROMPTS)
    warnings = [fault for fault in found if fault.column != "name"]
    assert {fault.problem for fault in warnings} == {"has recorded no personal greeting (R12)"}
    assert {fault.key for fault in warnings} == {"1", "2", "12", "13", "14", "20", "21"}


@pytest.mark.requirement("R6")
def test_whose_name_is_not_recorded_is_a_warning() -> None:
    """Söderås and all units but Bygglov; the operators' group is never named, and Bygglov is recorded."""
    nameless = {place for place in check(norrby(), Severity.WARNING) if place[2] == "name"}
    assert nameless == {("authority", "2", "name"), *(("unit", str(id), "name") for id in (2, 3, 4, 5))}
    silent = norrby()
    silent.remove("greeting", 53)
    assert check(silent, Severity.WARNING) - check(norrby(), Severity.WARNING) == {("function_group", "2", "name")}


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


@settings(max_examples=200)
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
