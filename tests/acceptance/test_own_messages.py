"""Messages by telephone: heard, deleted and undone, forwarded with their task, called back; the lamp follows."""

import asyncio
import contextlib
import re

import pytest

from tests.acceptance.house import House
from tests.acceptance.phones import PhoneRoom
from tests.acceptance.test_voicemail import at_the_beep
from tests.acceptance.wait import until
from tests.callers.phone import PhoneCall, RegistrationRefused
from tests.callers.raw_sip import RawPhone
from tests.hearing.noise import speech_like
from tests.hearing.pcm import Pcm, read_wav
from tests.hearing.real import best_match

HEARD = 0.8
NUMBERS = ("+46701000001", "+46701000002")


def lamp(phone: RawPhone) -> str:
    """`yes 2/0`: lit, new and old."""
    if not phone.messages_waiting:
        return "not told"
    text = phone.messages_waiting[-1]
    lit = re.search(r"Messages-Waiting: (\w+)", text)
    counts = re.search(r"Voice-Message: (\d+/\d+)", text)
    return f"{lit[1] if lit else '?'} {counts[1] if counts else ''}"


async def lit(phone: RawPhone, wanted: str) -> None:
    async def shows() -> bool:
        return lamp(phone) == wanted

    await until(shows, 10, f"the lamp of {phone.account.user} shows {wanted}, not {lamp(phone)}")


async def leave(phones: PhoneRoom, number: str, sound: Pcm) -> None:
    """A message for Maria."""
    call = await at_the_beep(phones, number)
    await call.play(sound)
    await call.hears_prompt("sv/promise-call-by", within=20)
    await call.hangup()


def sound_of(house: House, column: str, caller: str) -> Pcm:
    row = house.one(f"SELECT {column} AS sha FROM voicemail_message WHERE caller = ? LIMIT 1", caller)  # noqa: S608
    return read_wav(house.audio / row["sha"][:2] / f"{row['sha']}.wav")


def left(house: House, name: str) -> list[str]:
    rows = house.sql(
        "SELECT caller FROM voicemail_message WHERE person_id = ? AND deleted_at IS NULL ORDER BY received_at",
        house.person(name),
    )
    return [row["caller"] for row in rows]


async def menu(call: PhoneCall, times: int) -> None:
    def said() -> bool:
        return call.heard.prompts.count("sv/message-menu") >= times

    await call.until(said, within=25, what=f"the menu for the {times}. time")


@pytest.mark.requirement("R11")
@pytest.mark.requirement("R46")
async def test_heard_deleted_undone_and_the_lamp_follows(house: House, phones: PhoneRoom) -> None:
    maria = await phones.colleague("maria")
    for number, sound in zip(NUMBERS, (speech_like(3.0), speech_like(4.0)[::-1]), strict=True):
        await leave(phones, number, sound)
    await lit(maria, "yes 2/0")
    call = await maria.dial("*26")
    await call.hears_prompt("sv/mailbox-have", "sv/number-2", "sv/new-messages", "sv/message-new", within=10)
    await call.hears_prompt("sv/digit-0", "sv/digit-7", "sv/message-received", "sv/today", within=15)
    await menu(call, 1)
    await lit(maria, "yes 1/1")
    assert best_match(call.recording.pcm(), sound_of(house, "sha256", NUMBERS[0])).score > HEARD
    await call.dtmf("3")
    await call.hears_prompt("sv/message-deleted", "sv/message-new", within=10)
    await menu(call, 2)
    await call.dtmf("3")
    await call.hears_prompt("sv/message-no-more", within=10)
    assert left(house, "Maria Berg") == list(NUMBERS), "nothing is deleted before the end"
    await call.dtmf("7")
    await call.hears_prompt("sv/message-undeleted", within=10)
    await menu(call, 3)
    await call.hangup()
    await lit(maria, "no 0/1")
    assert left(house, "Maria Berg") == [NUMBERS[1]]
    await house.all_calls_ended(3)
    assert len(house.tasks()) == 2, "a callback task outlives its message"
    await house.nothing_left()


@pytest.mark.requirement("R16")
@pytest.mark.requirement("R33")
async def test_forwarded_with_words_and_with_its_task(house: House, phones: PhoneRoom) -> None:
    maria, erik = await phones.colleague("maria"), await phones.colleague("erik")
    message, words = speech_like(4.0), speech_like(3.0)[::-1]
    await leave(phones, NUMBERS[0], message)
    call = await maria.dial("*26")
    await menu(call, 1)
    await call.dtmf("9")
    await call.hears_prompt("sv/forward-extension", within=10)
    await call.dtmf("211#")
    await call.hears_prompt("sv/forward-record", "sv/beep", within=10)
    await call.play(words)
    await call.hears_prompt("sv/forward-confirm", within=20)
    await call.dtmf("1")
    await call.hears_prompt("sv/forward-done", within=10)
    await call.hangup()
    await lit(erik, "yes 1/0")
    await lit(maria, "no 0/1")
    (task,) = house.tasks()
    assert task["person_id"] == house.person("Erik Lund")
    heard = await erik.dial("*26")
    await menu(heard, 1)
    forwarded = house.one("SELECT preface_sha256 FROM voicemail_message WHERE person_id = ?", task["person_id"])
    preface = read_wav(house.audio / forwarded[0][:2] / f"{forwarded[0]}.wav")
    for sound in (preface, sound_of(house, "sha256", NUMBERS[0])):
        assert best_match(heard.recording.pcm(), sound).score > HEARD
    await heard.hangup()
    await house.all_calls_ended(3)
    assert await asyncio.to_thread(house.box.ari, "recordings/stored") == []
    await house.nothing_left()


