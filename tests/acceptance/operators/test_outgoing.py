"""Calls between colleagues and out of the house; and that nobody from outside gets out again or reaches the desk."""

import asyncio
import json

import pytest

from tests.acceptance.operators.api import Api
from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.floor import Floor
from tests.acceptance.operators.partings import comes_back, farewell
from tests.acceptance.operators.party import Party, hear_each_other
from tests.callers.sip.call import RawCall


async def colleagues_call_each_other(desk: Desk) -> None:
    await desk.colleague("anna")
    await desk.colleague("maria")
    anna = await desk.dial("anna", desk.extension("maria"))
    maria = await desk.answer("maria")
    assert "Anna Andersson" in maria.display or desk.extension("anna") in maria.call.shown[-1].number
    await hear_each_other(anna, maria)
    await farewell(anna, maria)


async def a_colleague_waits_behind_the_callers_from_outside(desk: Desk) -> None:
    await desk.operator()
    await desk.colleague("anna")
    first, op = await desk.talk()
    anna = await desk.dial("anna", desk.end("00"))
    await anna.hears_music()
    citizen = await desk.ring_from()
    await citizen.hears_music()
    await first.hang_up()
    await op.ended()
    op = await desk.answer("op1")
    await hear_each_other(citizen, op)
    await farewell(citizen, op)
    op = await desk.answer("op1")
    await hear_each_other(anna, op)
    await farewell(anna, op)


async def who_has_no_class_may_not_ring_abroad(desk: Desk) -> None:
    await desk.colleague("anna")
    for number in ("0044201234567", "0900123456", "+4793912345"):
        anna = await desk.dial("anna", number)
        await anna.hears_prompt("call-not-allowed")
        await anna.ended()
        assert (await desk.journal_of("anna"))["outcome"] == "refused"


@pytest.mark.requirement("R40")
async def test_inside_calls_and_what_is_refused(floor: Floor) -> None:
    await floor.side_by_side(
        colleagues_call_each_other,
        a_colleague_waits_behind_the_callers_from_outside,
        who_has_no_class_may_not_ring_abroad,
    )
    assert floor.outside.phone.rung == []


async def through_the_trunk(floor: Floor, desk: Desk, dialled: str, arrives: str) -> Party:
    """Anna rings, whoever is there answers, both hear each other; the other side of it."""
    anna = await desk.dial("anna", dialled)
    rung = await floor.outside.ringing(arrives)
    await anna.hears_ringing()
    await rung.answer()
    outside = Party(rung, "outside")
    await outside.speak()
    await hear_each_other(anna, outside)
    await farewell(anna, outside)
    return outside


@pytest.mark.requirement("R40")
async def test_out_of_the_house_by_class_and_with_the_authoritys_number(floor: Floor, desk: Desk) -> None:
    await desk.colleague("anna")
    outside = await through_the_trunk(floor, desk, "0701112233", "+46701112233")
    assert outside.call.shown[-1].number == desk.main
    assert "Anna" not in outside.display
    desk.house.sql("UPDATE authority SET caller_id = 'own' WHERE id = ?", desk.authority)
    outside = await through_the_trunk(floor, desk, "+46701112233", "+46701112233")
    assert outside.call.shown[-1].number == desk.public("anna")
    give_class(desk, "anna", "+4420!", allow=True)
    await through_the_trunk(floor, desk, "00442012345678", "+442012345678")
    forbidden = await desk.dial("anna", "0701112233")
    await forbidden.hears_prompt("call-not-allowed")
    await forbidden.ended()


def give_class(desk: Desk, who: str, pattern: str, allow: bool) -> None:
    house = desk.house
    found = house.sql("SELECT id FROM call_class WHERE authority_id = ?", desk.authority)
    if not found:
        house.sql("INSERT INTO call_class (authority_id, name) VALUES (?, 'Prov')", desk.authority)
        found = house.sql("SELECT id FROM call_class WHERE authority_id = ?", desk.authority)
    house.sql("DELETE FROM outgoing_rule WHERE class_id = ?", found[0]["id"])
    house.sql("INSERT INTO outgoing_rule (class_id, pattern, allow) VALUES (?, ?, ?)", found[0]["id"], pattern, allow)
    house.sql("UPDATE person SET call_class_id = ? WHERE id = ?", found[0]["id"], desk.person(who))


