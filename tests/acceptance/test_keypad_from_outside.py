"""The keypad services from outside: extension and PIN, then the same menu; wrong ones, locks, silence (R41)."""

import asyncio

import pytest

from tests.acceptance.house import House
from tests.acceptance.keypad import PIN, SERVICES, Step, absences, choose_pin, hears_in_turn, press_at, walk
from tests.acceptance.operators.api import new_api
from tests.acceptance.phones import PhoneRoom
from tests.acceptance.test_own_messages import HEARD, NUMBERS, leave, left
from tests.callers.phone import Phone, PhoneCall
from tests.hearing.noise import speech_like
from tests.hearing.real import best_match

ASA, MARIA = "Åsa Öberg", "Maria Berg"
WRONG = "640917"
pytestmark = pytest.mark.requirement("R41")


async def _identify(call: PhoneCall, pin: str, times: int = 1) -> None:
    await press_at(call, "pin-enter-extension", "214#", times)
    await press_at(call, "pin-enter-pin", f"{pin}#", times)


async def test_with_extension_and_pin_the_menu_and_the_codes(house: House, phones: PhoneRoom) -> None:
    await asyncio.to_thread(choose_pin, house, ASA)
    call = await (await phones.caller()).dial(SERVICES)
    await _identify(call, PIN)
    await press_at(call, "keypad-menu", "*23*2*1300#")
    await hears_in_turn(call, "absence-callers-hear", "reason-lunch-back")
    await press_at(call, "absence-keep-or-undo", "1")
    await press_at(call, "keypad-menu", "2", times=2)
    await hears_in_turn(call, "absence-kept", "absence-lifted")
    await call.hangup()
    (row,) = await house.all_calls_ended(1)
    assert (row["outcome"], absences(house, ASA)) == ("served", [])
    audited = [row["action"] for row in house.sql("SELECT action FROM audit_log WHERE action LIKE 'pin.%' ORDER BY id")]
    assert audited == ["pin.choose", "pin.right"]
    _pin_is_nowhere(house, PIN)
    await house.nothing_left()


def _pin_is_nowhere(house: House, pin: str) -> None:
    statements = ("SELECT * FROM call", "SELECT * FROM call_event", "SELECT * FROM audit_log")
    kept = [str(tuple(row)) for statement in statements for row in house.sql(statement)]
    assert [row for row in kept if pin in row] == []
    assert pin not in house.log_file.read_text()


async def test_wrong_ones_lock_and_an_administrator_unlocks(house: House, phones: PhoneRoom) -> None:
    await asyncio.to_thread(choose_pin, house, ASA)
    first = await (await phones.caller("+46701000001")).dial(SERVICES)
    for time in (1, 2, 3):
        await _identify(first, WRONG, time)
        await hears_in_turn(first, *["pin-wrong"] * time)
    await hears_in_turn(first, "keypad-goodbye")
    await first.ended(within=10)
    second = await (await phones.caller("+46701000002")).dial(SERVICES)
    for time in (1, 2):
        await _identify(second, WRONG, time)
    await _identify(second, PIN, 3)
    await hears_in_turn(second, "pin-locked")
    await second.ended(within=10)
    rows = await house.all_calls_ended(2)
    assert [row["outcome"] for row in rows] == ["refused", "refused"]
    actions = [row["action"] for row in house.sql("SELECT action FROM audit_log WHERE action LIKE 'pin.%' ORDER BY id")]
    assert actions == ["pin.choose", *["pin.wrong"] * 5, "pin.lock_mailbox", "pin.locked_out"]
    assert "unlocked" in await asyncio.to_thread(house.command, "person", "unlock", "214")
    third = await (await phones.caller("+46701000003")).dial(SERVICES)
    await _identify(third, PIN)
    await hears_in_turn(third, "keypad-menu")
    await third.hangup()
    await house.all_calls_ended(3)
    _pin_is_nowhere(house, PIN)
    _pin_is_nowhere(house, WRONG)
    await house.nothing_left()


async def test_who_guesses_at_many_mailboxes_is_locked_out_alone_and_unlocked_over_http(
    house: House, phones: PhoneRoom
) -> None:
    await asyncio.to_thread(choose_pin, house, ASA)
    guesser, other = await phones.caller("+46701000001"), await phones.caller("+46701000002")
    for extension, guesses in (("212#", 3), ("213#", 3), ("210#", 3), ("999#", 2)):
        call = await guesser.dial(SERVICES)
        await walk(call, (Step("pin-enter-extension", extension), Step("pin-enter-pin", f"{WRONG}#")) * guesses)
        await call.ended(within=15)
    assert len(house.sql("SELECT 1 FROM audit_log WHERE action = 'pin.wrong'")) == 10, "and no eleventh"
    locked = await guesser.dial(SERVICES)
    await _identify(locked, PIN)
    await hears_in_turn(locked, "pin-locked")
    await locked.ended(within=10)
    api = await asyncio.to_thread(new_api, house, "admin")
    (lock,) = [each for each in (await api.get("pin-locks"))["items"] if each["locked"]]
    assert (lock["kind"], lock["subject"]) == ("caller", "+46701000001")
    await _is_let_in(other)
    assert await api.delete(f"pin-locks/{lock['id']}") == 204
    await _is_let_in(guesser)
    actions = {row["action"] for row in house.sql("SELECT action FROM audit_log")}
    assert actions >= {"pin.wrong", "pin.lock_caller", "pin.locked_out", "pin.unlock", "pin.right"}
    await house.all_calls_ended(7)
    await house.nothing_left()


