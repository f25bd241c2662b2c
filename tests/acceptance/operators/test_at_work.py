"""Operators at work: signing in and out, pauses and wrap-up time, by keypad and by API; lamps and texts."""

import pytest

from tests.acceptance.operators.api import Api
from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.floor import Floor
from tests.acceptance.operators.partings import farewell
from tests.acceptance.operators.party import Party, hear_each_other
from tests.acceptance.registering import register
from tests.acceptance.wait import until


async def orders(desk: Desk, who: str, code: str, *told: str) -> None:
    """What is dialled, and what is heard of it."""
    party = await desk.dial(who, code)
    try:
        await party.hears_prompt(*told)
    except AssertionError as problem:
        problem.add_note(f"the journal: {desk.house.events((await desk.journal_of(who))['id'])}")
        raise
    await party.ended()
    assert (await desk.journal_of(who))["outcome"] == "served"


async def signs_in_and_out_by_keypad(desk: Desk) -> None:
    await desk.colleague("op1")
    await orders(desk, "op1", "*20", "operator-signed-in")
    await farewell(*await desk.talk())
    refused = await desk.dial("op1", "#20")
    await refused.hears_prompt("operator-sign-out-refused")
    await refused.hang_up()
    await farewell(*await desk.talk())
    insists = await desk.dial("op1", "#20")
    await insists.hears_prompt("operator-sign-out-refused")
    await insists.press("1")
    await insists.hears_prompt("operator-signed-out")
    await insists.ended()
    assert desk.session("op1") is None
    caller = await desk.ring_from()
    await caller.hears_prompt("operators-none", "menu-message", within=10)
    await caller.hang_up()
    assert desk.rung("op1") == 2


async def may_leave_when_somebody_stays(desk: Desk) -> None:
    await desk.operator("op1")
    await desk.operator("op2")
    await orders(desk, "op1", "#20", "operator-signed-out")
    assert desk.session("op1") is None
    caller, op = await desk.talk("op2")
    await farewell(caller, op)
    assert desk.rung("op1") == 0


async def pauses_by_keypad(desk: Desk) -> None:
    await desk.operator()
    await orders(desk, "op1", "*21*2", "operator-paused")
    session = desk.session("op1")
    assert session is not None
    assert (session["paused"], session["pause_reason"]) == (1, "lunch")
    caller = await desk.ring_from()
    await caller.hears_music()
    assert desk.rung("op1") == 0
    await orders(desk, "op1", "#21", "operator-resumed")
    op = await desk.answer("op1")
    await hear_each_other(caller, op)
    await farewell(caller, op)


async def only_members_sign_in(desk: Desk) -> None:
    await desk.colleague("anna")
    await orders(desk, "anna", "*20", "operator-not-a-member")
    await orders(desk, "anna", "#21", "operator-signed-out")
    assert desk.session("anna") is None


async def is_paused_after_two_missed_calls_and_told_why(desk: Desk) -> None:
    await desk.operator("op2")
    waiting, talk = await desk.talk("op2")
    op1 = await desk.operator()
    desk.ring_seconds(5)
    caller = await desk.ring_from()
    await until(lambda: is_paused(desk, "no_answer"), 25, "the operator is paused")
    assert desk.rung("op1") == 2
    for rung in op1.rung:
        await (await op1.wait_incoming()).ended()
        assert rung.code == 487
    await caller.hears_music()
    await until(lambda: told(op1.texts, "2 samtal i rad"), 5, "the phone shows why")
    await orders(desk, "op1", "#21", "operator-was-paused-no-answer", "operator-resumed")
    back = await desk.answer("op1")
    await hear_each_other(caller, back)
    await farewell(caller, back)
    await farewell(waiting, talk)


async def is_paused_without_a_phone_and_at_work_again_with_it(desk: Desk) -> None:
    await desk.operator("op2")
    first, talk = await desk.talk("op2")
    op1 = await desk.operator()
    await op1.unregister()
    caller = await desk.ring_from()
    await until(lambda: is_paused(desk, "no_phone"), 15, "the operator is paused")
    await register(op1, desk.house.box)
    await until(lambda: told(op1.texts, "inte ansluten"), 8, "the phone shows why")
    back = await desk.answer("op1")
    await hear_each_other(caller, back)
    await farewell(caller, back)
    await farewell(first, talk)


