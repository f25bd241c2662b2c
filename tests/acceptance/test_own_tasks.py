"""`*24` on real telephones: whom to call back is read out, rung, handed over and ended; the call proves itself."""

import pytest

from tests.acceptance.house import House
from tests.acceptance.keypad import hears_in_turn, press_at
from tests.acceptance.phones import PhoneRoom
from tests.acceptance.test_own_messages import NUMBERS, leave
from tests.acceptance.wait import until
from tests.hearing.noise import speech_like


@pytest.mark.requirement("R14")
async def test_tasks_are_read_out_and_seen_to(house: House, phones: PhoneRoom) -> None:
    maria = await phones.colleague("maria")
    for number in NUMBERS:
        await leave(phones, number, speech_like(3.0))
    call = await maria.dial("*24#")
    await hears_in_turn(call, "mailbox-have", "number-2", "tasks-to-return", "task-call", "message-received")
    await press_at(call, "task-menu", "9")
    await press_at(call, "task-hand-over", "211#")
    await hears_in_turn(call, "task-handed-over", "task-call")
    await press_at(call, "task-menu", "5", times=2)
    await hears_in_turn(call, "invalid-choice")
    await press_at(call, "task-menu", "3", times=3)
    await press_at(call, "task-why-ended", "3")
    await hears_in_turn(call, "task-ended", "task-no-more", "service-end")
    await call.ended(within=10)
    await house.all_calls_ended(3)
    tasks = {row["caller"]: row for row in house.tasks()}
    assert tasks[NUMBERS[0]]["person_id"] == house.person("Erik Lund")
    assert [tasks[number]["status"] for number in NUMBERS] == ["open", "closed"]
    await house.nothing_left()


@pytest.mark.requirement("R14")
async def test_a_colleague_is_rung_and_the_journal_proves_it(house: House, phones: PhoneRoom) -> None:
    house.sql("DELETE FROM absence")
    house.sql("UPDATE policy SET proof_call_seconds = 2")
    maria, anna = await phones.colleague("maria"), await phones.colleague("anna")
    left = await anna.dial("*8212")
    await hears_in_turn(left, "beep")
    await left.play(speech_like(3.0))
    await hears_in_turn(left, "promise-call-by")
    await left.hangup()
    call = await maria.dial("*24")
    await press_at(call, "task-menu", "8")
    rung = await anna.wait_incoming(within=15)
    await rung.answer()
    await call.play_on(speech_like(4.0))
    await rung.hears(lambda heard: heard.talk, within=10, what="Maria")

    async def lasted() -> bool:
        return rung.recording.pcm().size > 8000 * 4

    await until(lasted, 15, "they have talked for some seconds")
    await call.hangup()
    await house.all_calls_ended(2)

    async def done() -> bool:
        return [row["status"] for row in house.tasks()] == ["done"]

    await until(done, 40, "the call back is found in the journal")
    await house.nothing_left()


@pytest.mark.requirement("R14")
async def test_silence_and_a_hang_up_change_nothing(house: House, phones: PhoneRoom) -> None:
    maria = await phones.colleague("maria")
    await leave(phones, NUMBERS[0], speech_like(3.0))
    silent = await maria.dial("*24")
    await hears_in_turn(silent, "task-menu", "task-menu", "task-menu", "service-end", within=90)
    await silent.ended(within=10)
    for prompt, keys in (("task-to-return", ""), ("task-menu", ""), ("task-why-ended", "3"), ("task-hand-over", "9")):
        call = await maria.dial("*24")
        if keys:
            await press_at(call, "task-menu", keys)
        await hears_in_turn(call, prompt)
        await call.hangup()
    await house.all_calls_ended(6)
    (task,) = house.tasks()
    assert (task["status"], task["person_id"]) == ("open", house.person("Maria Berg"))
    await house.nothing_left()
