"""What the dialplan will do while the service is away, as far as the directory tells it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.directory import AbsenceReason, Destination, DestinationKind, PhoneNumber
from switchboard.domain.opening_hours import is_open
from switchboard.domain.routing.fallback import AHEAD, NumberOwners, fallback_line
from switchboard.domain.working_days import WorkingCalendar
from tests.builders import (
    BYGGLOV_GROUP,
    MAIN_NUMBER,
    NORRBY,
    NOW,
    OP1,
    OPERATOR_GROUP,
    SODERAS,
    SODERAS_NUMBER,
    SWITCHBOARD_HOURS,
    absence,
    norrby,
)
from tests.domain.calendars import CALENDAR

HOUR = timedelta(hours=1)


@pytest.mark.requirement("R38")
def test_the_answer_phrase_and_the_operators_of_the_authority() -> None:
    line = fallback_line(NORRBY, norrby(), lambda _: CALENDAR, NOW)
    assert (line.language, line.accounts, line.ring_seconds) == ("sv", ("op1", "op2"), OPERATOR_GROUP.ring_seconds)
    assert line.phrase.recordings
    assert fallback_line(SODERAS, norrby(), lambda _: CALENDAR, NOW).accounts == line.accounts


@pytest.mark.requirement("R1")
def test_who_is_absent_or_signed_out_is_left_out() -> None:
    directory = norrby()
    directory.put(absence(90, OP1, AbsenceReason.LUNCH, NOW - HOUR, NOW + HOUR))
    assert fallback_line(NORRBY, directory, lambda _: CALENDAR, NOW).accounts == ("op2",)
    directory.remove("operator_session", 2)
    assert fallback_line(NORRBY, directory, lambda _: CALENDAR, NOW).accounts == ()


@pytest.mark.requirement("R23")
@given(st.integers(0, int(AHEAD.total_seconds()) - 1))
def test_the_hours_are_those_of_the_schedule(seconds: int) -> None:
    directory = norrby()
    hours = fallback_line(NORRBY, directory, lambda _: CALENDAR, NOW).open
    schedule = directory.schedule(SWITCHBOARD_HOURS)
    assert hours is not None
    assert schedule is not None
    at = NOW + timedelta(seconds=seconds)
    assert any(start <= at < end for start, end in hours) is is_open(schedule, CALENDAR, at)


def test_without_hours_or_with_broken_ones_the_operators_are_always_rung() -> None:
    directory = norrby()
    directory.put(replace(OPERATOR_GROUP, schedule_id=None))
    assert fallback_line(NORRBY, directory, lambda _: CALENDAR, NOW).open is None

    def broken(_: int) -> WorkingCalendar:
        raise LookupError("no calendar")

    assert fallback_line(NORRBY, norrby(), broken, NOW).open is None


def test_an_authority_without_operators_takes_messages() -> None:
    for group_id in (None, 404):
        line = fallback_line(replace(NORRBY, operators_group_id=group_id), norrby(), lambda _: CALENDAR, NOW)
        assert line.accounts == ()
        assert line.phrase.recordings


def number(id: int, e164: str, authority_id: int) -> PhoneNumber:
    return PhoneNumber(id, authority_id, e164, Destination(DestinationKind.FUNCTION_GROUP, str(BYGGLOV_GROUP.id)))


def owner(prefixes: dict[str, int], digits: str) -> int | None:
    """As the dialplan looks it up: from the whole number down to its first digit."""
    return next((prefixes[digits[:n]] for n in range(len(digits), 0, -1) if digits[:n] in prefixes), None)


def test_a_series_is_one_entry() -> None:
    owners = NumberOwners([NORRBY, SODERAS])
    owners.add(number(n, f"+46980319{n:03}", 1) for n in range(1000))
    assert dict(owners.prefixes()) == {MAIN_NUMBER[1:-3]: 1, SODERAS_NUMBER[1:-3]: 2}


@given(st.lists(st.tuples(st.from_regex(r"\+46[1-9][0-9]{6,8}", fullmatch=True), st.integers(1, 4)), max_size=30))
def test_every_number_finds_its_owner(numbers: list[tuple[str, int]]) -> None:
    known = dict(numbers) | {MAIN_NUMBER: 1, SODERAS_NUMBER: 2}
    owners = NumberOwners([NORRBY, SODERAS])
    owners.add(number(n, e164, id) for n, (e164, id) in enumerate(known.items()))
    prefixes = dict(owners.prefixes())
    assert {e164: owner(prefixes, e164[1:]) for e164 in known} == known
