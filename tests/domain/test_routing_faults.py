"""A broken row costs nobody the call: the operators get it, and the reason names table, key and column."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time

import pytest

from switchboard.domain.call import IncomingCall
from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import (
    Destination,
    DestinationKind,
    Extension,
    OpeningPeriod,
    PhoneNumber,
    RoutingRule,
    RuleAction,
    Schedule,
)
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.routing import (
    RouteExplanation,
    ToClosed,
    ToOperators,
    decide_route,
    explain_route,
)
from switchboard.domain.working_days import WorkingCalendar
from tests.builders import (
    ANNA,
    BYGGLOV,
    ERIK,
    EVENING,
    MAIN_NUMBER,
    NORRBY,
    NOW,
    OPERATOR_GROUP,
    OPERATORS,
    SWITCHBOARD_HOURS,
    calendar_of,
    norrby,
    phone_call,
    to_extension,
    to_person,
    to_unit,
    trunk_call,
)
from tests.domain.calendars import local

ERIKS_NUMBER = "+46980319211"
Change = Callable[[DirectoryIndex], None]


def explain(call: IncomingCall, directory: DirectoryIndex, at: datetime = NOW) -> RouteExplanation:
    return explain_route(call, directory, calendar_of, at)


def number_to(kind: DestinationKind, key: str | None) -> Change:
    return lambda directory: directory.put(PhoneNumber(211, 1, ERIKS_NUMBER, Destination(kind, key)))


def rule(**fields: object) -> Change:
    row = RoutingRule(7, 1, 1, None, None, None, "always", RuleAction.REFUSE, None)
    return lambda directory: directory.put(replace(row, **fields))  # type: ignore[arg-type]


def fault(table: str, key: int, problem: str = "name: is empty") -> Change:
    return lambda directory: directory.record_fault(table, str(key), problem)


def loop(directory: DirectoryIndex) -> None:
    directory.put(PhoneNumber(211, 1, ERIKS_NUMBER, to_extension("301")))
    directory.put(Extension(301, 1, "301", to_extension("302")))
    directory.put(Extension(302, 1, "302", to_extension("301")))


def unit_loop(directory: DirectoryIndex) -> None:
    directory.put(PhoneNumber(211, 1, ERIKS_NUMBER, to_unit(BYGGLOV)))
    directory.put(replace(BYGGLOV, answering_point=to_extension("301")))
    directory.put(Extension(301, 1, "301", to_unit(BYGGLOV)))


def backward_hours(directory: DirectoryIndex) -> None:
    directory.put(Schedule(90, 1, "", periods=(OpeningPeriod(4, 90, 0, time(12), time(8)),)))
    rule(schedule_id=90, when="open")(directory)


def uncounted_calendar(directory: DirectoryIndex) -> None:
    directory.put(Schedule(90, 99, ""))
    rule(schedule_id=90, when="closed")(directory)


KIND = DestinationKind
BROKEN: list[tuple[Change, tuple[str, str, str | None]]] = [
    (number_to(KIND.PERSON, "999"), ("phone_number", "211", "destination_key")),
    (number_to(KIND.PERSON, None), ("phone_number", "211", "destination_key")),
    (number_to(KIND.PERSON, "Erik"), ("phone_number", "211", "destination_key")),
    (number_to(KIND.PERSON, "٣"), ("phone_number", "211", "destination_key")),
    (number_to(KIND.PERSON, "9" * 5000), ("phone_number", "211", "destination_key")),
    (number_to(KIND.FUNCTION_GROUP, "999"), ("phone_number", "211", "destination_key")),
    (number_to(KIND.UNIT, "999"), ("phone_number", "211", "destination_key")),
    (number_to(KIND.EXTENSION, "999"), ("phone_number", "211", "destination_key")),
    (number_to(KIND.ANNOUNCEMENT, ""), ("phone_number", "211", "destination_key")),
    (loop, ("extension", "301", "destination_key")),
    (unit_loop, ("unit", str(BYGGLOV.id), "answering_key")),
    (fault("phone_number", 211, "destination_kind: 'x'"), ("phone_number", "211", "destination_kind")),
    (fault("person", ERIK.id), ("person", str(ERIK.id), "name")),
    (fault("person", ERIK.id, "unreadable"), ("person", str(ERIK.id), None)),
    (rule(called_pattern="["), ("routing_rule", "7", "called_pattern")),
    (rule(caller_pattern="+46[5-1]"), ("routing_rule", "7", "caller_pattern")),
    (rule(called_pattern=""), ("routing_rule", "7", "called_pattern")),
    (rule(when="open"), ("routing_rule", "7", "schedule_id")),
    (rule(when="closed", schedule_id=999), ("routing_rule", "7", "schedule_id")),
    (rule(when="sometimes"), ("routing_rule", "7", "schedule_state")),
    (rule(action="explode"), ("routing_rule", "7", "action")),
    (rule(action=RuleAction.ROUTE), ("routing_rule", "7", "destination_kind")),
    (
        rule(action=RuleAction.ROUTE, destination=to_person(replace(ERIK, id=999))),
        ("routing_rule", "7", "destination_key"),
    ),
    (lambda d: (rule()(d), fault("routing_rule", 7, "action: 'x'")(d))[0], ("routing_rule", "7", "action")),
    (backward_hours, ("opening_period", "4", "closes")),
    (uncounted_calendar, ("schedule", "90", "closed_on_holidays")),
]


def calendar_of_ours(authority_id: int) -> WorkingCalendar:
    if authority_id > 2:
        raise KeyError(authority_id)
    return calendar_of(authority_id)


@pytest.mark.parametrize(("change", "row"), BROKEN)
def test_the_operators_get_the_call_and_the_reason_names_the_row(
    change: Change, row: tuple[str, str, str | None]
) -> None:
    directory = norrby()
    change(directory)
    found = decide_route(trunk_call(ERIKS_NUMBER), directory, calendar_of_ours, NOW)
    assert isinstance(found, ToOperators)
    assert found.group == OPERATOR_GROUP
    assert not found.announce_unknown
    assert found.reason.fault
    assert (found.reason.table, found.reason.key, found.reason.column) == row
    assert found.reason.text


@pytest.mark.requirement("R23")
@pytest.mark.parametrize(("change", "row"), BROKEN)
def test_outside_the_operators_hours_the_caller_is_told_so(change: Change, row: tuple[str, str, str | None]) -> None:
    directory = norrby()
    change(directory)
    explanation = explain_route(trunk_call(ERIKS_NUMBER, at=EVENING), directory, calendar_of_ours, EVENING)
    found = explanation.route
    assert isinstance(found, ToClosed)
    assert (found.where.text, found.opens_at) == (NORRBY.name, local("2026-08-04 08:00"))
    assert found.mailbox == Mailbox(NORRBY.id)
    assert not found.announce_unknown
    assert found.reason.fault
    assert (found.reason.table, found.reason.key, found.reason.column) == row
    assert explanation.steps[-1] == f"schedule {SWITCHBOARD_HOURS} is closed"


def test_a_number_that_nobody_has_is_told_so_at_night_too() -> None:
    found = explain(trunk_call("+46980319999", at=EVENING), norrby(), EVENING).route
    assert isinstance(found, ToClosed)
    assert found.announce_unknown
    assert found.reason.text == "nobody has the number"


def test_operators_without_hours_of_their_own_are_open_at_night() -> None:
    directory = norrby()
    directory.put(replace(OPERATOR_GROUP, schedule_id=None))
    number_to(KIND.PERSON, "999")(directory)
    assert isinstance(explain(trunk_call(ERIKS_NUMBER, at=EVENING), directory, EVENING).route, ToOperators)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.remove("function_group", OPERATOR_GROUP.id),
        lambda d: d.remove("schedule", SWITCHBOARD_HOURS),
        fault("schedule", SWITCHBOARD_HOURS, "opening_period 3, closes: x"),
    ],
)
def test_operators_whose_hours_are_broken_get_the_call_at_night(change: Change) -> None:
    directory = norrby()
    change(directory)
    number_to(KIND.PERSON, "999")(directory)
    explanation = explain(trunk_call(ERIKS_NUMBER, at=EVENING), directory, EVENING)
    assert isinstance(explanation.route, ToOperators)
    assert explanation.route.reason.table == "phone_number"
    assert explanation.steps[-1].startswith("their hours are not known: ")


@pytest.mark.parametrize(
    ("change", "row"),
    [
        (lambda d: d.put(replace(NORRBY, operators_group_id=None)), ("authority", "1", "operators_group_id")),
        (lambda d: d.remove("function_group", 1), ("authority", "1", "operators_group_id")),
        (lambda d: d.remove("schedule", SWITCHBOARD_HOURS), ("function_group", "1", "schedule_id")),
        (fault("function_group", 1), ("function_group", "1", "name")),
        (fault("schedule", SWITCHBOARD_HOURS, "opening_period 3, closes: x"), ("schedule", "1", None)),
    ],
)
def test_even_when_the_operators_themselves_are_broken(change: Change, row: tuple[str, str, str | None]) -> None:
    directory = norrby()
    change(directory)
    found = explain(trunk_call(MAIN_NUMBER), directory).route
    assert isinstance(found, ToOperators)
    assert found.group == directory.function_group(NORRBY.operators_group_id or 0) or found.group is None
    assert (found.reason.table, found.reason.key, found.reason.column) == row
    assert found.reason.fault


def test_a_rule_that_another_condition_excludes_is_harmless_however_broken() -> None:
    directory = norrby()
    rule(called_pattern="+46980319999", caller_pattern="[", when="open")(directory)
    fault("routing_rule", 7)(directory)
    assert not explain(trunk_call(ERIKS_NUMBER), directory).route.reason.fault


def test_the_broken_row_of_another_number_is_harmless() -> None:
    directory = norrby()
    fault("phone_number", 210)(directory)
    fault("person", ANNA.id)(directory)
    fault("routing_rule", 99)(directory)
    assert not explain(trunk_call(ERIKS_NUMBER), directory).route.reason.fault


@pytest.mark.parametrize(
    ("change", "row"),
    [
        (lambda d: d.remove("device", ANNA.id), ("device", None, "account")),
        (lambda d: d.remove("person", ANNA.id), ("device", str(ANNA.id), "person_id")),
        (lambda d: d.put(replace(ANNA, authority_id=99)), ("person", str(ANNA.id), "authority_id")),
        (fault("device", ANNA.id), ("device", str(ANNA.id), "name")),
    ],
)
def test_a_phone_whose_rows_are_broken_reaches_the_operators(change: Change, row: tuple[str, str | None, str]) -> None:
    directory = norrby()
    change(directory)
    found = explain(phone_call("anna", "211"), directory).route
    assert isinstance(found, ToOperators)
    assert (found.reason.table, found.reason.key, found.reason.column) == row


def test_a_phone_that_dials_into_a_loop_reaches_the_operators() -> None:
    directory = norrby()
    loop(directory)
    reason = explain(phone_call("anna", "301"), directory).route.reason
    assert (reason.table, reason.key, reason.fault) == ("extension", "301", True)


def test_an_empty_directory_still_answers() -> None:
    for call in (trunk_call(MAIN_NUMBER), phone_call("anna", "211"), phone_call(None, "")):
        found = explain(call, DirectoryIndex()).route
        assert isinstance(found, ToOperators)
        assert (found.group, found.authority.id, found.reason.fault) == (None, 0, True)


def test_a_number_of_an_authority_that_does_not_exist_goes_to_the_first() -> None:
    directory = norrby()
    directory.put(PhoneNumber(211, 99, ERIKS_NUMBER, OPERATORS))
    found = explain(trunk_call(ERIKS_NUMBER), directory).route
    assert isinstance(found, ToOperators)
    assert found.authority == NORRBY
