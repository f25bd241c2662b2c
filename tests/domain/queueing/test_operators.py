"""Which operators may be rung now, and why the others may not."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given

from switchboard.domain.directory import AbsenceReason, FunctionMember, OperatorSession, PauseReason
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.diversion import PhoneState, ringable_members
from switchboard.domain.queueing import Obstacle, at_work, available
from tests.builders import ANNA, NOW, OP1, OP2, OPERATOR_GROUP, absence, norrby, phones
from tests.domain.strategies import PHONES, directories

MINUTE = timedelta(minutes=1)
SIGNED_IN = OperatorSession(1, OP1.id, OPERATOR_GROUP.id, since=NOW - 60 * MINUTE)
Told = tuple[list[int], dict[int, str]]


def told(directory: DirectoryIndex, occupied: frozenset[int] = frozenset(), **changed: PhoneState) -> Told:
    found = available(OPERATOR_GROUP, directory, NOW, phones(**changed), occupied)
    return [each.person_id for each in found.free], {each.person_id: each.why for each in found.left_out}


def with_session(session: OperatorSession) -> DirectoryIndex:
    directory = norrby()
    directory.put(session)
    return directory


@pytest.mark.requirement("R26")
def test_who_is_signed_in_and_free_is_rung_in_the_groups_order() -> None:
    directory = norrby()
    assert told(directory) == ([OP1.id, OP2.id], {})
    directory.put(FunctionMember(2, OPERATOR_GROUP.id, OP2.id, -1))
    assert told(directory) == ([OP2.id, OP1.id], {})


@pytest.mark.requirement("R26")
@pytest.mark.parametrize(
    ("session", "why"),
    [
        (replace(SIGNED_IN, paused=True, pause_reason=PauseReason.LUNCH), Obstacle.PAUSED),
        (replace(SIGNED_IN, wrap_up_until=NOW + MINUTE), Obstacle.WRAP_UP),
    ],
)
def test_a_pause_and_the_time_after_a_call_are_kept(session: OperatorSession, why: Obstacle) -> None:
    assert told(with_session(session)) == ([OP2.id], {OP1.id: why})


def test_wrap_up_ends_at_its_moment() -> None:
    assert told(with_session(replace(SIGNED_IN, wrap_up_until=NOW))) == ([OP1.id, OP2.id], {})


def test_every_other_obstacle() -> None:
    directory = norrby()
    directory.remove("operator_session", 1)
    directory.put(OperatorSession(3, ANNA.id, OPERATOR_GROUP.id))
    directory.put(OperatorSession(4, 999, OPERATOR_GROUP.id))
    assert told(directory, op2=PhoneState.BUSY) == (
        [ANNA.id],
        {OP1.id: "signed out", OP2.id: "busy", 999: "no such person"},
    )
    assert told(directory, frozenset({OP2.id, ANNA.id}))[1] == {
        OP1.id: "signed out",
        OP2.id: "busy",
        ANNA.id: "busy",
        999: "no such person",
    }
    directory.put(absence(90, ANNA, AbsenceReason.LUNCH, NOW - MINUTE, NOW + MINUTE))
    assert told(directory, op2=PhoneState.UNREGISTERED) == (
        [],
        {OP1.id: "signed out", OP2.id: "unregistered", ANNA.id: "absent", 999: "no such person"},
    )


def test_what_the_distribution_needs_is_there() -> None:
    (first, second) = available(OPERATOR_GROUP, with_session(replace(SIGNED_IN, missed=1)), NOW, phones()).free
    assert (first.idle_since, first.missed, first.position) == (SIGNED_IN.since, 1, 0)
    assert (second.idle_since, second.missed, second.position) == (None, 0, 1)
    assert [device.account for device in first.devices] == ["op1"]
    idle = available(OPERATOR_GROUP, with_session(replace(SIGNED_IN, idle_since=NOW)), NOW, phones()).free[0]
    assert idle.idle_since == NOW


@given(directories(), PHONES)
def test_whom_the_queue_rings_the_group_would_ring(directory: DirectoryIndex, states: dict[str, PhoneState]) -> None:
    """Without wrap-up and calls of ours both rules say the same."""
    for group_id in range(1, 5):
        group = directory.function_group(group_id)
        if group is None or not group.operators:
            continue
        found = available(group, directory, NOW, states)
        before = ringable_members(group, directory, NOW, states)
        assert [each.person_id for each in found.free] == [each.person.id for each in before.ring]
        assert {each.person_id for each in found.left_out} == {each.person_id for each in before.left_out}
        assert all(each.why in set(Obstacle) for each in found.left_out)


def test_a_break_comes_to_an_end_but_a_phone_that_is_gone_may_not() -> None:
    def paused(reason: PauseReason) -> OperatorSession:
        return replace(SIGNED_IN, paused=True, pause_reason=reason)

    assert at_work([SIGNED_IN, paused(PauseReason.LUNCH)]) == 2
    assert at_work([paused(PauseReason.NO_PHONE), paused(PauseReason.NO_ANSWER)]) == 0
    assert at_work([]) == 0
