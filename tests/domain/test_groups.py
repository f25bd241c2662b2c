"""Function groups and operators: who is rung, and why the others are not."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.absence import absence_in_force
from switchboard.domain.directory import (
    AbsenceReason,
    FunctionGroup,
    FunctionMember,
    OperatorSession,
)
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.diversion import (
    PhoneState,
    ringable_members,
)
from switchboard.domain.working_days import STOCKHOLM
from tests.builders import (
    ANNA,
    ASA,
    BYGGLOV_GROUP,
    ERIK,
    ERIK_AWAY,
    NOW,
    OP1,
    OP2,
    OPERATOR_GROUP,
    absence,
    norrby,
    phones,
)
from tests.domain.strategies import PHONES, directories

FREE, BUSY = PhoneState.FREE, PhoneState.BUSY
LUNCH = AbsenceReason.LUNCH
HOUR = timedelta(hours=1)
MOMENTS = st.datetimes(datetime(2026, 8, 1), datetime(2026, 8, 6), timezones=st.just(STOCKHOLM))  # noqa: DTZ001


def names(group: FunctionGroup, directory: DirectoryIndex, **changed: PhoneState) -> tuple[list[str], dict[int, str]]:
    found = ringable_members(group, directory, NOW, phones(**changed))
    return [each.person.name for each in found.ring], {each.person_id: each.why for each in found.left_out}


@pytest.mark.requirement("R1")
@pytest.mark.requirement("R21")
def test_an_absent_member_of_a_group_is_not_rung() -> None:
    assert names(BYGGLOV_GROUP, norrby()) == (["Anna Andersson"], {ERIK.id: "absent (vacation)"})


@pytest.mark.requirement("R1")
def test_members_without_a_free_phone_are_left_out_and_why() -> None:
    directory = norrby()
    directory.put(FunctionMember(90, BYGGLOV_GROUP.id, ASA.id, 0))
    directory.put(FunctionMember(91, BYGGLOV_GROUP.id, 999, 9))
    left_out = {ASA.id: "unregistered", ANNA.id: "busy", ERIK.id: "absent (vacation)", 999: "no such person"}
    assert names(BYGGLOV_GROUP, directory, anna=BUSY) == ([], left_out)


def test_members_ring_in_order_of_position_and_once() -> None:
    directory = norrby()
    directory.remove("absence", ERIK_AWAY)
    directory.put(FunctionMember(4, BYGGLOV_GROUP.id, ERIK.id, -1))
    directory.put(FunctionMember(90, BYGGLOV_GROUP.id, ERIK.id, 7))
    assert names(BYGGLOV_GROUP, directory) == (["Erik Lund", "Anna Andersson"], {})


@pytest.mark.requirement("R1")
def test_an_open_absence_is_not_rung_in_a_group() -> None:
    directory = norrby()
    directory.put(absence(90, ANNA, LUNCH, NOW - HOUR, NOW + HOUR, open=True))
    assert names(BYGGLOV_GROUP, directory)[1][ANNA.id] == "absent (lunch)"


@pytest.mark.requirement("R26")
def test_operators_are_those_signed_in_and_not_paused() -> None:
    directory = norrby()
    assert names(OPERATOR_GROUP, directory) == (["Olivia Persson", "Oskar Palm"], {})
    directory.put(OperatorSession(1, OP1.id, OPERATOR_GROUP.id, paused=True))
    assert names(OPERATOR_GROUP, directory) == (["Oskar Palm"], {OP1.id: "paused"})
    directory.remove("operator_session", 2)
    assert names(OPERATOR_GROUP, directory) == ([], {OP1.id: "paused", OP2.id: "not signed in"})


@pytest.mark.requirement("R1")
def test_an_absent_operator_is_not_rung_though_signed_in() -> None:
    directory = norrby()
    directory.put(absence(90, OP1, LUNCH, NOW - HOUR, NOW + HOUR))
    assert names(OPERATOR_GROUP, directory) == (["Oskar Palm"], {OP1.id: "absent (lunch)"})


def test_who_signs_in_without_being_a_member_answers_too() -> None:
    directory = norrby()
    directory.put(OperatorSession(9, ANNA.id, OPERATOR_GROUP.id))
    assert names(OPERATOR_GROUP, directory)[0] == ["Olivia Persson", "Oskar Palm", "Anna Andersson"]


@pytest.mark.requirement("R1")
@given(directories(), MOMENTS, PHONES)
def test_no_absent_member_is_rung_in_any_directory(
    directory: DirectoryIndex, now: datetime, states: dict[str, PhoneState]
) -> None:
    for group in directory.rows(FunctionGroup):
        found = ringable_members(group, directory, now, states)
        everybody = [each.person.id for each in found.ring] + [each.person_id for each in found.left_out]
        assert len(everybody) == len(set(everybody))
        assert {each.person_id for each in directory.members(group.id)} <= set(everybody)
        for member in found.ring:
            assert absence_in_force(directory.absences(member.person.id), now) is None
            assert all(states[device.account] is FREE for device in member.devices)
            if group.operators:
                sessions = directory.operator_sessions(group.id)
                assert any(each.person_id == member.person.id and not each.paused for each in sessions)