@pytest.mark.requirement("R14")
async def test_a_colleague_is_called_back_and_wrong_keys_and_silence_end_it(house: House, phones: PhoneRoom) -> None:
    house.sql("DELETE FROM absence")
    maria, anna = await phones.colleague("maria"), await phones.colleague("anna")
    call = await anna.dial("*8212")
    await call.hears_prompt("sv/beep", within=15)
    await call.play(speech_like(3.0))
    await call.hears_prompt("sv/promise-call-by", within=20)
    await call.hangup()
    call = await maria.dial("*26")
    await menu(call, 1)
    await call.dtmf("8")
    rung = await anna.wait_incoming(within=10)
    await rung.answer()
    await call.play_on(speech_like(1.0))
    await rung.hears(lambda heard: heard.talk, within=10, what="Maria")
    await rung.hangup()
    await call.ended(within=10)
    call = await maria.dial("*26")
    await menu(call, 1)
    await call.dtmf("6")
    await call.hears_prompt("sv/invalid-choice", within=10)
    await call.hears_prompt("sv/service-end", within=40)
    await call.ended(within=10)
    await house.all_calls_ended(3)
    await house.nothing_left()


@pytest.mark.requirement("R11")
async def test_the_lamp_is_lit_again_after_asterisk_s_restart(house: House, phones: PhoneRoom) -> None:
    maria = await phones.colleague("maria")
    await leave(phones, NUMBERS[0], speech_like(3.0))
    await lit(maria, "yes 1/0")
    await house.all_calls_ended(1)
    await asyncio.to_thread(house.box.act, "restart")
    told = len(maria.messages_waiting)

    async def told_again() -> bool:
        with contextlib.suppress(RegistrationRefused):
            await maria.register()
        return len(maria.messages_waiting) > told and lamp(maria) == "yes 1/0"

    await until(told_again, 40, "the lamp is lit again")
    house.sql("UPDATE voicemail_message SET heard = 1")
    await until(lambda: _shows(maria, "no 0/1"), 30, "a change by SQL is shown")


@pytest.mark.requirement("R11")
async def test_the_lamp_follows_what_changed_while_the_service_was_away(house: House, phones: PhoneRoom) -> None:
    maria = await phones.colleague("maria")
    await leave(phones, NUMBERS[0], speech_like(3.0))
    await lit(maria, "yes 1/0")
    await house.all_calls_ended(1)
    await house.stop()
    house.sql("UPDATE voicemail_message SET heard = 1")
    await house.start()
    await lit(maria, "no 0/1")
    await house.nothing_left()


async def _shows(phone: RawPhone, wanted: str) -> bool:
    return lamp(phone) == wanted


@pytest.mark.requirement("R45")
@pytest.mark.requirement("R47")
async def test_marked_as_secret_and_as_a_threat_and_taken_back(house: House, phones: PhoneRoom) -> None:
    maria = await phones.colleague("maria")
    await leave(phones, NUMBERS[0], speech_like(3.0))
    call = await maria.dial("*26")
    await menu(call, 1)
    await call.dtmf("4")
    await call.hears_prompt("sv/message-marks", within=10)
    await call.dtmf("1")
    await call.hears_prompt("sv/message-marked-secret", "sv/message-marks", within=15)
    await call.dtmf("2")
    await call.hears_prompt("sv/message-marked-threat", "sv/message-threat-told", within=15)
    assert marks(house) == (1, 1)
    await asking(call, 3)
    await call.dtmf("5")
    await call.hears_prompt("sv/invalid-choice", within=10)
    await call.dtmf("2")
    await call.hears_prompt("sv/message-unmarked-threat", within=15)
    await asking(call, 5)
    await call.dtmf("2")
    await call.until(lambda: call.heard.prompts.count("sv/message-threat-told") == 2, within=15, what="marked again")
    await call.hangup()
    await house.all_calls_ended(2)
    assert marks(house) == (1, 1)
    call = await maria.dial("*26")
    await call.hears_prompt("sv/message-marked-secret", "sv/message-marked-threat", within=30)
    await menu(call, 1)
    await call.dtmf("4")
    await call.hears_prompt("sv/message-marks", within=10)
    await call.dtmf("2")
    await call.hears_prompt("sv/message-threat-stays", within=15)
    await call.dtmf("1")
    await call.hears_prompt("sv/message-unmarked-secret", within=15)
    await call.dtmf("*")
    await menu(call, 2)
    await call.hangup()
    await house.all_calls_ended(3)
    assert marks(house) == (0, 1)
    rows = house.sql("SELECT action, actor FROM audit_log WHERE table_name = 'voicemail_message' ORDER BY id")
    assert [row["action"].partition(".")[2] for row in rows] == [
        *("listen", "secret", "threat", "threat", "threat"),
        *("listen", "secret"),
    ]
    assert {row["actor"] for row in rows} == {"phone maria"}
    await house.nothing_left()


def marks(house: House) -> tuple[int, int]:
    row = house.one("SELECT secret, threat FROM voicemail_message")
    return row["secret"], row["threat"]


async def asking(call: PhoneCall, times: int) -> None:
    def said() -> bool:
        return call.heard.prompts.count("sv/message-marks") >= times

    await call.until(said, within=15, what=f"the question which mark for the {times}. time")
