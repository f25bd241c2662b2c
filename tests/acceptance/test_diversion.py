"""Absence is enforced: what the caller hears and which phones stay silent, in every state of a colleague."""

import asyncio

import pytest

from tests.acceptance.house import House
from tests.acceptance.phones import PhoneRoom
from tests.callers.phone import PhoneCall
from tests.hearing.noise import tone

ERIK, MARIA, JOHAN, ANNA, ASA = (f"+46980319{digits}" for digits in (211, 212, 213, 210, 214))
FUNCTION = "+46980319220"
MENU_ONCE = ["sv/menu-message", "sv/menu-operators", "en/menu-language", "sv/menu-hang-up"]


async def hears_the_beep(call: PhoneCall, within: float = 25) -> list[str]:
    """Everything said before it."""
    heard = await call.hears_prompt("sv/leave-message", "sv/beep", within=within)
    return heard.prompts[: heard.prompts.index("sv/leave-message")]


@pytest.mark.requirement("R12")
@pytest.mark.requirement("R13")
async def test_without_a_greeting_a_composed_one_then_reason_and_time_then_the_menu_twice(
    house: House, phones: PhoneRoom
) -> None:
    await phones.colleague("op1")
    maria = await phones.colleague("maria")
    call = await (await phones.caller()).dial(MARIA)
    said = await hears_the_beep(call)
    assert said == [
        "sv/reached",
        "demo/sv/name-norrby-kommun",
        "demo/sv/name-maria-berg",
        "demo/sv/name-maria-berg",
        "sv/reason-meeting-back",
        "sv/at-14-minute",
        "sv/minute-30",
        *MENU_ONCE,
        *MENU_ONCE,
    ]
    await call.hangup()
    assert maria.rung == []
    await house.all_calls_ended(1)
    await house.nothing_left()


@pytest.mark.requirement("R1")
@pytest.mark.requirement("R7")
async def test_an_absent_colleagues_phones_stay_silent_however_the_call_comes(house: House, phones: PhoneRoom) -> None:
    house.sql(
        "UPDATE absence SET deputy_id = ? WHERE person_id = ?", house.person("Erik Lund"), house.person("Johan Ek")
    )
    erik, anna = await phones.colleague("erik"), await phones.colleague("anna")
    direct = await (await phones.caller("+46701000001")).dial(ERIK)
    group = await (await phones.caller("+46701000002")).dial(FUNCTION)
    deputy = await (await phones.caller("+46701000003")).dial(JOHAN)
    inside = await anna.dial("211")
    await direct.hears_prompt("sv/reason-vacation-back", within=10)
    await inside.hears_prompt("sv/reason-vacation-back", within=10)
    await deputy.hears_prompt("sv/menu-message", within=10)
    assert "sv/menu-deputy" not in deputy.heard.prompts
    rung = await anna.wait_incoming(within=10)
    assert group.heard.prompts == []
    await asyncio.gather(*(each.hangup() for each in (direct, group, deputy, inside)))
    await rung.ended(within=5)
    assert erik.rung == []
    await house.all_calls_ended(4)
    await house.nothing_left()


@pytest.mark.requirement("R1")
async def test_an_open_absence_informs_and_then_lets_it_ring(house: House, phones: PhoneRoom) -> None:
    house.sql("UPDATE absence SET open = 1, reason = 'lunch' WHERE person_id = ?", house.person("Erik Lund"))
    erik = await phones.colleague("erik")
    call = await (await phones.caller()).dial(ERIK)
    await call.hears_prompt("sv/reason-lunch-back", "sv/ringing-anyway", within=10)
    rung = await erik.wait_incoming(within=5)
    await call.hears(lambda heard: heard.ringing, within=5, what="ring tone")
    await rung.answer()
    await rung.play_on(tone(900, 1))
    await call.hears(lambda heard: heard.tone(900), within=5, what="Erik's voice")
    await rung.hangup()
    await call.ended(within=5)
    (row,) = await house.all_calls_ended(1)
    assert row["outcome"] == "connected"
    await house.nothing_left()


@pytest.mark.requirement("R2")
async def test_an_expired_absence_is_never_spoken(house: House, phones: PhoneRoom) -> None:
    house.sql(
        "UPDATE absence SET start = '2026-08-01 08:00', until = '2026-08-12 09:59:59' WHERE person_id = ?",
        house.person("Erik Lund"),
    )
    erik = await phones.colleague("erik")
    call = await (await phones.caller()).dial(ERIK)
    rung = await erik.wait_incoming(within=5)
    await call.rings(within=5)
    assert call.heard.prompts == []
    await rung.answer()
    await call.talks(within=5)
    await call.hangup()
    await rung.ended(within=5)
    await house.all_calls_ended(1)
    await house.nothing_left()