async def test_the_emergency_number_is_always_dialled(floor: Floor, desk: Desk) -> None:
    """Also by somebody whose class allows nothing, with a zero too many, and behind the prefix of a private call."""
    await desk.colleague("anna")
    give_class(desk, "anna", "!", allow=False)
    for dialled in ("112", "0112", "*9112"):
        await through_the_trunk(floor, desk, dialled, "112")
        assert (await desk.journal_of("anna"))["private"] == 0


@pytest.mark.requirement("R40")
async def test_of_a_private_call_is_known_that_it_was_one(floor: Floor, desk: Desk, api: Api) -> None:
    await desk.colleague("anna")
    await through_the_trunk(floor, desk, "*90701112244", "+46701112244")
    row = await desk.journal_of("anna")
    assert (row["private"], row["outcome"]) == (1, "connected")
    shown = await api.get(f"calls/{row['id']}")
    assert (shown["private"], shown["called"], shown["events"]) == (True, None, [])
    assert "701112244" not in json.dumps(shown)
    assert "701112244" not in floor.log()


async def test_nobody_outside_is_told_what_only_failed(floor: Floor, desk: Desk) -> None:
    """A number outside that is busy, or does not exist: the colleague is told, and the call ends."""
    await desk.colleague("anna")
    floor.outside.phone.refuses_with = 486
    anna = await desk.dial("anna", "0701112255")
    await anna.hears_prompt("outside-busy")
    await anna.ended()
    floor.outside.phone.refuses_with = 404
    anna = await desk.dial("anna", "0701112255")
    await anna.hears_prompt("outside-failed")
    await anna.ended()


async def test_a_telephone_that_redirects_leads_no_caller_out(floor: Floor, desk: Desk) -> None:
    """302 to a number outside: it counts as one that does not answer, also in a transfer."""
    out = (("Contact", f"<sip:0701112277@{desk.house.box.server}>"),)
    await desk.operator()
    anna = await desk.colleague("anna")
    caller = await desk.ring_from(desk.public("anna"))
    rung = await anna.wait_incoming()
    assert isinstance(rung, RawCall)
    await rung.reject(302, out)
    await caller.hears_prompt("no-answer", "menu-message", within=12)
    await caller.hang_up()
    caller, op = await desk.talk()
    caller.forget()
    await op.call.blind_transfer(desk.extension("anna"))
    rung = await anna.wait_incoming()
    assert isinstance(rung, RawCall)
    await rung.reject(302, out)
    await farewell(caller, await comes_back(desk, caller, "no-answer", "Åter: Anna Andersson, svarar inte"))
    assert floor.outside.phone.rung == []


@pytest.mark.requirement("R40")
async def test_a_caller_from_outside_reaches_neither_trunk_nor_desk(floor: Floor, desk: Desk) -> None:
    """However it is dialled, also with the user name or the extension of a colleague as the caller's number."""
    await desk.operator()
    anna = await desk.colleague("anna")
    sessions = "SELECT person_id, paused FROM operator_session WHERE group_id = ? ORDER BY id"
    before = [tuple(row) for row in desk.house.sql(sessions, desk.group)]
    numbers = ("*20", "#20", "*21*1", "*68", "0701234567", "+46701234567", "112", "*9112", "*90701234567")
    callers = [await desk.citizen() for _ in numbers]
    calls = [await caller.dial(number) for caller, number in zip(callers, numbers, strict=True)]
    caller = await desk.citizen()
    forged = f'"Karin" <sip:{desk.extension("op1")}@127.0.0.1>'.encode()
    calls += [await caller.dial_as(forged, number) for number in ("*20", "112", "0701234567")]
    await asyncio.gather(*(call.hears_prompt("sv/unknown-number", within=15) for call in calls))
    await asyncio.gather(*(call.hangup() for call in calls))
    assert floor.outside.phone.rung == []
    assert anna.rung == []
    assert [tuple(row) for row in desk.house.sql(sessions, desk.group)] == before
