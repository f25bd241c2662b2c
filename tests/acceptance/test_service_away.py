"""While the service is away the dialplan answers by what the database said last: phrase, operators' phones, message."""

import asyncio

import pytest

from tests.acceptance.house import House
from tests.acceptance.phones import CITIZEN, PhoneRoom
from tests.acceptance.wait import until
from tests.callers.phone import PhoneCall
from tests.hearing.noise import speech_like, tone

MAIN, MARIA, SODERAS = "+46980319200", "+46980319212", "+46406280400"


async def planned(house: House, key: str, holds: str, without: bool = False) -> None:
    """What the service keeps for the dialplan under `key` says (or does not say) `holds`."""

    async def stands() -> bool:
        answer = await asyncio.to_thread(house.box.cli, f"database get switchboard-fallback {key}")
        return (holds in answer) is not without

    await until(stands, 15, f"{key} {'without' if without else 'with'} {holds}")


async def line_of(house: House, number: str) -> str:
    authority = house.one("SELECT id FROM authority WHERE main_number = ?", number)
    return f"line-{authority['id']}"


async def always_open(house: House, seconds: int = 25) -> None:
    """Also by Asterisk's clock, which is not the service's here."""
    house.sql("UPDATE function_group SET schedule_id = NULL, ring_seconds = ? WHERE operators = 1", seconds)
    line = await line_of(house, MAIN)
    await planned(house, f"{line}-open", "always")
    await planned(house, f"{line}-seconds", f"Value: {seconds}")


async def leave_message(call: PhoneCall) -> None:
    await call.hears_prompt("sv/fallback", "en/fallback", "sv/beep", within=25)
    await call.play(speech_like(2.5))
    await call.until(lambda: call.heard.since("sv/beep").quiet_for > 2.6, within=10, what="the message is spoken")
    await call.hangup()


@pytest.mark.requirement("R16")
@pytest.mark.requirement("R38")
async def test_an_operator_answers_and_the_journal_learns_of_it(house: House, phones: PhoneRoom) -> None:
    op1, op2 = await phones.colleague("op1"), await phones.colleague("op2")
    await always_open(house)
    await house.killed()
    call = await (await phones.caller()).dial(SODERAS)
    first, second = await op1.wait_incoming(within=15), await op2.wait_incoming(within=5)
    assert "Söderås kommunalteknik" in first.shown[-1].name
    assert first.shown[-1].number.endswith(CITIZEN[4:])
    assert call.heard.prompts[0] == "demo/sv/answer-soderas-kommunalteknik"
    await second.answer()
    await second.play_on(tone(900, 1))
    await call.hears(lambda heard: heard.tone(900), within=5, what="the operator's voice")
    await first.ended(within=5)
    await house.start()
    assert second.state == "talking"
    await second.hangup()
    await call.ended(within=5)
    (row,) = await house.all_calls_ended(1, within=60)
    assert (row["outcome"], row["authority_id"]) == (
        "connected",
        house.one("SELECT id FROM authority WHERE main_number = ?", SODERAS)["id"],
    )
    assert house.tasks() == []
    await house.nothing_left()


@pytest.mark.requirement("R16")
async def test_nobody_answers_and_the_message_becomes_a_task(house: House, phones: PhoneRoom) -> None:
    op1 = await phones.colleague("op1")
    await always_open(house, seconds=5)
    await house.killed()
    call = await (await phones.caller()).dial(MARIA)
    rung = await op1.wait_incoming(within=15)
    await rung.ended(within=12)
    await leave_message(call)
    await house.start()

    async def task_is_open() -> bool:
        return len(house.tasks()) == 1

    await until(task_is_open, 15, "the fallback's message has its task")
    (task,) = house.tasks()
    assert (task["source"], task["caller"], task["person_id"]) == ("fallback", CITIZEN, house.person("Maria Berg"))
    await house.all_calls_ended(1)
    await house.nothing_left()


@pytest.mark.requirement("R23")
async def test_out_of_hours_no_telephone_rings(house: House, phones: PhoneRoom) -> None:
    op1 = await phones.colleague("op1")
    line = await line_of(house, MAIN)
    await planned(house, f"{line}-phones", "PJSIP/op1")
    await planned(house, f"{line}-open", "always", without=True)
    await house.killed()
    call = await (await phones.caller()).dial(MAIN)
    await leave_message(call)
    assert op1.rung == []
    await house.start()
    await house.all_calls_ended(1)


@pytest.mark.requirement("R1")
async def test_who_signs_out_or_goes_absent_is_not_rung(house: House, phones: PhoneRoom) -> None:
    op1, op2 = await phones.colleague("op1"), await phones.colleague("op2")
    await always_open(house, seconds=5)
    line = await line_of(house, MAIN)
    house.sql("DELETE FROM operator_session WHERE person_id IN (SELECT person_id FROM device WHERE account = 'op1')")
    await planned(house, f"{line}-phones", "PJSIP/op1", without=True)
    await planned(house, f"{line}-phones", "PJSIP/op2")
    await house.killed()
    call = await (await phones.caller()).dial(MAIN)
    rung = await op2.wait_incoming(within=15)
    assert op1.rung == []
    await rung.ended(within=12)
    await leave_message(call)
    await house.start()
    await house.all_calls_ended(1)


async def test_a_colleague_who_calls_meets_the_own_authoritys_operators(house: House, phones: PhoneRoom) -> None:
    anna, op1 = await phones.colleague("anna"), await phones.colleague("op1")
    await always_open(house)
    await house.killed()
    call = await anna.dial("212")
    rung = await op1.wait_incoming(within=15)
    assert "Norrby" in rung.shown[-1].name
    await rung.answer()
    await rung.play_on(tone(900, 1))
    await call.hears(lambda heard: heard.tone(900), within=5, what="the operator's voice")
    await rung.blind_transfer("0701999999")
    await rung.play_on(tone(700, 1))
    await call.hears(lambda heard: heard.tone(700), within=5, what="her still, for nobody is moved")
    await call.hangup()
    await rung.ended(within=5)
    await house.start()
    (row,) = await house.all_calls_ended(1)
    assert row["outcome"] == "connected"
    await house.nothing_left()
