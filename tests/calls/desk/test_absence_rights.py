"""Absences of others, which operators set, and absences that a function cannot do with (R1, R21)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.calls import orders
from switchboard.domain.announcement import AbsenceNotice
from switchboard.domain.call import CallOutcome, Outcome
from switchboard.domain.directory import Absence, AbsenceReason, Authority
from switchboard.domain.staffing import Allowed, Refused
from tests.builders import ANNA, ERIK, MARIA, NILS, OPERATOR_GROUP, SODERAS, absence
from tests.calls.desk.keypad import HANG_UP, absences, house, keyed, prompts
from tests.domain.calendars import local
from tests.fakes.world import WEDNESDAY

HOUR = timedelta(hours=1)
KEPT = CallOutcome(Outcome.SERVED, "the absence was set")


@pytest.mark.requirement("R1")
async def test_an_operator_sets_and_lifts_another_s() -> None:
    world = house()
    assert await keyed(world, "*230*212*2*1300#", account="op1") == KEPT
    (row,) = absences(world, MARIA)
    assert (row.reason, row.until) == (AbsenceReason.LUNCH, local("2026-08-12 13:00"))
    (notice,) = [each for each in world.announcer.said if isinstance(each, AbsenceNotice)]
    assert notice.person.text == MARIA.name
    assert {act.actor for act in world.absences.acts} == {"phone op1"}
    await keyed(world, "#230*212#", account="op1")
    assert absences(world, MARIA) == []


@pytest.mark.parametrize("code", ["*230*212*2*1300#", "#230*212#"])
async def test_who_is_no_operator_sets_nobody_else_s(code: str) -> None:
    world = house()
    await keyed(world, code)
    assert (prompts(world), world.absences.acts) == (["absence-not-operator"], [])


async def test_one_s_own_extension_needs_no_rights() -> None:
    world = house()
    assert await keyed(world, "*230*211*2#") == KEPT
    assert len(absences(world)) == 1


@pytest.mark.parametrize("digits", ["999", "220", "299"])
async def test_an_extension_of_nobody_is_told_so(digits: str) -> None:
    world = house()
    await keyed(world, f"*230*{digits}*2#", account="op1")
    assert (prompts(world), world.absences.acts) == (["desk-unknown-extension"], [])


@pytest.mark.parametrize(("authority", "allowed"), [(SODERAS, True), (replace(SODERAS, operators_group_id=9), False)])
async def test_operators_do_it_for_the_authorities_they_answer_for(authority: Authority, allowed: bool) -> None:
    world = house(authority, replace(OPERATOR_GROUP, id=9))
    await keyed(world, "*230*10*2#", account="op1")
    assert (len(absences(world, NILS)) == 1) is allowed


async def test_a_phone_of_nobody_sets_nothing() -> None:
    world = house()
    world.directory.index.remove("person", ERIK.id)
    await keyed(world, "*23*1")
    assert world.absences.acts == []


# Whether the function can do without (R21)


def _anna_away() -> Absence:
    return absence(60, ANNA, AbsenceReason.COURSE, WEDNESDAY - HOUR, WEDNESDAY + 8 * HOUR)


@pytest.mark.requirement("R21", "R24")
@pytest.mark.parametrize(("key", "is_set"), [("1", True), ("", False), ("9", False), (HANG_UP, False)])
async def test_the_last_one_of_a_function_has_to_insist(key: str, is_set: bool) -> None:
    world = house(_anna_away())
    leg_outcome = await keyed(world, "*23*1*1100#", {"absence-understaffed": [key] * 3})
    assert (len(absences(world)) == 1) is is_set
    assert prompts(world)[0] == "absence-understaffed"
    assert leg_outcome is not None
    assert leg_outcome.outcome is Outcome.SERVED
    refused = [event.detail["refused"] for event in world.events("erik-out-1") if "refused" in event.detail]
    assert refused == ["0 of 1 would be left in function_group 2 at 2026-08-12T10:00:00+02:00"]


@pytest.mark.requirement("R10", "R21")
async def test_a_deputy_who_is_there_stands_in() -> None:
    world = house(_anna_away())
    keys = {"absence-understaffed": ["2", "2", "2"], "absence-enter-deputy": ["999#", "210#", "212#"]}
    assert await keyed(world, "*23*1*1100#", keys) == KEPT
    (row,) = absences(world)
    assert row.deputy_id == MARIA.id
    assert prompts(world).count("absence-understaffed") == 3


async def test_who_names_nobody_three_times_has_set_nothing() -> None:
    world = house(_anna_away())
    keys = {"absence-understaffed": ["2"] * 3, "absence-enter-deputy": ["211#"] * 3}
    assert await keyed(world, "*23*1*1100#", keys) == CallOutcome(Outcome.SERVED, "the absence was refused")
    assert (absences(world), prompts(world)[-1]) == ([], "absence-not-set")


@pytest.mark.requirement("R21")
async def test_over_http_it_is_the_same_rule() -> None:
    world = house(_anna_away())
    planned = absence(0, ERIK, AbsenceReason.LUNCH, WEDNESDAY, WEDNESDAY + HOUR)
    desk = orders.OrdersByApi(world.ports)
    assert isinstance(await desk.may_be_away(planned), Refused)
    assert isinstance(await desk.may_be_away(replace(planned, deputy_id=MARIA.id)), Allowed)
    assert isinstance(await desk.may_be_away(replace(planned, person_id=MARIA.id)), Allowed)


@pytest.mark.requirement("R21")
async def test_out_of_hours_nobody_has_to_insist() -> None:
    world = house(_anna_away(), at=WEDNESDAY.replace(hour=13))
    assert await keyed(world, "*23*1*1500#") == KEPT
