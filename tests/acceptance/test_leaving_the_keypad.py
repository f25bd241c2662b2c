"""A hang-up at each step of the keypad's longer dialogues: what was not confirmed is not done, and nothing is left."""

import asyncio

import pytest

from tests.acceptance.house import House
from tests.acceptance.keypad import Step, absences, left_at_each_step, walk
from tests.acceptance.phones import PhoneRoom
from tests.acceptance.test_own_greetings import greetings
from tests.acceptance.test_own_messages import NUMBERS, leave, left, marks
from tests.hearing.noise import speech_like

ANNA = "Anna Andersson"


async def _no_recording_is_left(house: House) -> None:
    assert await asyncio.to_thread(house.box.ari, "recordings/stored") == []
    await house.nothing_left()


@pytest.mark.requirement("R1", "R21")
async def test_an_absence_that_leaves_a_function_alone(house: House, phones: PhoneRoom) -> None:
    """Erik is away, so Anna is the last one of her function: she is asked more than others are."""
    anna = await phones.colleague("anna")
    steps = (
        Step("absence-choose-reason", "2"),
        Step("absence-enter-time", "1300"),
        Step("absence-understaffed", "2"),
        Step("absence-enter-deputy", "214#"),
    )
    await left_at_each_step(anna, "*23", steps)
    await house.all_calls_ended(len(steps))
    assert absences(house, ANNA) == []
    for prompt in ("absence-callers-hear", "absence-keep-or-undo"):
        await walk(await anna.dial("*23"), steps, prompt)
        assert absences(house, ANNA) == [("lunch", "phone")]
    await walk(await anna.dial("*23"), (*steps, Step("absence-keep-or-undo", "2")), "absence-undone")
    rows = await house.all_calls_ended(len(steps) + 3)
    assert {row["outcome"] for row in rows} == {"served"}
    await house.nothing_left()


@pytest.mark.requirement("R12")
async def test_one_s_greetings(house: House, phones: PhoneRoom) -> None:
    maria = await phones.colleague("maria")
    steps = (
        Step("greeting-choose", "4"),
        Step("greeting-menu", "1"),
        Step("greeting-until", "0820#"),
        Step("greeting-record", says=speech_like(3.0)),
        Step("greeting-examined"),
        Step("greeting-confirm", "1"),
    )
    await left_at_each_step(maria, "*25", steps)
    call = await maria.dial("*25")
    await walk(call, (*steps[:3], Step("greeting-record")), "beep")
    await house.all_calls_ended(len(steps) + 1)
    assert greetings(house) == []
    await walk(await maria.dial("*25"), steps, "greeting-saved")
    rows = await house.all_calls_ended(len(steps) + 2)
    assert {row["outcome"] for row in rows} == {"served"}
    assert [situation for situation, _, _ in greetings(house)] == ["temporary"]
    await _no_recording_is_left(house)


@pytest.mark.requirement("R11", "R45")
async def test_one_s_messages(house: House, phones: PhoneRoom) -> None:
    maria = await phones.colleague("maria")
    await leave(phones, NUMBERS[0], speech_like(3.0))
    steps = (Step("message-received"), Step("message-menu", "4"), Step("message-marks"))
    await left_at_each_step(maria, "*26", steps)
    await house.all_calls_ended(len(steps) + 1)
    assert (left(house, "Maria Berg"), marks(house)) == ([NUMBERS[0]], (0, 0))
    await walk(await maria.dial("*26"), (Step("message-received", "3"),), "message-deleted")
    rows = await house.all_calls_ended(len(steps) + 2)
    assert {row["outcome"] for row in rows[1:]} == {"served"}
    assert (left(house, "Maria Berg"), len(house.tasks())) == ([], 1)
    await house.nothing_left()


@pytest.mark.requirement("R16")
async def test_sending_a_message_on(house: House, phones: PhoneRoom) -> None:
    maria = await phones.colleague("maria")
    await leave(phones, NUMBERS[0], speech_like(3.0))
    steps = (
        Step("message-received", "9"),
        Step("forward-extension", "214#"),
        Step("forward-record", says=speech_like(2.0)),
        Step("forward-confirm", "2"),
        Step("forward-confirm", "1"),
    )
    await left_at_each_step(maria, "*26", steps, first=1)
    await walk(await maria.dial("*26"), (*steps[:2], Step("forward-record")), "beep")
    await house.all_calls_ended(len(steps) + 1)
    assert (left(house, "Maria Berg"), left(house, "Åsa Öberg")) == ([NUMBERS[0]], [])
    assert [row["person_id"] for row in house.tasks()] == [house.person("Maria Berg")]
    await walk(await maria.dial("*26"), steps, "forward-done")
    rows = await house.all_calls_ended(len(steps) + 2)
    assert {row["outcome"] for row in rows[1:]} == {"served"}
    assert left(house, "Åsa Öberg") == [NUMBERS[0]]
    assert [row["person_id"] for row in house.tasks()] == [house.person("Åsa Öberg")]
    await _no_recording_is_left(house)
