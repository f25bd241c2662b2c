"""Diversion: whom no phone may ring for, who stands in, who answers for a function."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.absence import absence_in_force
from switchboard.domain.directory import (
    Absence,
    AbsenceReason,
    Device,
    FunctionGroup,
    FunctionMember,
    OperatorSession,
    Person,
)
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.diversion import (
    Inform,
    PhoneState,
    Ring,
    decide_diversion,
    deputy_chain,
    present_deputy,
    ringable_members,
)
from switchboard.domain.working_days import STOCKHOLM
from tests.builders import (
    ANNA,
    ASA,
    BYGGLOV_GROUP,
    ERIK,
    ERIK_AWAY,
    JOHAN,
    JOHAN_AWAY,
    MARIA,
    MARIA_AWAY,
    NOW,
    OP1,
    OP2,
    OPERATOR_GROUP,
    absence,
    norrby,
    phones,
)
from tests.domain.calendars import local
from tests.domain.strategies import PHONES, directories

FREE, BUSY, UNREGISTERED = PhoneState.FREE, PhoneState.BUSY, PhoneState.UNREGISTERED
LUNCH = AbsenceReason.LUNCH
HOUR = timedelta(hours=1)
MOMENTS = st.datetimes(datetime(2026, 8, 1), datetime(2026, 8, 6), timezones=st.just(STOCKHOLM))  # noqa: DTZ001


@pytest.mark.requirement("R1")
@pytest.mark.requirement("R2")
def test_an_absence_in_force_is_told_and_no_phone_rings() -> None:
    decision = decide_diversion(ERIK, norrby(), NOW, phones())
    assert isinstance(decision, Inform)
    assert decision.absence is not None
    assert (decision.absence.id, decision.why) == (ERIK_AWAY, None)
    assert decision.absence.until == local("2026-08-10 08:00")


@pytest.mark.requirement("R1")
def test_the_told_absence_ends_when_the_person_is_really_back() -> None:
    directory = norrby()
    directory.put(absence(90, MARIA, LUNCH, local("2026-08-03 14:00"), local("2026-08-03 15:15")))
    decision = decide_diversion(MARIA, directory, NOW, phones())
    assert isinstance(decision, Inform)
    assert decision.absence is not None
    assert (decision.absence.id, decision.absence.until) == (MARIA_AWAY, local("2026-08-03 15:15"))


@pytest.mark.requirement("R2")
def test_an_expired_absence_is_none() -> None:
    assert decide_diversion(MARIA, norrby(), local("2026-08-03 14:30"), phones()) == Ring(
        MARIA, (Device(12, 12, "maria"),), None, "present"
    )


@pytest.mark.requirement("R1")
def test_an_open_absence_is_told_and_then_it_rings() -> None:
    directory = norrby()
    away = absence(90, ANNA, LUNCH, NOW - HOUR, NOW + HOUR, open=True)
    directory.put(away)
    decision = decide_diversion(ANNA, directory, NOW, phones())
    assert isinstance(decision, Ring)
    assert decision.notice == away
    assert [each.account for each in decision.devices] == ["anna"]
    busy = decide_diversion(ANNA, directory, NOW, phones(anna=BUSY))
    assert isinstance(busy, Inform)
    assert (busy.absence, busy.why) == (away, BUSY)


# The states of two phones, `-` for one that is disabled, and what comes of it.
PHONES_TABLE = """
first         second        decision
free          -             ring a
free          free          ring ab
free          busy          ring a
free          unregistered  ring a
busy          busy          busy
busy          unregistered  busy
unregistered  unregistered  unregistered
busy          -             busy
-             -             unregistered
missing       missing       unregistered
missing       free          ring b
""".strip().splitlines()[1:]


@pytest.mark.requirement("R7")
@pytest.mark.parametrize("line", PHONES_TABLE)
def test_somebody_present_with_two_phones(line: str) -> None:
    words = line.split()
    directory = DirectoryIndex([ANNA])
    states = {}
    for id, account in enumerate("ab", start=1):
        state = words[id - 1]
        directory.put(Device(id, ANNA.id, account, enabled=state != "-"))
        if state not in {"-", "missing"}:
            states[account] = PhoneState(state)
    decision = decide_diversion(ANNA, directory, NOW, states)
    if words[2] == "ring":
        assert isinstance(decision, Ring)
        assert "".join(device.account for device in decision.devices) == words[3]
    else:
        assert decision == Inform(ANNA, None, PhoneState(words[2]), f"no phone is free ({words[2]})")


@pytest.mark.requirement("R7")
@given(directories(), MOMENTS, PHONES)
def test_a_closed_absence_never_rings_in_any_directory(
    directory: DirectoryIndex, now: datetime, states: dict[str, PhoneState]
) -> None:
    for person in directory.rows(Person):
        away = absence_in_force(directory.absences(person.id), now)
        decision = decide_diversion(person, directory, now, states)
        if away is not None and not away.open:
            assert isinstance(decision, Inform)
        if isinstance(decision, Ring):
            assert decision.devices
            assert decision.notice == away
            for device in decision.devices:
                assert (device.person_id, device.enabled, states[device.account]) == (person.id, True, FREE)


DEPUTIES = """
who    changed                    deputy  reason
erik   -                          anna    person 10 is present
erik   anna=busy                  -       person 10 has no free phone (busy)
erik   anna=unregistered          -       person 10 has no free phone (unregistered)
johan  -                          -       person 12 is absent
anna   -                          -       no deputy is named
maria  -                          -       no deputy is named
""".strip().splitlines()[1:]


@pytest.mark.requirement("R10")
@pytest.mark.parametrize("line", DEPUTIES)
def test_deputies_of_the_demo(line: str) -> None:
    who, changed, expected, reason = line.split(maxsplit=3)
    people = {"erik": ERIK, "johan": JOHAN, "anna": ANNA, "maria": MARIA}
    states = phones() if changed == "-" else phones(**{changed.split("=")[0]: PhoneState(changed.split("=")[1])})
    choice = present_deputy(people[who], norrby(), NOW, states)
    assert choice.person == people.get(expected)
    assert [device.account for device in choice.devices] == ([expected] if expected != "-" else [])
    assert choice.reason == reason


@pytest.mark.requirement("R10")
def test_the_deputy_of_an_absent_deputy() -> None:
    directory = norrby()
    directory.put(replace(directory.absences(MARIA.id)[0], deputy_id=ANNA.id))
    choice = present_deputy(JOHAN, directory, NOW, phones())
    assert choice.person == ANNA
    assert choice.reason == "person 12 is absent, person 10 is present"
    assert [each.id for each in deputy_chain(JOHAN, directory, NOW)] == [MARIA.id, ANNA.id]


@pytest.mark.requirement("R10")
@pytest.mark.parametrize("deputy", [JOHAN, MARIA, ERIK])
def test_loops_and_self_deputies_end(deputy: Person) -> None:
    """Johan refers to Maria, Maria to one of the three, Erik to Johan."""
    directory = norrby()
    directory.put(replace(directory.absences(MARIA.id)[0], deputy_id=deputy.id))
    directory.put(replace(directory.absences(ERIK.id)[0], deputy_id=JOHAN.id))
    for person in (JOHAN, MARIA, ERIK):
        assert present_deputy(person, directory, NOW, phones()).person is None
        chain = [each.id for each in deputy_chain(person, directory, NOW)]
        assert person.id not in chain
        assert len(chain) == len(set(chain))


@pytest.mark.requirement("R10")
def test_an_open_absence_is_not_presence() -> None:
    directory = norrby()
    directory.put(absence(90, ANNA, LUNCH, NOW - HOUR, NOW + HOUR, open=True))
    assert present_deputy(ERIK, directory, NOW, phones()).person is None


def test_the_deputy_may_stand_in_another_absence_in_force() -> None:
    directory = norrby()
    directory.put(absence(90, ERIK, LUNCH, NOW - HOUR, NOW + HOUR))
    assert present_deputy(ERIK, directory, NOW, phones()).person == ANNA


def test_a_deputy_who_does_not_exist_ends_the_chain() -> None:
    directory = norrby()
    directory.put(replace(directory.absences(ERIK.id)[0], deputy_id=999))
    assert present_deputy(ERIK, directory, NOW, phones()).person is None


@pytest.mark.requirement("R10")
@given(directories(), MOMENTS, PHONES)
def test_chains_end_at_somebody_present_in_any_graph(
    directory: DirectoryIndex, now: datetime, states: dict[str, PhoneState]
) -> None:
    for person in directory.rows(Person):
        choice = present_deputy(person, directory, now, states)
        if choice.person is None:
            assert choice.devices == ()
            continue
        assert choice.person != person
        assert absence_in_force(directory.absences(choice.person.id), now) is None
        assert choice.devices
        assert all(states[device.account] is FREE and device.enabled for device in choice.devices)


@pytest.mark.requirement("R10")
def test_a_ring_of_a_thousand_deputies_ends() -> None:
    people = [Person(id, 1, "") for id in range(1000)]
    rows = [Absence(id, id, LUNCH, NOW - HOUR, None, deputy_id=(id + 1) % 1000) for id in range(1000)]
    directory = DirectoryIndex([*people, *rows])
    assert len([*deputy_chain(people[0], directory, NOW)]) == 999


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


def test_the_demo_has_the_absences_it_tells() -> None:
    assert {row.id for row in norrby().rows(Absence)} == {ERIK_AWAY, MARIA_AWAY, JOHAN_AWAY, 4}