@pytest.mark.requirement("R10")
async def test_the_present_deputy_is_offered_rings_and_talks(house: House, phones: PhoneRoom) -> None:
    anna, erik = await phones.softphone("anna"), await phones.colleague("erik")
    call = await (await phones.caller()).dial(ERIK)
    await call.hears_prompt("sv/menu-deputy", "demo/sv/name-anna-andersson", within=15)
    await call.dtmf("2")
    rung = await anna.wait_incoming(within=5)
    await rung.answer()
    await rung.play_on(tone(900, 1))
    await call.play_on(tone(1300, 1))
    await call.hears(lambda heard: heard.tone(900), within=5, what="Anna's voice")
    await rung.hears(lambda heard: heard.tone(1300), within=5, what="the caller's voice")
    await call.hangup()
    await rung.ended(within=5)
    assert erik.rung == []
    (row,) = await house.all_calls_ended(1)
    assert row["outcome_reason"] == "talked with the deputy"
    await house.nothing_left()


async def test_an_absent_deputy_is_not_offered(house: House, phones: PhoneRoom) -> None:
    maria = await phones.colleague("maria")
    call = await (await phones.caller()).dial(JOHAN)
    said = await hears_the_beep(call)
    assert "sv/menu-deputy" not in said
    assert "sv/reason-sick" not in said
    assert "sv/reason-sick-back" not in said
    await call.hangup()
    assert maria.rung == []
    await house.all_calls_ended(1)


@pytest.mark.requirement("R13")
async def test_present_but_not_to_be_had(house: House, phones: PhoneRoom) -> None:
    """Åsa has no phone; Anna's refuses; then she lets it ring out; then she talks already."""
    house.sql("UPDATE person SET ring_seconds = 3 WHERE name = 'Anna Andersson'")
    anna = await phones.colleague("anna")
    no_phone = await (await phones.caller("+46701000001")).dial(ASA)
    await no_phone.hears_prompt("sv/reached", "demo/sv/name-asa-oberg", "sv/no-phone", "sv/menu-message", within=15)

    anna.refuses_with = 486
    refused = await (await phones.caller("+46701000002")).dial(ANNA)
    await refused.hears_prompt("demo/sv/greeting-anna-andersson", "sv/busy", "sv/menu-message", within=15)

    anna.refuses_with = None
    rung_out = await (await phones.caller("+46701000003")).dial(ANNA)
    await rung_out.hears_prompt("sv/no-answer", "sv/menu-message", within=15)

    talking = await (await phones.caller("+46701000004")).dial(ANNA)
    await talking.until(lambda: len(anna.rung) == 3, within=8, what="Anna's phone rings the third time")
    await anna.rung[-1].answer()
    await talking.talks(within=5)
    before = len(anna.rung)
    busy = await (await phones.caller("+46701000005")).dial(ANNA)
    await busy.hears_prompt("sv/busy", "sv/menu-message", within=15)
    assert len(anna.rung) == before
    calls = (no_phone, refused, rung_out, talking, busy)
    await asyncio.gather(*(each.hangup() for each in calls))
    await house.all_calls_ended(len(calls))
    await house.nothing_left()


async def test_nine_gives_english_for_the_rest_of_the_call(house: House, phones: PhoneRoom) -> None:
    call = await (await phones.caller()).dial(MARIA)
    await call.hears_prompt("en/menu-language", within=15)
    await call.dtmf("9")
    await call.hears_prompt("en/menu-message", "en/menu-hang-up", within=10)
    await call.dtmf("1")
    await call.hears_prompt("en/leave-message", within=10)
    await call.hangup()
    await house.all_calls_ended(1)


async def test_zero_goes_to_the_operators(house: House, phones: PhoneRoom) -> None:
    op1 = await phones.colleague("op1")
    call = await (await phones.caller()).dial(MARIA)
    await call.hears_prompt("sv/menu-operators", within=15)
    await call.dtmf("0")
    rung = await op1.wait_incoming(within=5)
    await call.hears(lambda heard: heard.ringing, within=5, what="ring tone")
    await rung.answer()
    await rung.play_on(tone(900, 1))
    await call.hears(lambda heard: heard.tone(900), within=5, what="the operator's voice")
    await rung.hangup()
    await call.ended(within=5)
    await house.all_calls_ended(1)
    await house.nothing_left()
