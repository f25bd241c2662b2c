"""Calls to the main number: every operator rings, one answers, and nobody hears silence."""

import asyncio

import pytest

from tests.acceptance.house import House
from tests.acceptance.phones import PhoneRoom
from tests.hearing.noise import speech_like, tone

MAIN, SODERAS = "+46980319200", "+46406280400"


@pytest.mark.requirement("R38")
async def test_both_ring_the_first_answer_wins_the_other_stops(house: House, phones: PhoneRoom) -> None:
    op1, op2 = await phones.colleague("op1"), await phones.colleague("op2")
    call = await (await phones.caller("+46701234567")).dial(SODERAS)
    first, second = await op1.wait_incoming(within=5), await op2.wait_incoming(within=5)
    await call.rings(within=5)
    assert "Söderås kommunalteknik" in first.shown[-1].name
    assert first.shown[-1].number.endswith("701234567")
    await second.answer()
    await second.play_on(tone(900, 1))
    await call.hears(lambda heard: heard.tone(900), within=5, what="the operator's voice")
    await first.ended(within=5)
    assert "elsewhere" in first.reason.lower()
    await second.hangup()
    await call.ended(within=5)
    (row,) = await house.all_calls_ended(1)
    assert row["outcome"] == "connected"
    assert {"rang", "answered", "connected"} <= {kind for kind, _ in house.events(row["id"])}
    assert row["authority_id"] == house.one("SELECT id FROM authority WHERE main_number = ?", SODERAS)["id"]
    await house.nothing_left()


async def test_nobody_answers_and_the_caller_may_leave_a_message(house: House, phones: PhoneRoom) -> None:
    house.sql("UPDATE function_group SET ring_seconds = 3 WHERE operators = 1")
    op1 = await phones.colleague("op1")
    call = await (await phones.caller()).dial(MAIN)
    rung = await op1.wait_incoming(within=5)
    await call.rings(within=5)
    await rung.ended(within=8)
    # Twice not answered: the operator is paused, and then nobody is there.
    await call.hears_prompt("sv/operators-none", "sv/menu-message", within=15)
    session = "SELECT pause_reason FROM operator_session JOIN device USING (person_id) WHERE account = 'op1'"
    assert house.one(session)["pause_reason"] == "no_answer"
    await call.dtmf("1")
    await call.hears_prompt("sv/beep", within=10)
    await call.play(speech_like(3))
    await call.hears_prompt("sv/promise-call-by", within=20)
    await call.ended(within=15)
    await house.all_calls_ended(1)
    (task,) = house.tasks()
    assert task["person_id"] is None
    assert task["authority_id"] == house.one("SELECT id FROM authority WHERE main_number = ?", MAIN)["id"]


async def test_nobody_is_there(house: House, phones: PhoneRoom) -> None:
    """No operator's phone is registered; then no operator is signed in."""
    unregistered = await (await phones.caller("+46701000001")).dial(MAIN)
    await unregistered.hears_prompt("sv/operators-none", "sv/menu-message", within=10)
    house.sql("DELETE FROM operator_session")
    signed_out = await (await phones.caller("+46701000002")).dial(MAIN)
    await signed_out.hears_prompt("sv/operators-none", "sv/menu-message", within=10)
    await asyncio.gather(unregistered.hangup(), signed_out.hangup())
    await house.all_calls_ended(2)
    await house.nothing_left()


async def test_while_all_talk_the_caller_hears_music_and_then_an_operator(house: House, phones: PhoneRoom) -> None:
    op1 = await phones.colleague("op1")
    first = await (await phones.caller("+46701000001")).dial(MAIN)
    talk = await op1.wait_incoming(within=5)
    await talk.answer()
    await first.talks(within=5)
    second = await (await phones.caller("+46701000002")).dial(MAIN)
    await second.hears(lambda heard: heard.music, within=8, what="music")
    assert len(op1.rung) == 1
    await first.hangup()
    rung = await op1.wait_incoming(within=8)
    await rung.answer()
    await rung.play_on(tone(900, 1))
    await second.hears(lambda heard: heard.tone(900), within=5, what="the operator's voice")
    await second.hangup()
    await rung.ended(within=5)
    await house.all_calls_ended(2)
    await house.nothing_left()
