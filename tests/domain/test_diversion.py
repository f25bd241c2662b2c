"""Diversion: whom no phone may ring for, who stands in, who answers for a function."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.absence import absence_in_force
from switchboard.domain.directory import (
    Absence,
    AbsenceReason,
    Device,
    Person,
)
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.diversion import (
    Inform,
    PhoneState,
    Ring,
    decide_diversion,
)
from switchboard.domain.working_days import STOCKHOLM
from tests.builders import (
    ANNA,
    ERIK,
    ERIK_AWAY,
    JOHAN_AWAY,
    MARIA,
    MARIA_AWAY,
    NOW,
    absence,
    norrby,
    phones,
)
from tests.domain.calendars import local
from tests.domain.strategies import PHONES, directories

FREE, BUSY = PhoneState.FREE, PhoneState.BUSY
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


# The states of two phones, `-` for one that is disabled though it is free, and what comes of it.
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
        if state != "missing":
            states[account] = PhoneState("free" if state == "-" else state)
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


def test_the_demo_has_the_absences_it_tells() -> None:
    assert {row.id for row in norrby().rows(Absence)} == {ERIK_AWAY, MARIA_AWAY, JOHAN_AWAY, 4}
