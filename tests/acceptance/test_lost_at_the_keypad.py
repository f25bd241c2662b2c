"""Wrong keys and silence at each question of the keypad's dialogues: told, asked again, and nothing is done."""

import asyncio

import numpy as np
import pytest

from tests.acceptance.house import House
from tests.acceptance.keypad import PIN, SERVICES, Step, absences, choose_pin, hears_in_turn, press_at, walk
from tests.acceptance.phones import PhoneRoom
from tests.acceptance.test_own_greetings import greetings
from tests.acceptance.test_own_messages import NUMBERS, leave, left, marks
from tests.callers.phone import PhoneCall
from tests.hearing.noise import speech_like
from tests.hearing.pcm import Pcm

ANNA, ASA = "Anna Andersson", "Åsa Öberg"


def shouted(seconds: float) -> Pcm:
    """Far beyond full scale, and cut off there."""
    return np.clip(speech_like(seconds).astype(np.int32) * 12, -32768, 32767).astype(np.int16)


async def _ends(call: PhoneCall, *prompts: str) -> None:
    await hears_in_turn(call, *prompts, within=60)
    await call.ended(within=15)


@pytest.mark.requirement("R1", "R21", "R41")
async def test_while_setting_an_absence(house: House, phones: PhoneRoom) -> None:
    """Anna is the last one of her function."""
    await asyncio.to_thread(choose_pin, house, "Maria Berg")
    asa, anna, erik = [await phones.colleague(each) for each in ("asa", "anna", "erik")]

    async def the_last_one() -> None:
        call = await anna.dial("*23*2*1300#")
        await walk(call, (Step("absence-understaffed", "9"), Step("absence-understaffed", "2")))
        await press_at(call, "absence-enter-deputy", "999#")
        await _ends(call, "invalid-choice", "desk-unknown-extension", "absence-understaffed", "absence-not-set")

    async def undecided() -> None:
        call = await asa.dial("*23*2*1300#")
        await press_at(call, "absence-keep-or-undo", "7")
        await _ends(call, "invalid-choice", "absence-keep-or-undo", "absence-kept")

    async def in_the_menu() -> None:
        call = await erik.dial("299")
        await walk(call, (Step("keypad-menu", "*99#"), Step("keypad-menu", "#1")))
        await _ends(call, "keypad-unknown-code", "keypad-unknown-code", "keypad-goodbye")

    async def without_a_pin() -> None:
        call = await (await phones.caller()).dial(SERVICES)
        await walk(call, (Step("pin-enter-extension", "212#"), Step("pin-enter-extension", "212#")))
        await press_at(call, "pin-enter-pin", f"{PIN[:3]}*", times=2)
        await _ends(call, "pin-enter-extension", "keypad-goodbye")

    await asyncio.gather(the_last_one(), undecided(), in_the_menu(), without_a_pin())
    rows = await house.all_calls_ended(4)
    assert sorted(row["outcome"] for row in rows) == ["refused", "served", "served", "served"]
    assert (absences(house, ANNA), absences(house, ASA)) == ([], [("lunch", "phone")])
    await house.nothing_left()


@pytest.mark.requirement("R6", "R12")
async def test_at_one_s_greetings(house: House, phones: PhoneRoom) -> None:
    maria, anna, asa, erik = [await phones.colleague(each) for each in ("maria", "anna", "asa", "erik")]

    async def everything_wrong() -> None:
        call = await maria.dial("*25")
        steps = (
            Step("greeting-choose", "8"),
            Step("greeting-choose", "4"),
            Step("greeting-menu", "7"),
            Step("greeting-menu", "2"),
            Step("greeting-menu", "1"),
            Step("greeting-until", "1399#"),
            Step("greeting-until", "0820#"),
            Step("greeting-record", says=shouted(3.0)),
            Step("greeting-clipped"),
            Step("greeting-record", says=speech_like(3.0)),
            Step("greeting-confirm", "8"),
        )
        await walk(call, steps)
        told = ("invalid-choice", "invalid-choice", "greeting-is-none", "greeting-date-wrong", "invalid-choice")
        await _ends(call, *told, "greeting-confirm", "greeting-menu", "service-end")
        assert "sv/greeting-saved" not in call.heard.prompts

    async def silent_about_the_kind() -> None:
        await _ends(await anna.dial("*25"), *["greeting-choose"] * 3, "service-end")

    async def silent_about_the_reason() -> None:
        call = await asa.dial("*25")
        await press_at(call, "greeting-choose", "5")
        await _ends(call, *["greeting-choose-reason"] * 3, "service-end")

    async def silent_about_the_day() -> None:
        call = await erik.dial("*25*4#")
        await press_at(call, "greeting-menu", "1")
        await _ends(call, "greeting-until", "greeting-menu", "service-end")

    before = house.sql("SELECT * FROM greeting ORDER BY id")
    await asyncio.gather(everything_wrong(), silent_about_the_kind(), silent_about_the_reason(), silent_about_the_day())
    await house.all_calls_ended(4)
    assert greetings(house) == []
    assert house.sql("SELECT * FROM greeting ORDER BY id") == before
    assert await asyncio.to_thread(house.box.ari, "recordings/stored") == []
    await house.nothing_left()


@pytest.mark.requirement("R11", "R16", "R45")
async def test_at_one_s_messages(house: House, phones: PhoneRoom) -> None:
    maria = await phones.colleague("maria")
    await leave(phones, NUMBERS[0], speech_like(3.0))
    call = await maria.dial("*26")
    await press_at(call, "message-received", "9")
    await walk(call, (Step("forward-extension", "999#"), Step("forward-extension", "212#")))
    await hears_in_turn(call, "desk-unknown-extension", "desk-unknown-extension", "forward-extension", "message-menu")
    await call.dtmf("4")
    await hears_in_turn(call, "message-marks", "message-marks", "message-marks", "message-menu", within=40)
    await call.dtmf("9")
    await press_at(call, "forward-extension", "214#", times=4)
    await hears_in_turn(call, "forward-record", "beep")
    await press_at(call, "forward-confirm", "9")
    await _ends(call, "invalid-choice", "forward-confirm", "forward-cancelled", "message-menu", "service-end")
    await house.all_calls_ended(2)
    assert (left(house, "Maria Berg"), left(house, ASA), marks(house)) == ([NUMBERS[0]], [], (0, 0))
    assert [row["person_id"] for row in house.tasks()] == [house.person("Maria Berg")]
    assert await asyncio.to_thread(house.box.ari, "recordings/stored") == []
    await house.nothing_left()


@pytest.mark.requirement("R11")
async def test_a_message_is_paused_taken_back_a_little_and_goes_on(house: House, phones: PhoneRoom) -> None:
    maria = await phones.colleague("maria")
    await leave(phones, NUMBERS[0], speech_like(9.0))
    call = await maria.dial("*26")
    await press_at(call, "message-received", "")
    await call.until(lambda: call.heard.since("sv/message-received").talk, within=15, what="the message")
    await call.dtmf("5")
    await call.until(lambda: call.heard.quiet_for > 3, within=10, what="the pause")
    assert "sv/message-menu" not in call.heard.prompts
    paused_until = call.heard.until
    await call.dtmf("5")
    await call.until(lambda: call.heard.after(paused_until).talk, within=10, what="the message goes on")
    await call.dtmf("6")
    await call.dtmf("4")
    await hears_in_turn(call, "message-menu")
    await call.hangup()
    await house.all_calls_ended(2)
    await house.nothing_left()