async def _is_let_in(phone: Phone) -> None:
    call = await phone.dial(SERVICES)
    await _identify(call, PIN)
    await hears_in_turn(call, "keypad-menu")
    await call.hangup()


async def test_silence_and_an_extension_of_nobody_let_nobody_in(house: House, phones: PhoneRoom) -> None:
    silent = await (await phones.caller("+46701000001")).dial(SERVICES)
    nobody = await (await phones.caller("+46701000002")).dial(SERVICES)
    await press_at(nobody, "pin-enter-extension", "999#")
    await press_at(nobody, "pin-enter-pin", f"{WRONG}#")
    await hears_in_turn(nobody, "pin-wrong")
    await nobody.hangup()
    await hears_in_turn(silent, "keypad-goodbye", within=60)
    await silent.ended(within=10)
    assert silent.heard.prompts.count("sv/pin-enter-extension") == 3
    await house.all_calls_ended(2)
    await house.nothing_left()


@pytest.mark.parametrize("keys", [[], ["214#"], ["214#", f"{PIN}#"], ["214#", f"{PIN}#", "1"]])
async def test_a_hang_up_at_each_step(house: House, phones: PhoneRoom, keys: list[str]) -> None:
    await asyncio.to_thread(choose_pin, house, ASA)
    prompts = ["pin-enter-extension", "pin-enter-pin", "keypad-menu", "absence-choose-reason"]
    call = await (await phones.caller()).dial(SERVICES)
    for prompt, pressed in zip(prompts, keys, strict=False):
        await press_at(call, prompt, pressed)
    await hears_in_turn(call, prompts[len(keys)])
    await call.hangup()
    (row,) = await house.all_calls_ended(1)
    assert row["outcome"] == "served"
    assert absences(house, ASA) == []
    await house.nothing_left()


@pytest.mark.requirement("R11")
async def test_messages_are_heard_saved_and_deleted_from_outside(house: House, phones: PhoneRoom) -> None:
    """With a PIN, by any telephone; without the right one nothing is heard of them."""
    sounds = dict(zip(NUMBERS, (speech_like(3.0), speech_like(4.0)[::-1]), strict=True))
    await asyncio.to_thread(choose_pin, house, MARIA)
    for number, sound in sounds.items():
        await leave(phones, number, sound)
    stranger = await (await phones.caller("+46701000003")).dial(SERVICES)
    await press_at(stranger, "pin-enter-extension", "212#")
    await press_at(stranger, "pin-enter-pin", f"{WRONG}#")
    await hears_in_turn(stranger, "pin-wrong")
    await stranger.hangup()
    call = await (await phones.caller("+46701000004")).dial(SERVICES)
    await press_at(call, "pin-enter-extension", "212#")
    await press_at(call, "pin-enter-pin", f"{PIN}#")
    await press_at(call, "keypad-menu", "5")
    await hears_in_turn(call, "mailbox-have", "number-2", "new-messages", "message-new")
    await press_at(call, "message-menu", "2")
    await press_at(call, "message-menu", "3", times=2)
    await hears_in_turn(call, "message-saved", "message-deleted", "message-no-more")
    await call.hangup()
    for sound in sounds.values():
        assert best_match(call.recording.pcm(), sound).score > HEARD
        assert best_match(stranger.recording.pcm(), sound).score < HEARD
    await house.all_calls_ended(4)
    assert left(house, MARIA) == [NUMBERS[0]]
    heard = house.sql("SELECT actor FROM audit_log WHERE action = 'voicemail_message.listen'")
    assert [row["actor"] for row in heard] == [f"keypad from outside (person {house.person(MARIA)})"] * 2
    assert len(house.tasks()) == 2, "a callback task outlives its message"
    await house.nothing_left()


@pytest.mark.requirement("R14")
async def test_a_colleague_is_called_back_from_outside_at_once(house: House, phones: PhoneRoom) -> None:
    await asyncio.to_thread(choose_pin, house, MARIA)
    house.sql("DELETE FROM absence")
    anna = await phones.colleague("anna")
    message = await anna.dial("*8212")
    await hears_in_turn(message, "beep")
    await message.play(speech_like(3.0))
    await hears_in_turn(message, "promise-call-by")
    await message.hangup()
    call = await (await phones.caller("+46701000004")).dial(SERVICES)
    await press_at(call, "pin-enter-extension", "212#")
    await press_at(call, "pin-enter-pin", f"{PIN}#")
    await press_at(call, "keypad-menu", "5")
    await press_at(call, "message-menu", "8")
    rung = await anna.wait_incoming(within=15)
    await rung.answer()
    await call.play_on(speech_like(1.0))
    await rung.hears(lambda heard: heard.talk, within=10, what="Maria")
    await rung.hangup()
    await call.ended(within=10)
    rows = await house.all_calls_ended(2)
    assert rows[-1]["outcome"] == "connected"
    await house.nothing_left()
