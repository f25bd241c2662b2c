"""kill -9 and SIGTERM at the worst moments, a service that hangs or is away: nothing that was said is lost."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

import pytest

from tests.acceptance.house import House
from tests.acceptance.phones import CITIZEN, PhoneRoom
from tests.acceptance.wait import until
from tests.callers.phone import PhoneCall
from tests.hearing.noise import speech_like, tone

MARIA, ANNA, OPERATORS = "+46980319212", "+46980319210", "+46980319200"
GONE = pytest.mark.parametrize("goes", [House.killed, House.terminated], ids=["killed", "stopped"])


async def speaking_after_the_beep(phones: PhoneRoom, number: str = CITIZEN) -> PhoneCall:
    call = await (await phones.caller(number)).dial(MARIA)
    await call.hears_prompt("sv/menu-message", within=15)
    await call.dtmf("1")
    await call.hears_prompt("sv/beep", within=10)
    await call.play_on(speech_like(2))
    await call.until(lambda: call.heard.since("sv/beep").quiet_for > 1.5, within=10, what="the message is being spoken")
    return call


async def hears_more(call: PhoneCall, seconds: float = 1) -> None:
    """Of the tone that the other party plays on."""
    so_far = max(sound.seconds for sound in call.heard if sound.frequency)
    await call.hears(lambda heard: heard.tone(900, so_far + seconds), within=10, what="the other's voice goes on")


@pytest.mark.requirement("R16")
@GONE
async def test_gone_in_the_message_and_the_caller_hangs_up_meanwhile(
    house: House, phones: PhoneRoom, goes: Callable[[House], Awaitable[None]]
) -> None:
    call = await speaking_after_the_beep(phones)
    await goes(house)
    await call.hangup()
    await house.start()

    async def task_is_open() -> bool:
        return len(house.tasks()) == 1

    await until(task_is_open, 15, "the message that Asterisk recorded has its task")
    (task,) = house.tasks()
    assert task["caller"] == CITIZEN
    assert task["person_id"] == house.person("Maria Berg")
    assert house.one("SELECT duration_s FROM voicemail_message")["duration_s"] > 1
    await house.all_calls_ended(1)
    await house.nothing_left()


@pytest.mark.requirement("R16")
@GONE
async def test_gone_in_the_message_and_back_while_the_caller_still_speaks(
    house: House, phones: PhoneRoom, goes: Callable[[House], Awaitable[None]]
) -> None:
    call = await speaking_after_the_beep(phones)
    await goes(house)
    await house.start()
    await call.dtmf("#")
    await call.hears_prompt("sv/promise-call-by", within=15)
    await call.ended(within=15)
    (row,) = await house.all_calls_ended(1)
    assert row["outcome"] == "message"
    assert len(house.tasks()) == 1
    await house.nothing_left()


async def test_killed_in_a_talk_the_two_talk_on(house: House, phones: PhoneRoom) -> None:
    anna = await phones.colleague("anna")
    call = await (await phones.caller()).dial(ANNA)
    rung = await anna.wait_incoming(within=10)
    await rung.answer()
    await rung.play_on(tone(900, 1))
    await call.hears(lambda heard: heard.tone(900), within=5, what="Anna's voice")
    await house.killed()
    await hears_more(call, 2)
    await house.start()
    await call.hangup()
    await rung.ended(within=10)
    (row,) = await house.all_calls_ended(1)
    assert row["outcome"] == "connected"
    await house.nothing_left()


async def test_killed_in_the_menu_the_caller_is_taken_up_again(house: House, phones: PhoneRoom) -> None:
    call = await (await phones.caller()).dial(MARIA)
    await call.hears_prompt("sv/menu-message", within=15)
    await house.killed()
    before = len(call.heard.prompts)
    await house.start()
    await call.until(lambda: "sv/menu-message" in call.heard.prompts[before:], within=15, what="the menu again")
    await call.hangup()
    await house.all_calls_ended(1)
    await house.nothing_left()


@pytest.mark.requirement("R16")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["away", "hung"])
async def test_away_or_hung_the_dialplan_takes_the_message(
    house: House, phones: PhoneRoom, how: signal.Signals
) -> None:
    house.kill(how)
    caller = await phones.caller()
    call = await caller.dial(MARIA)
    await call.talks(within=5)
    await call.hears_prompt("sv/fallback", "en/fallback", "sv/beep", within=10)
    await call.play(speech_like(2.5))
    await call.until(lambda: call.heard.since("sv/beep").quiet_for > 2.6, within=10, what="the message is spoken")
    await call.hangup()
    assert house.tasks() == []
    if how is signal.SIGSTOP:
        house.kill(signal.SIGKILL)
    process = house.process
    assert process is not None
    await asyncio.to_thread(process.wait, 10)
    await house.start()

    async def task_is_open() -> bool:
        return len(house.tasks()) == 1

    await until(task_is_open, 15, "the fallback's message has its task")
    (task,) = house.tasks()
    assert (task["source"], task["caller"], task["person_id"]) == ("fallback", CITIZEN, house.person("Maria Berg"))
    await house.killed()
    await house.start()
    await asyncio.to_thread(house.command, "check")
    assert len(house.tasks()) == 1
    again = await caller.dial(MARIA)
    await again.hears_prompt("sv/reason-meeting-back", within=10)
    await again.hangup()
    await house.all_calls_ended(2)
    await house.nothing_left()


async def test_a_stop_leaves_who_talks_and_who_waits_where_they_are(house: House, phones: PhoneRoom) -> None:
    anna, op1 = await phones.colleague("anna"), await phones.colleague("op1")
    talking = await (await phones.caller("+46701000001")).dial(ANNA)
    talk = await anna.wait_incoming(within=10)
    await talk.answer()
    await talk.play_on(tone(900, 1))
    await talking.hears(lambda heard: heard.tone(900), within=5, what="Anna's voice")
    waiting = await (await phones.caller("+46701000002")).dial("+46980319200")
    rung = await op1.wait_incoming(within=10)
    process = house.process
    assert process is not None
    house.kill(signal.SIGTERM)
    await rung.ended(within=15)
    await asyncio.to_thread(process.wait, 20)
    assert process.returncode == 0
    await hears_more(talking)
    await house.start()
    served = await op1.wait_incoming(within=10)
    await served.answer()
    await served.play_on(tone(700, 1))
    await waiting.hears(lambda heard: heard.tone(700), within=5, what="the operator's voice")
    await asyncio.gather(talking.hangup(), waiting.hangup())
    await asyncio.gather(talk.ended(within=10), served.ended(within=10))
    rows = await house.all_calls_ended(2, within=40)
    assert [row["outcome"] for row in rows] == ["connected", "connected"]
    await house.nothing_left()


async def speaking_a_note(house: House, phones: PhoneRoom) -> PhoneCall:
    """op1 has talked with a citizen, takes a message for Erik, and speaks after the tone."""
    op1 = await phones.colleague("op1")
    citizen = await (await phones.caller()).dial(OPERATORS)
    rung = await op1.wait_incoming(within=20)
    await rung.answer()
    await rung.play_on(tone(900, 1))
    await citizen.hears(lambda heard: heard.tone(900), within=10, what="the operator's voice")
    await citizen.hangup()
    await rung.ended(within=10)
    call = await op1.dial("*22*211")
    await call.hears_prompt("sv/desk-note-offer", "sv/beep", within=30)
    await call.play_on(speech_like(2))
    await call.until(lambda: call.heard.since("sv/beep").quiet_for > 1.5, within=10, what="the note is being spoken")
    return call


async def the_note_is_the_tasks(house: House) -> None:
    async def is_kept() -> bool:
        return len(house.sql("SELECT id FROM voicemail_message")) == 1

    await until(is_kept, 15, "the note that Asterisk recorded is kept")
    (task,) = house.tasks()
    note = house.one("SELECT * FROM voicemail_message")
    assert (task["source"], task["voicemail_message_id"]) == ("operator", note["id"])
    assert (note["spoken_by"], note["caller"], note["person_id"]) == ("phone op1", CITIZEN, house.person("Erik Lund"))
    assert note["duration_s"] > 1


@pytest.mark.requirement("R16")
@pytest.mark.requirement("R30")
async def test_killed_in_a_note_and_the_operator_hangs_up_meanwhile(house: House, phones: PhoneRoom) -> None:
    call = await speaking_a_note(house, phones)
    await house.killed()
    await call.hangup()
    await house.start()
    await the_note_is_the_tasks(house)
    await house.all_calls_ended(2)
    await house.nothing_left()


@pytest.mark.requirement("R16")
@pytest.mark.requirement("R30")
async def test_killed_in_a_note_and_back_while_the_operator_still_speaks(house: House, phones: PhoneRoom) -> None:
    call = await speaking_a_note(house, phones)
    await house.killed()
    await house.start()
    await call.dtmf("#")
    await call.hears_prompt("sv/desk-note-kept", within=15)
    await call.ended(within=15)
    await the_note_is_the_tasks(house)
    await house.all_calls_ended(2)
    await house.nothing_left()
