"""Deputies: who stands in, and that every chain ends."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.absence import absence_in_force
from switchboard.domain.directory import (
    Absence,
    AbsenceReason,
    Person,
)
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.diversion import (
    PhoneState,
    deputy_chain,
    present_deputy,
)
from switchboard.domain.working_days import STOCKHOLM
from tests.builders import (
    ANNA,
    ERIK,
    JOHAN,
    MARIA,
    NOW,
    absence,
    norrby,
    phones,
)
from tests.domain.strategies import PHONES, directories

FREE = PhoneState.FREE
LUNCH = AbsenceReason.LUNCH
HOUR = timedelta(hours=1)
MOMENTS = st.datetimes(datetime(2026, 8, 1), datetime(2026, 8, 6), timezones=st.just(STOCKHOLM))  # noqa: DTZ001


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
