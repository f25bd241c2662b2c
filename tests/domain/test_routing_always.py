"""Whatever the rows and whoever calls: a route is found, and its reason tells nothing about anybody."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.domain.call import IncomingCall
from switchboard.domain.directory import (
    RoutingRule,
)
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.patterns import parse_pattern
from switchboard.domain.routing import (
    NotAllowed,
    ToClosed,
    ToDesk,
    ToOperators,
    ToOutside,
    ToRefusal,
    decide_route,
    explain_route,
    mailbox_of,
)
from tests.builders import (
    CITIZEN,
    norrby,
)
from tests.domain.strategies import calls, directories
from tests.domain.test_routing_faults import calendar_of_ours, explain


@settings(max_examples=300)
@given(directories(), calls())
def test_it_never_raises_and_no_broken_row_refuses_anybody(directory: DirectoryIndex, call: IncomingCall) -> None:
    explanation = explain_route(call, directory, calendar_of_ours, call.arrived_at)
    found = explanation.route
    assert explanation.steps
    assert found.reason.text
    if found.reason.fault:
        assert isinstance(found, ToOperators | ToClosed)
        assert found.reason.table
    if isinstance(found, ToClosed) and found.opens_at is not None:
        assert found.opens_at > call.arrived_at
    if isinstance(found, ToRefusal):
        _assert_sound(found, directory)
    assert mailbox_of(found).authority_id >= 0
    assert decide_route(call, directory, calendar_of_ours, call.arrived_at) == found


def _assert_sound(found: ToRefusal, directory: DirectoryIndex) -> None:
    table, key = found.reason.table, found.reason.key
    assert (table, key) not in directory.faults()
    for row in directory.rows(RoutingRule):
        if (table, key) == ("routing_rule", str(row.id)):
            for pattern in {row.called_pattern, row.caller_pattern} - {None, "anonymous"}:
                parse_pattern(str(pattern))
            assert row.when == "always" or directory.schedule(row.schedule_id or 0) is not None


@settings(max_examples=300)
@given(directories(), calls())
def test_nobody_from_outside_gets_out_again_or_reaches_a_code(directory: DirectoryIndex, call: IncomingCall) -> None:
    for source in ("trunk", "service"):
        found = decide_route(replace(call, source=source), directory, calendar_of_ours, call.arrived_at)
        assert not isinstance(found, ToOutside | ToDesk | NotAllowed)


@given(directories(), calls(), st.sampled_from(["112", "0112", "112#", "1-1-2", " 112 "]))
def test_112_always_gets_out_of_a_phone(directory: DirectoryIndex, call: IncomingCall, dialled: str) -> None:
    from_phone = replace(call, source="phone", called=dialled)
    found = decide_route(from_phone, directory, calendar_of_ours, call.arrived_at)
    assert isinstance(found, ToOutside)
    assert (found.number, found.emergency, found.private) == ("112", True, False)


@settings(max_examples=300)
@given(directories(), calls())
def test_what_goes_out_of_a_phone_is_a_number_nobody_of_ours_has(directory: DirectoryIndex, call: IncomingCall) -> None:
    found = decide_route(replace(call, source="phone"), directory, calendar_of_ours, call.arrived_at)
    if isinstance(found, ToOutside) and not found.emergency:
        assert directory.phone_number(found.number) is None
        assert found.number.removeprefix("+").isdigit()
        assert not found.reason.fault


@given(calls())
def test_reasons_and_steps_hold_no_numbers_and_no_names(call: IncomingCall) -> None:
    explanation = explain(replace(call, caller=CITIZEN), norrby())
    told = " ".join([explanation.route.reason.text, *explanation.steps])
    for personal in (CITIZEN, CITIZEN[3:], "Erik", "Anna", "Lund", "319211"):
        assert personal not in told
