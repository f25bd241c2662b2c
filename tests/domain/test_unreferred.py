"""Un-referred absence (R1): which calls that ring out count, when somebody is asked, and until when they are silent."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.deadline.working_hours import in_working_hours
from switchboard.domain.directory import Absence, AbsenceReason, Policy, UnansweredCalls
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.diversion import (
    Counted,
    Inform,
    NotCounted,
    PhoneState,
    Ring,
    count_unanswered,
    decide_diversion,
    does_not_answer,
    is_diverted,
)
from switchboard.domain.diversion.unreferred import still_counts
from switchboard.domain.working_days import STOCKHOLM, is_working_day
from tests.builders import ANNA, NOW, absence, norrby, phones
from tests.domain.calendars import CALENDAR, local

POLICY = Policy(1, 1, date(2024, 1, 1), 1, unanswered_calls=3, unanswered_diverts=True)
moments = st.integers(0, 60 * 24 * 21).map(lambda minutes: NOW + timedelta(minutes=minutes))


def house(policy: Policy = POLICY, *absences: Absence) -> DirectoryIndex:
    directory = norrby()
    directory.put(policy)
    for each in absences:
        directory.put(each)
    return directory


def ring_out(directory: DirectoryIndex, at: datetime) -> Counted | NotCounted:
    """As whoever keeps the rows does."""
    row = directory.unanswered(ANNA.id)
    counted = count_unanswered(ANNA, directory, CALENDAR, at, row)
    if isinstance(counted, Counted):
        asked = at if counted.ask else row.asked_at if row is not None and counted.calls > 1 else None
        directory.put(UnansweredCalls(1, ANNA.id, counted.calls, at, asked))
    return counted


@pytest.mark.requirement("R1")
@given(st.integers(0, 6), st.lists(moments, max_size=12).map(sorted))
def test_somebody_is_asked_once_and_after_so_many_calls_in_working_hours(limit: int, calls: list[datetime]) -> None:
    directory = house(replace(POLICY, unanswered_calls=limit))
    asked = [at for at in calls if isinstance(counted := ring_out(directory, at), Counted) and counted.ask]
    hours = [at for at in calls if in_working_hours(POLICY, CALENDAR, at)]
    assert asked == ([hours[limit - 1]] if 0 < limit <= len(hours) else [])
    assert (does_not_answer(ANNA, directory, calls[-1] if calls else NOW) is not None) is bool(asked)


@given(moments)
def test_working_hours_are_those_of_a_working_day(at: datetime) -> None:
    local_time = at.astimezone(STOCKHOLM)
    assert in_working_hours(POLICY, CALENDAR, at) is (
        is_working_day(CALENDAR, local_time.date()) and POLICY.workday_start <= local_time.time() < POLICY.workday_end
    )


@pytest.mark.requirement("R1")
@given(st.lists(moments, min_size=3, max_size=8).map(sorted), moments, st.integers(1, 600))
def test_a_referral_accounts_for_the_calls_before_it(calls: list[datetime], start: datetime, minutes: int) -> None:
    """Nothing is counted while it lasts, and afterwards it begins anew."""
    away = absence(90, ANNA, AbsenceReason.MEETING, start, start + timedelta(minutes=minutes))
    directory = house(replace(POLICY, unanswered_calls=2), away)
    count, latest = 0, None
    for at in calls:
        counted = ring_out(directory, at)
        during = start <= at < start + timedelta(minutes=minutes)
        if during or not in_working_hours(POLICY, CALENDAR, at):
            assert isinstance(counted, NotCounted)
            continue
        count = 1 if latest is None or latest <= start <= at else count + 1
        latest = at
        assert isinstance(counted, Counted)
        assert counted.calls == count
    row = directory.unanswered(ANNA.id)
    if row is not None and row.latest_at <= start:
        assert still_counts(row, [away], start) is False


@pytest.mark.requirement("R1")
@pytest.mark.parametrize("diverts", [True, False])
def test_by_the_authority_s_rule_who_was_asked_is_not_rung_until_they_come_back(diverts: bool) -> None:
    directory = house(replace(POLICY, unanswered_diverts=diverts))
    free = phones(anna=PhoneState.FREE)
    for minute in range(3):
        assert isinstance(decide_diversion(ANNA, directory, NOW, free), Ring)
        ring_out(directory, NOW + timedelta(minutes=minute))
    later = NOW + timedelta(hours=1)
    assert is_diverted(ANNA, directory, later) is diverts
    decision = decide_diversion(ANNA, directory, later, free)
    assert isinstance(decision, Inform if diverts else Ring)
    if isinstance(decision, Inform):
        assert (decision.unanswered, decision.absence, decision.why) == (True, None, None)
    directory.remove("unanswered_calls", 1)
    assert isinstance(decide_diversion(ANNA, directory, later, free), Ring)


@pytest.mark.requirement("R1")
def test_an_absence_goes_before_it_and_ends_it() -> None:
    directory = house()
    for minute in range(3):
        ring_out(directory, NOW + timedelta(minutes=minute))
    until = local("2026-08-03 14:00")
    directory.put(absence(90, ANNA, AbsenceReason.MEETING, NOW + timedelta(minutes=10), until))
    during, after = NOW + timedelta(minutes=20), until + timedelta(minutes=1)
    decision = decide_diversion(ANNA, directory, during, phones())
    assert isinstance(decision, Inform)
    assert decision.absence is not None
    assert does_not_answer(ANNA, directory, during) is None
    assert isinstance(decide_diversion(ANNA, directory, after, phones()), Ring)
