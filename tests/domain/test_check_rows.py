"""Each kind of broken row is named with table, key and column."""

from dataclasses import replace
from datetime import date, time

import pytest

from switchboard.domain.checks import Severity, check_rows
from switchboard.domain.directory import (
    AbsenceCode,
    AbsenceReason,
    CallClass,
    DayOff,
    Device,
    Extension,
    FunctionMember,
    OperatorQueue,
    OperatorSession,
    OutgoingRule,
    OverflowAction,
    OverflowRule,
    OverflowSituation,
    PhoneNumber,
    Policy,
    RuleAction,
    ScheduleException,
    Unit,
)
from switchboard.domain.directory_index import DirectoryIndex
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
    calendar_of,
    norrby,
    to_extension,
    to_person,
    to_unit,
)
from tests.domain.broken_rows import (
    FINNISH,
    KIND,
    MONDAY_MORNING,
    NEW_YEAR,
    PROMPTS,
    Change,
    away,
    both,
    check,
    hours,
    number,
    put,
    remove,
    rule,
)


def overflow(
    action: OverflowAction = OverflowAction.MESSAGE, key: str | None = None, id: int = 9, group_id: int = 1
) -> OverflowRule:
    return OverflowRule(id, group_id, OverflowSituation.NOBODY_SIGNED_IN, action, None, key)


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
    (put(OperatorQueue(9, 99)), {("operator_queue", "9", "group_id")}),
    (put(overflow(group_id=99)), {("overflow_rule", "9", "group_id")}),
    (put(AbsenceCode(9, 99, "1", AbsenceReason.LUNCH)), {("absence_reason_code", "9", "authority_id")}),
    (put(overflow(OverflowAction.GROUP, "99"), overflow(OverflowAction.GROUP, "1", id=10)), {
        ("overflow_rule", "9", "action_key"), ("overflow_rule", "10", "action_key"),
    }),
    (put(overflow(OverflowAction.ANNOUNCEMENT, "no-such")), {("overflow_rule", "9", "action_key")}),
    (put(CallClass(9, 99, "Personal"), OutgoingRule(9, 9, 1, "+46[", True), OutgoingRule(10, 99, 1, "+46.", True)), {
        ("call_class", "9", "authority_id"), ("outgoing_rule", "9", "pattern"), ("outgoing_rule", "10", "class_id"),
    }),
    (put(replace(ANNA, call_class_id=99)), {("person", "10", "call_class_id")}),
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
    (put(OperatorQueue(9, BYGGLOV_GROUP.id)), ("operator_queue", "9", "group_id"), "no operators' group"),
    (put(overflow(group_id=BYGGLOV_GROUP.id)), ("overflow_rule", "9", "group_id"), "no operators' group"),
    (put(overflow(), overflow(id=10)), ("overflow_rule", "10", "threshold"), "never counts"),
    (
        put(
            replace(BYGGLOV_GROUP, operators=True),
            overflow(OverflowAction.GROUP, "2"),
            overflow(OverflowAction.GROUP, "1", id=10, group_id=2),
        ),
        ("overflow_rule", "10", "action_key"),
        "lead to each other",
    ),
    (put(CallClass(9, 1, "Ingen")), ("call_class", "9", None), "nobody outside but 112"),
    (
        put(CallClass(9, 2, "Annan"), OutgoingRule(9, 9, 1, "+46.", True), replace(ANNA, call_class_id=9)),
        ("person", "10", "call_class_id"),
        "another authority",
    ),
    (put(replace(NORRBY, private_prefix="*8")), ("authority", "1", "private_prefix"), "code of the desk"),
    (put(replace(NORRBY, private_prefix="2")), ("authority", "1", "private_prefix"), "ordinary numbers"),
]


@pytest.mark.parametrize(("change", "row", "problem"), WARNINGS)
def test_warnings(change: Change, row: tuple[str, str, str | None], problem: str) -> None:
    directory = norrby()
    change(directory)
    before = set(check_rows(norrby(), calendar_of, NOW, PROMPTS))
    found = [fault for fault in check_rows(directory, calendar_of, NOW, PROMPTS) if fault not in before]
    fitting = [fault for fault in found if (fault.table, fault.key, fault.column) == row and problem in fault.problem]
    assert [fault.severity for fault in fitting] == [Severity.WARNING]


def test_a_directory_without_an_authority_is_an_error() -> None:
    (found,) = check_rows(DirectoryIndex(), calendar_of, NOW)
    assert (found.severity, found.table, found.column) == (Severity.ERROR, "authority", None)
