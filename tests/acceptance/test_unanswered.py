"""On real telephones: who does not answer is asked, silent by rule, and back with the first touch; and a call back that
rings both ends."""

import pytest

from tests.acceptance.house import House
from tests.acceptance.keypad import hears_in_turn, press_at
from tests.acceptance.operators.api import new_api
from tests.acceptance.phones import PhoneRoom
from tests.acceptance.wait import until
from tests.hearing.noise import speech_like

MARIA = "+46980319212"


async def ring_out(phones: PhoneRoom, number: str) -> None:
    call = await (await phones.caller(number)).dial(MARIA)
    await hears_in_turn(call, "no-answer", within=30)
    await call.hangup()


@pytest.mark.requirement("R1")
async def test_who_does_not_answer_is_asked_and_silent_until_they_touch_a_telephone(
    house: House, phones: PhoneRoom
) -> None:
    house.sql("DELETE FROM absence")
    house.sql("UPDATE policy SET ring_seconds = 3, unanswered_calls = 2, unanswered_diverts = 1")
    maria, api = await phones.colleague("maria"), new_api(house, "operator")

    async def state() -> str:
        (shown,) = (await api.get("people?extension=212"))["items"]
        return str(shown["state"])

    async def is_there() -> bool:
        return await state() == "free"

    await until(is_there, 20, "the service knows Maria's telephone")
    for number in ("+46701000001", "+46701000002"):
        await ring_out(phones, number)
    assert len(maria.rung) == 2

    async def is_asked() -> bool:
        letters = house.sql("SELECT subject FROM outbox WHERE recipient = 'maria.berg@norrby.example'")
        return [row["subject"] for row in letters].count("Samtal till dig blir obesvarade") == 1

    await until(is_asked, 10, "the letter is written")
    await ring_out(phones, "+46701000003")
    assert len(maria.rung) == 2, "by the rule it stays silent"
    assert await state() == "no_answer"
    lifted = await maria.dial("*23#")
    await hears_in_turn(lifted, "unanswered-noticed", "absence-none")
    await lifted.ended(within=10)
    maria.forget_calls()
    call = await (await phones.caller("+46701000004")).dial(MARIA)
    rung = await maria.wait_incoming(within=10)
    await rung.answer()
    await call.talks(within=10)
    await call.hangup()
    await house.all_calls_ended(5)
    assert house.sql("SELECT * FROM unanswered_calls") == []
    await house.nothing_left()


@pytest.mark.requirement("R14")
async def test_a_call_back_by_order_over_http_rings_both_ends(house: House, phones: PhoneRoom) -> None:
    house.sql("DELETE FROM absence")
    maria, anna, api = await phones.colleague("maria"), await phones.colleague("anna"), new_api(house, "operator")

    async def is_there() -> bool:
        (shown,) = (await api.get("people?extension=212"))["items"]
        return bool(shown["state"] == "free")

    await until(is_there, 20, "the service knows Maria's telephone")
    left = await anna.dial("*8212")
    await hears_in_turn(left, "beep")
    await left.play(speech_like(3.0))
    await hears_in_turn(left, "promise-call-by")
    await left.hangup()
    await house.all_calls_ended(1)
    (task,) = house.tasks()
    status, begun = await api.post(f"callback-tasks/{task['id']}/call")
    assert status == 202, begun
    first = await maria.wait_incoming(within=10)
    assert first.shown[-1].name == "Ring upp: 210"
    assert anna.rung == [], "whoever waits is rung second"
    await first.answer()
    second = await anna.wait_incoming(within=10)
    await second.answer()
    await first.play_on(speech_like(2.0))
    await second.hears(lambda heard: heard.talk, within=10, what="Maria")
    await second.hangup()
    await first.ended(within=10)
    rows = await house.all_calls_ended(2)
    assert [
        (row["id"], row["called"], row["account"], row["outcome"]) for row in rows if row["id"] == begun["call_id"]
    ] == [(begun["call_id"], "210", "maria", "connected")]
    refused, why = await api.post(f"callback-tasks/{task['id']}/call", person="999")
    assert (refused, "999" in str(why)) == (422, True)
    await house.nothing_left()


@pytest.mark.requirement("R28")
async def test_the_mailbox_of_a_function_is_heard_by_who_watches_it(house: House, phones: PhoneRoom) -> None:
    group = house.one("SELECT id, unit_id FROM function_group WHERE name = 'Bygglov'")
    house.sql("DELETE FROM absence")
    house.sql(
        "INSERT INTO mailbox_watcher (person_id, group_id) VALUES (?, ?)", house.person("Maria Berg"), group["id"]
    )
    maria, anna = await phones.colleague("maria"), await phones.colleague("anna")
    left = await anna.dial("*8220")
    await hears_in_turn(left, "beep")
    await left.play(speech_like(3.0))
    await hears_in_turn(left, "promise-call-by")
    await left.hangup()
    call = await maria.dial("*26*220#")
    await hears_in_turn(call, "mailbox-of", "mailbox-have", "number-1", "new-message", "message-new")
    await press_at(call, "message-menu", "3")
    await hears_in_turn(call, "message-deleted", "message-no-more")
    await call.hangup()
    other = await anna.dial("*26*220")
    await hears_in_turn(other, "mailbox-not-watched")
    await other.ended(within=10)
    await house.all_calls_ended(3)
    deleted = house.one("SELECT deleted_at FROM voicemail_message WHERE group_id = ?", group["id"])
    assert deleted["deleted_at"] is not None
    await house.nothing_left()