async def has_time_for_wrapping_up(desk: Desk) -> None:
    desk.set_queue(wrap_up_seconds=3)
    op1 = await desk.operator()
    first, op = await desk.talk()
    second = await desk.ring_from()
    await second.hears_music()
    await first.hang_up()
    await op.ended()
    second.forget()
    await second.call.hears(lambda heard: heard.until > second.since + 2, what="two seconds more")
    assert len(op1.rung) == 1
    assert second.lately.music
    again = await desk.answer("op1")
    await hear_each_other(second, again)
    await farewell(second, again)


async def is_paused(desk: Desk, reason: str) -> bool:
    session = desk.session("op1")
    return session is not None and bool(session["paused"]) and session["pause_reason"] == reason


async def told(texts: list[str], what: str) -> bool:
    return any(what in text for text in texts)


async def the_lamp_shows_the_operator_to_others(desk: Desk) -> None:
    await desk.operator()
    anna = await desk.colleague("anna")
    lamp = await anna.watch(f"*20{desk.extension('op1')}")
    caller = await desk.ring_from()

    async def shows(state: str) -> bool:
        return bool(lamp.states) and lamp.states[-1] == state

    await until(lambda: shows("confirmed"), 5, f"lit while it rings: {lamp.states}")
    op: Party = await desk.answer("op1")
    await hear_each_other(caller, op)
    await farewell(caller, op)
    await until(lambda: shows("terminated"), 5, "dark when free")
    await orders(desk, "op1", "*21*1", "operator-paused")
    await until(lambda: shows("early"), 5, "blinking in a pause")
    await orders(desk, "op1", "#21", "operator-resumed")
    await until(lambda: shows("terminated"), 5, "dark when free")


@pytest.mark.requirement("R26")
async def test_signing_in_and_pausing_by_keypad(floor: Floor) -> None:
    await floor.side_by_side(
        signs_in_and_out_by_keypad,
        may_leave_when_somebody_stays,
        pauses_by_keypad,
        only_members_sign_in,
        the_lamp_shows_the_operator_to_others,
    )


@pytest.mark.requirement("R26")
async def test_who_cannot_be_rung_is_paused_and_told_why(floor: Floor) -> None:
    await floor.side_by_side(
        is_paused_after_two_missed_calls_and_told_why,
        is_paused_without_a_phone_and_at_work_again_with_it,
        has_time_for_wrapping_up,
    )


@pytest.mark.requirement("R21")
@pytest.mark.requirement("R26")
async def test_the_same_by_the_api(desk: Desk, api: Api) -> None:
    await desk.colleague("op1")
    karin = {"person": desk.person("op1")}
    status, document = await api.post("operators/sign-in", **karin)
    assert (status, document["items"][0]["state"]) == (200, "free")
    caller, op = await desk.talk()
    (mine,) = [each for each in (await api.get("operators"))["items"] if each["person_id"] == karin["person"]]
    assert mine["state"] == "talking"
    await farewell(caller, op)
    assert (await api.post("operators/pause", **karin, reason="meeting"))[0] == 200
    session = desk.session("op1")
    assert session is not None
    assert session["pause_reason"] == "meeting"
    waiting = await desk.ring_from()
    await waiting.hears_music()
    (place,) = [each for each in (await api.get("queue"))["items"] if each["authority"] == f"Ort {desk.number}"]
    assert (place["position"], place["caller"]) == (1, waiting.call.account.user)
    assert (await api.post("operators/resume", **karin))[0] == 200
    await farewell(waiting, await desk.answer("op1"))
    status, problem = await api.post("operators/sign-out", **karin)
    assert status == 409
    assert "would be left" in problem["detail"]
    assert desk.session("op1") is not None
    assert (await api.post("operators/sign-out", **karin, confirm=True))[0] == 200
    assert desk.session("op1") is None
